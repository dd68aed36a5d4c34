/** The panes of the page; on small screens, one of them at a time, chosen by tabs. */

import { h, setAttribute } from './dom'
import { Splitter } from './splitter'

const LABELS = { scene: 'Scene', changes: 'Changes', tree: 'Entities', panel: 'Details', charts: 'Charts' } as const

/** Narrower than a screen of 1440 pixels at a zoom of 200 %, as in the style sheets. */
const SMALL_SCREEN = '(width < 700px)'

export type Tab = keyof typeof LABELS

export interface Panes {
  readonly header: HTMLElement
  readonly tree: HTMLElement
  readonly scene: HTMLElement
  readonly charts: HTMLElement
  readonly panel: HTMLElement
  /** The list of a planned change. */
  readonly changes?: HTMLElement | undefined
}

export class Layout {
  readonly element: HTMLElement
  private readonly buttons: readonly HTMLButtonElement[]
  private readonly smallScreen = matchMedia(SMALL_SCREEN)

  constructor(private readonly panes: Panes) {
    const { header, tree, scene, charts, panel, changes } = panes
    const tabs = (Object.keys(LABELS) as Tab[]).filter((tab) => tab !== 'changes' || changes)
    this.buttons = tabs.map((tab) => {
      const button = h('button', { type: 'button', 'data-tab': tab }, LABELS[tab])
      button.addEventListener('click', () => this.showTab(tab))
      return button
    })
    const aside = changes ? h('div', { class: 'aside' }, changes, panel) : panel
    const nav = h('nav', { class: 'tabs', 'aria-label': 'Views' }, ...this.buttons)
    this.element = h('div', { class: 'app' })
    const root = this.element
    const treeBorder = new Splitter({ name: 'tree', label: 'Width of the entities', root, pane: () => tree, direction: 'x', min: 140, max: 900 })
    const panelBorder = new Splitter({ name: 'panel', label: 'Width of the details', root, pane: () => aside, direction: '-x', min: 200, max: 1200 })
    const plot = (): Element | null => charts.querySelector('.plot')
    const chartsBorder = new Splitter({ name: 'charts', label: 'Height of the charts', root, pane: plot, direction: '-y', min: 80, max: 900 })
    const borders = [treeBorder, panelBorder, chartsBorder].map(({ element }) => element)
    root.append(header, tree, scene, charts, aside, h('section', { class: 'borders', 'aria-label': 'Sizes of the panes' }, ...borders), nav)
    this.showTab('scene')
    this.smallScreen.addEventListener('change', () => this.markMain())
  }

  /** Show a pane on small screens. */
  showTab(tab: Tab): void {
    this.element.dataset['tab'] = tab
    for (const button of this.buttons) button.setAttribute('aria-pressed', String(button.dataset['tab'] === tab))
    this.markMain()
  }

  /** Tell assistive technology which pane is the main one: the scene, or the only one that a small screen shows. */
  private markMain(): void {
    for (const [tab, pane] of Object.entries(this.panes) as [Tab | 'header', HTMLElement | undefined][]) {
      if (!pane || tab === 'header' || tab === 'scene') continue
      const isMain = this.smallScreen.matches && tab === this.element.dataset['tab']
      setAttribute(pane, 'role', isMain ? 'main' : undefined)
    }
  }
}

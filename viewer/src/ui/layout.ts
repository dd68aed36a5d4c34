/** The panes of the page; on small screens, one of them at a time, chosen by tabs. */

import { h } from './dom'

const LABELS = { scene: 'Scene', changes: 'Changes', tree: 'Entities', panel: 'Details', charts: 'Charts' } as const

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

  constructor({ header, tree, scene, charts, panel, changes }: Panes) {
    const tabs = (Object.keys(LABELS) as Tab[]).filter((tab) => tab !== 'changes' || changes)
    this.buttons = tabs.map((tab) => {
      const button = h('button', { type: 'button', 'data-tab': tab }, LABELS[tab])
      button.addEventListener('click', () => this.showTab(tab))
      return button
    })
    const aside = changes ? h('div', { class: 'aside' }, changes, panel) : panel
    const nav = h('nav', { class: 'tabs', 'aria-label': 'Views' }, ...this.buttons)
    this.element = h('div', { class: 'app' }, header, tree, scene, charts, aside, nav)
    this.showTab('scene')
  }

  /** Show a pane on small screens. */
  showTab(tab: Tab): void {
    this.element.dataset['tab'] = tab
    for (const button of this.buttons) button.setAttribute('aria-pressed', String(button.dataset['tab'] === tab))
  }
}

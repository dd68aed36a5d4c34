/** The buttons over a scene: home, labels, legend, and which part of it is shown. */

import { h, setAttribute, setText } from '../ui/dom'
import type { Area } from './label_layout'
import type { LegendRow } from './legend'
import { drawIcon, TEXTURE_CANVAS_SETTINGS } from './parts/icons'

export interface ToolsOptions {
  readonly onHome: () => void
  readonly onLabels: (isShown: boolean) => void
  /** The user chooses a part by its path, or the whole scene. */
  readonly onPart: (path: string | undefined) => void
}

/** What the buttons show of a scene. */
export interface ToolsState {
  readonly tagCount: number
  readonly hasLabels: boolean
  readonly legend: readonly LegendRow[]
  readonly parts: readonly { readonly path: string; readonly name: string }[]
  /** What the scene is, if it is not what its document shows. */
  readonly note?: string | undefined
}

const ICON_SIZE = 24

export class Tools {
  readonly element: HTMLElement
  private readonly labels: HTMLButtonElement
  private readonly legendButton: HTMLButtonElement
  private readonly legend = h('div', { class: 'scene-legend', hidden: true, role: 'region', 'aria-label': 'Legend' })
  private readonly note = h('p', { class: 'scene-note', hidden: true })
  private readonly part: HTMLSelectElement
  private state: ToolsState = { tagCount: 0, hasLabels: false, legend: [], parts: [] }

  constructor(options: ToolsOptions) {
    const home = button('Home', 'Show the whole scene again', options.onHome)
    this.labels = button('Labels', 'Names and values of the tags', () => {
      const isShown = this.labels.getAttribute('aria-pressed') !== 'true'
      setAttribute(this.labels, 'aria-pressed', String(isShown))
      options.onLabels(isShown)
    })
    this.legendButton = button('Legend', 'What the colours and icons mean', () => this.toggleLegend())
    setAttribute(this.legendButton, 'aria-expanded', 'false')
    this.part = h('select', { 'aria-label': 'Shown part of the scene' })
    this.part.addEventListener('change', () => options.onPart(this.part.value || undefined))
    const bar = h('div', { class: 'scene-bar', role: 'group', 'aria-label': 'View' }, this.part, this.labels, this.legendButton, home)
    this.element = h('div', { class: 'scene-tools' }, bar, this.note, this.legend)
    this.show(this.state)
  }

  /** What the buttons cover of the view, in CSS pixels: no label is placed there. */
  get areas(): Area[] {
    const view = this.element.parentElement!.getBoundingClientRect()
    return [...this.element.children].flatMap((child) => {
      const { left, top, right, bottom, width } = child.getBoundingClientRect()
      return width ? [{ left: left - view.left, top: top - view.top, right: right - view.left, bottom: bottom - view.top }] : []
    })
  }

  show(state: ToolsState): void {
    this.state = state
    const { tagCount, hasLabels, legend, parts, note = '' } = state
    setText(this.note, note)
    this.note.hidden = !note
    this.labels.hidden = tagCount === 0
    setAttribute(this.labels, 'aria-pressed', String(hasLabels))
    this.legendButton.hidden = legend.length === 0
    this.toggleLegend(false)
    this.part.hidden = parts.length < 2
    const all = h('option', { value: '' }, 'Whole scene')
    this.part.replaceChildren(all, ...parts.map(({ path, name }) => h('option', { value: path }, name)))
  }

  private toggleLegend(isOpen = this.legend.hidden): void {
    this.legend.hidden = !isOpen
    this.legend.replaceChildren(...(isOpen ? this.legendContent() : []))
    setAttribute(this.legendButton, 'aria-expanded', String(isOpen))
  }

  private legendContent(): HTMLElement[] {
    const rows = h('ul', {}, ...this.state.legend.map(legendItem))
    const note = 'A pale icon has an old value (clock) or one that cannot be read (stroke).'
    return this.state.tagCount ? [rows, h('p', {}, note)] : [rows]
  }
}

function button(text: string, title: string, onClick: () => void): HTMLButtonElement {
  const element = h('button', { type: 'button', title }, text)
  element.addEventListener('click', onClick)
  return element
}

function legendItem({ text, color, icon, iconColor }: LegendRow): HTMLElement {
  const looks: HTMLElement[] = []
  if (color) {
    const swatch = h('i', { class: 'scene-swatch' })
    swatch.style.background = color // An invalid colour leaves it empty.
    looks.push(swatch)
  }
  if (icon) {
    const canvas = h('canvas', { width: ICON_SIZE * 2, height: ICON_SIZE * 2, 'aria-hidden': 'true' })
    const context = canvas.getContext('2d', TEXTURE_CANVAS_SETTINGS)
    if (context) drawIcon(context, { icon, color: iconColor, isSelected: false }, ICON_SIZE * 2, 0, 0)
    looks.push(canvas)
  }
  return h('li', {}, h('span', { class: 'scene-looks' }, ...looks), text)
}

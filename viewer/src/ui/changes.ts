/** The list of what a planned change does, beside the scene. */

import './changes.css'

import { type Action, type Change, type Detail, nodeMarks, type Review, type Risk, SIGNS } from '../data/review'
import { h, setAttribute } from './dom'

/** Most details of a thing that are shown at once. */
const MAX_OPEN_DETAILS = 3
/** Most entries of the list: a change of all nodes of a large scene is read elsewhere. */
const MAX_ENTRIES = 1_000

/** What an entry of the list leads to. */
export type Target =
  | { readonly kind: 'node'; readonly sceneId: string; readonly path: string; readonly action: Action }
  | { readonly kind: 'scene'; readonly sceneId: string; readonly action: Action }
  | { readonly kind: 'entity'; readonly entityId: string; readonly action: Action }

export class ChangeList {
  readonly element: HTMLElement
  private readonly list = h('ol', { class: 'change-list' })
  private readonly buttons: HTMLButtonElement[] = []
  private current = -1
  private left = MAX_ENTRIES

  constructor(
    review: Review,
    private readonly onGo: (target: Target) => void,
  ) {
    for (const change of review.changes) this.addChange(change)
    const hidden = review.changes.length - this.list.querySelectorAll(':scope > li').length
    if (hidden > 0) this.list.append(h('li', { class: 'muted' }, `and ${hidden.toLocaleString()} more; twin plan prints them`))
    this.element = h(
      'section',
      { class: 'changes', 'aria-label': 'Changes' },
      h('h2', {}, 'Changes'),
      h('p', { class: 'change-summary' }, review.summary),
      h('p', { class: 'muted change-sides' }, 'From ', h('code', {}, review.from), ' to ', h('code', {}, review.to)),
      ...riskLines(review.risks),
      this.list,
    )
  }

  /** Go to another entry of the list. @param step 1 for the next one, -1 for the previous one. */
  go(step: 1 | -1): void {
    const count = this.buttons.length
    if (count === 0) return
    const first = step === 1 ? 0 : count - 1
    const button = this.buttons[this.current < 0 ? first : (this.current + step + count) % count]!
    button.focus()
    button.click()
  }

  private addChange(change: Change): void {
    if (this.left <= 0) return
    const { kind, id, action, details } = change
    const target: Target | undefined =
      kind === 'entity'
        ? { kind: 'entity', entityId: id, action }
        : kind === 'scene'
          ? { kind: 'scene', sceneId: id, action }
          : undefined
    const item = h('li', { 'data-action': action }, this.head(action, change.text, target), ...riskLines(change.risks))
    const marks = kind === 'scene' ? nodeMarks(change) : []
    const others = details.filter(({ node }) => node === undefined)
    item.append(...detailLines(others))
    if (marks.length > 0) {
      const nodes = h('ol', { class: 'change-nodes' })
      for (const mark of marks.slice(0, this.left)) {
        const node: Target = { kind: 'node', sceneId: id, path: mark.path, action: mark.action }
        const head = this.head(mark.action, mark.path, node, mark.words)
        nodes.append(h('li', { 'data-action': mark.action }, head, ...detailLines(mark.details)))
      }
      if (marks.length > this.left) nodes.append(h('li', { class: 'muted' }, `and ${(marks.length - this.left).toLocaleString()} more`))
      this.left -= marks.length
      item.append(nodes)
    }
    this.left -= 1
    this.list.append(item)
  }

  private head(action: Action, text: string, target: Target | undefined, words: string = action): HTMLElement {
    const parts = [h('span', { class: 'change-chip', 'data-action': action }, `${SIGNS[action]} ${words}`), h('span', { class: 'change-name' }, text)]
    if (!target) return h('div', { class: 'change-head' }, ...parts)
    const button = h('button', { type: 'button', class: 'change-head' }, ...parts)
    const index = this.buttons.push(button) - 1
    button.addEventListener('click', () => {
      this.setCurrent(index)
      this.onGo(target)
    })
    return button
  }

  private setCurrent(index: number): void {
    this.current = index
    this.buttons.forEach((button, other) => setAttribute(button, 'aria-current', other === index ? 'true' : undefined))
  }
}

function detailLines(details: readonly Detail[]): HTMLElement[] {
  const lines = details.filter(({ text }) => text).map((detail) => h('li', {}, `${SIGNS[detail.action]}\u00a0${detail.text}`))
  if (lines.length === 0) return []
  if (lines.length <= MAX_OPEN_DETAILS) return [h('ul', { class: 'change-details' }, ...lines)]
  const summary = h('summary', {}, `${lines.length.toLocaleString()} differences`)
  return [h('details', {}, summary, h('ul', { class: 'change-details' }, ...lines))]
}

function riskLines(risks: readonly Risk[]): HTMLElement[] {
  return risks.map(({ code, level, text }) => h('p', { class: 'change-risk', 'data-level': level }, h('b', {}, `${level} ${code}`), ` ${text}`))
}

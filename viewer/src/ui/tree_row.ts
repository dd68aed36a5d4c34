/** A row of the entity tree. */

import { type Action, SIGNS } from '../data/review'
import type { EntityAlarms } from '../data/alarms'
import { type Badge, pathOf, type TreeNode } from '../data/tree'
import { h, setAttribute, setText } from './dom'

const INDENT = 16
/** Levels below are shown at the same indent, so that their names have room. */
const MAX_INDENTS = 8

export interface RowState {
  readonly node: TreeNode
  readonly siblings: number
  /** Distance from the top of the tree in pixels. */
  readonly top: number
  readonly isExpandable: boolean
  readonly isOpen: boolean
  readonly isSelected: boolean
  readonly isActive: boolean
  readonly badge: Badge | undefined
  /** The entity's own alarms. */
  readonly own: EntityAlarms | undefined
  /** Whether alarms are not known yet. */
  readonly isUnknown: boolean
  /** What a planned change does to the entity. */
  readonly action: Action | undefined
  /** Why the entity matches the search, other than by its name, id or path. */
  readonly reason: string | undefined
}

export function createRow(): HTMLElement {
  // Spaces between the parts, so that the label of the row has the words that are shown.
  return h(
    'div',
    { role: 'treeitem', class: 'row' },
    h('span', { class: 'twisty', 'aria-hidden': 'true' }),
    ' ',
    h('span', { class: 'name' }),
    ' ',
    h('span', { class: 'reason muted' }),
    ' ',
    h('span', { class: 'change-chip' }),
    ' ',
    h('span', { class: 'badge' }),
  )
}

export function updateRow(row: HTMLElement, state: RowState): void {
  const { node, badge, action, reason, isExpandable, isOpen } = state
  const [toggle, name, hint, change, badgeElement] = row.children as unknown as HTMLElement[]
  row.dataset['id'] = node.id
  row.style.transform = `translateY(${state.top}px)`
  row.style.paddingInlineStart = `${Math.min(node.level - 1, MAX_INDENTS) * INDENT + 4}px`
  setAttribute(row, 'id', rowId(node.id))
  setAttribute(row, 'aria-level', node.level)
  setAttribute(row, 'aria-posinset', node.position)
  setAttribute(row, 'aria-setsize', state.siblings)
  setAttribute(row, 'aria-expanded', isExpandable ? String(isOpen) : undefined)
  setAttribute(row, 'aria-selected', String(state.isSelected))
  setAttribute(row, 'data-active', state.isActive)
  setAttribute(row, 'title', `${pathOf(node).replaceAll('/', ' / ')}\n${node.id}`)
  setText(toggle!, isExpandable ? (isOpen ? '▾' : '▸') : '')
  setText(name!, node.name)
  setText(hint!, reason ?? '')
  setText(change!, action ? `${SIGNS[action]} ${action}` : '')
  setAttribute(change!, 'data-action', action)
  setAttribute(row, 'data-action', action)
  // Without a badge, a row says that there is no alarm: the topmost ones show that this is not known yet.
  const isUnknown = state.isUnknown && node.level === 1
  setText(badgeElement!, badge ? String(badge.count) : isUnknown ? '?' : '')
  setAttribute(badgeElement!, 'data-severity', badge?.severity ?? (isUnknown ? 'unknown' : undefined))
  const description = isUnknown ? 'alarms not known yet' : badge && describeBadge(badge, state.own)
  setAttribute(badgeElement!, 'title', description)
  setAttribute(row, 'aria-label', [node.name, reason, action, description].filter(Boolean).join(', '))
}

function describeBadge({ severity, count }: Badge, own: EntityAlarms | undefined): string {
  const total = `${count} ${count === 1 ? 'alarm' : 'alarms'}, worst ${severity}`
  return own && own.count < count ? `${total}, own ${own.severity}` : total
}

export function rowId(entityId: string): string {
  return `row-${encodeURIComponent(entityId)}`
}

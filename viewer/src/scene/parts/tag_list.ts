/** The tags of a scene as a list, for the keyboard and for assistive technology. It is visible while it has the focus. */

import { setAttribute, setText } from '../../ui/dom'
import type { SceneNode } from '../node'
import type { IconStyle } from './icons'

/** Items of a group: the browser looks after which groups are on the screen, which takes long for thousands of items. */
const GROUP_SIZE = 50

const FRESHNESS = { current: '', stale: ', old value', failed: ', cannot be read' } as const

export interface TagItem {
  show(style: IconStyle): void
}

export class TagList {
  private readonly list = document.createElement('div')
  private readonly items = new Map<HTMLElement, SceneNode>()
  private readonly order: HTMLElement[] = []
  private active: HTMLElement | undefined

  constructor(
    container: HTMLElement,
    private readonly onPick: (node: SceneNode) => void,
  ) {
    this.list.className = 'scene-tags'
    this.list.role = 'listbox'
    this.list.ariaLabel = 'Tags of the scene'
    this.list.hidden = true
    this.list.addEventListener('keydown', (event) => this.onKey(event))
    this.list.addEventListener('click', (event) => this.pick(event.target as HTMLElement))
    container.append(this.list)
  }

  add(node: SceneNode): TagItem {
    const item = document.createElement('li')
    item.role = 'option'
    // What it shows is not known before the first value.
    item.textContent = node.definition.name
    item.ariaSelected = 'false'
    item.tabIndex = this.active ? -1 : 0
    this.active ??= item
    this.items.set(item, node)
    this.list.hidden = false
    if (this.order.length % GROUP_SIZE === 0) this.addGroup()
    this.order.push(item)
    this.list.lastElementChild!.append(item)
    return {
      show: ({ icon, freshness = 'current' }) => setText(item, `${node.definition.name}: ${icon}${FRESHNESS[freshness]}`),
    }
  }

  select(node: SceneNode, isSelected: boolean): void {
    for (const [item, owner] of this.items) if (owner === node) setAttribute(item, 'aria-selected', String(isSelected))
  }

  dispose(): void {
    this.list.remove()
  }

  private onKey(event: KeyboardEvent): void {
    const active = this.active
    if (!active || event.ctrlKey || event.metaKey || event.altKey) return
    if (event.key === 'Enter' || event.key === ' ') this.pick(active)
    else if (event.key === 'ArrowDown') this.focus(this.order[this.order.indexOf(active) + 1])
    else if (event.key === 'ArrowUp') this.focus(this.order[this.order.indexOf(active) - 1])
    else if (event.key === 'Home') this.focus(this.order[0])
    else if (event.key === 'End') this.focus(this.order.at(-1))
    else return
    event.preventDefault()
  }

  private addGroup(): void {
    const group = document.createElement('ul')
    group.role = 'presentation'
    this.list.append(group)
  }

  private focus(item: HTMLElement | undefined): void {
    if (!item) return
    if (this.active) this.active.tabIndex = -1
    this.active = item
    item.tabIndex = 0
    item.focus()
  }

  private pick(item: HTMLElement): void {
    const node = this.items.get(item)
    if (!node) return
    this.focus(item)
    this.onPick(node)
  }
}

/** The tags of a scene as a list, for the keyboard and for assistive technology. It is visible while it has the focus. */

import { setAttribute, setText } from '../../ui/dom'
import type { SceneNode } from '../node'
import type { IconStyle } from './icons'

const FRESHNESS = { current: '', stale: ', old value', failed: ', cannot be read' } as const

export interface TagItem {
  show(style: IconStyle): void
}

export class TagList {
  private readonly list = document.createElement('ul')
  private readonly items = new Map<HTMLElement, SceneNode>()
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
    this.list.append(item)
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
    else if (event.key === 'ArrowDown') this.focus(active.nextElementSibling)
    else if (event.key === 'ArrowUp') this.focus(active.previousElementSibling)
    else if (event.key === 'Home') this.focus(this.list.firstElementChild)
    else if (event.key === 'End') this.focus(this.list.lastElementChild)
    else return
    event.preventDefault()
  }

  private focus(item: Element | null): void {
    if (!(item instanceof HTMLElement)) return
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

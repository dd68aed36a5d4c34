/** The entity tree: a WAI-ARIA tree of which only the rows in view are in the document. */

import type { EntitySummary } from '../api/api'
import type { Severity } from '../data/severity'
import { ancestors, type Badge, buildTree, rollUp, type Tree, type TreeNode, visibleNodes } from '../data/tree'
import { h, setAttribute, setText } from './dom'

const ROW_HEIGHT = 28
/** Rows above and below the view, for fast scrolling. */
const MARGIN = 8
/** Pause after which letters begin a new word. */
const TYPE_MS = 700

export interface TreeOptions {
  readonly onSelect: (entityId: string) => void
}

export class TreeView {
  readonly element: HTMLElement
  readonly search: HTMLInputElement
  private readonly box: HTMLElement
  private readonly sizer: HTMLElement
  private readonly status: HTMLElement
  private readonly rows = new Map<string, HTMLElement>()
  private tree: Tree = { roots: [], byId: new Map() }
  private visible: TreeNode[] = []
  private expanded = new Set<string>()
  private badges = new Map<string, Badge>()
  private alarms: ReadonlyMap<string, Severity> = new Map()
  private selected: string | undefined
  /** Where the keyboard is. */
  private active: string | undefined
  private typed = ''
  private typedAt = 0
  private isScheduled = false
  private isFirst = true

  constructor(private readonly options: TreeOptions) {
    this.search = h('input', {
      type: 'search',
      placeholder: 'Search entities (/)',
      'aria-label': 'Search entities',
      'aria-controls': 'tree',
      autocomplete: 'off',
      spellcheck: 'false',
    })
    this.sizer = h('div', { class: 'tree-sizer', role: 'presentation' })
    this.box = h('div', { id: 'tree', role: 'tree', tabindex: 0, 'aria-label': 'Entities', class: 'tree' }, this.sizer)
    this.status = h('p', { class: 'tree-status muted', role: 'status' })
    this.element = h('section', { class: 'tree-pane', 'aria-label': 'Entities' }, this.search, this.status, this.box)
    this.search.addEventListener('input', () => {
      this.list()
      this.box.scrollTop = 0
    })
    this.search.addEventListener('keydown', (event) => this.searchKey(event))
    this.box.addEventListener('scroll', () => this.schedule(), { passive: true })
    this.box.addEventListener('click', (event) => this.click(event))
    this.box.addEventListener('keydown', (event) => this.key(event))
    this.box.addEventListener('focus', () => this.focused())
    new ResizeObserver(() => this.schedule()).observe(this.box)
  }

  /** Shows these entities; what was open stays open. */
  setEntities(entities: readonly EntitySummary[]): void {
    this.tree = buildTree(entities)
    if (this.isFirst && entities.length > 0) {
      // As much as fits into a look.
      if (entities.length <= 200) for (const id of this.tree.byId.keys()) this.expanded.add(id)
      else for (const root of this.tree.roots) this.expanded.add(root.id)
      this.isFirst = false
    }
    this.badges = rollUp(this.tree, this.alarms)
    this.reveal(this.selected)
    this.list()
  }

  setAlarms(alarms: ReadonlyMap<string, Severity>): void {
    this.alarms = alarms
    this.badges = rollUp(this.tree, alarms)
    this.schedule()
  }

  select(entityId: string | undefined): void {
    if (entityId === this.selected) return
    this.selected = entityId
    this.active = entityId ?? this.active
    this.reveal(entityId)
    this.list()
    if (entityId) this.scrollTo(entityId)
  }

  name(entityId: string): string | undefined {
    return this.tree.byId.get(entityId)?.name
  }

  private reveal(entityId: string | undefined): void {
    const node = this.tree.byId.get(entityId ?? '')
    if (node) for (const id of ancestors(node)) this.expanded.add(id)
  }

  private list(): void {
    this.visible = visibleNodes(this.tree, this.expanded, this.search.value)
    if (!this.visible.some((node) => node.id === this.active)) this.active = this.visible[0]?.id
    this.sizer.style.height = `${this.visible.length * ROW_HEIGHT}px`
    const all = this.tree.byId.size
    const found = this.search.value.trim() ? this.visible.filter((node) => this.isMatch(node)).length : all
    const noun = all === 1 ? 'entity' : 'entities'
    setText(this.status, found === all ? `${all} ${noun}` : `${found} of ${all} ${noun}`)
    this.draw()
  }

  private isMatch(node: TreeNode): boolean {
    return node.text.includes(this.search.value.trim().toLowerCase())
  }

  private schedule(): void {
    if (this.isScheduled) return
    this.isScheduled = true
    requestAnimationFrame(() => {
      this.isScheduled = false
      this.draw()
    })
  }

  private draw(): void {
    const first = Math.max(Math.floor(this.box.scrollTop / ROW_HEIGHT) - MARGIN, 0)
    const count = Math.ceil(this.box.clientHeight / ROW_HEIGHT) + 2 * MARGIN
    const wanted = this.visible.slice(first, first + count)
    const activeIndex = this.visible.findIndex((node) => node.id === this.active)
    const active = this.visible[activeIndex]
    // Assistive technology follows the active row, so that it must be there wherever the view is.
    if (active && !wanted.includes(active)) wanted.push(active)
    const ids = new Set(wanted.map((node) => node.id))
    for (const [id, row] of this.rows) {
      if (ids.has(id)) continue
      row.remove()
      this.rows.delete(id)
    }
    wanted.forEach((node, offset) => {
      const index = node === active ? activeIndex : first + offset
      let row = this.rows.get(node.id)
      if (!row) {
        row = makeRow()
        this.rows.set(node.id, row)
        this.sizer.append(row)
      }
      this.fill(row, node, index)
    })
    setAttribute(this.box, 'aria-activedescendant', active ? rowId(active.id) : undefined)
  }

  private fill(row: HTMLElement, node: TreeNode, index: number): void {
    const [twisty, name, mark] = row.children as unknown as [HTMLElement, HTMLElement, HTMLElement]
    const isOpen = this.expanded.has(node.id) || this.search.value.trim() !== ''
    const siblings = node.parent?.children ?? this.tree.roots
    const badge = this.badges.get(node.id)
    row.dataset['id'] = node.id
    row.style.transform = `translateY(${index * ROW_HEIGHT}px)`
    row.style.paddingInlineStart = `${(node.level - 1) * 16 + 4}px`
    setAttribute(row, 'id', rowId(node.id))
    setAttribute(row, 'aria-level', node.level)
    setAttribute(row, 'aria-posinset', node.position)
    setAttribute(row, 'aria-setsize', siblings.length)
    setAttribute(row, 'aria-expanded', node.children.length > 0 ? String(isOpen) : undefined)
    setAttribute(row, 'aria-selected', String(node.id === this.selected))
    setAttribute(row, 'data-active', node.id === this.active)
    setAttribute(row, 'title', node.id)
    setText(twisty, node.children.length === 0 ? '' : isOpen ? '▾' : '▸')
    setText(name, node.name)
    setText(mark, badge ? String(badge.count) : '')
    setAttribute(mark, 'data-severity', badge?.severity)
    const own = this.alarms.get(node.id)
    const words = badge ? `${badge.count} ${badge.count === 1 ? 'alarm' : 'alarms'}, worst ${badge.severity}` : undefined
    setAttribute(mark, 'title', words && own ? `${words}, own ${own}` : words)
    setAttribute(row, 'aria-label', words ? `${node.name}, ${words}` : node.name)
  }

  private click(event: MouseEvent): void {
    const target = event.target as HTMLElement
    const id = target.closest<HTMLElement>('[role=treeitem]')?.dataset['id']
    const node = this.tree.byId.get(id ?? '')
    if (!node) return
    this.active = node.id
    if (target.classList.contains('twisty') && node.children.length > 0) this.toggle(node)
    else this.choose(node)
  }

  private choose(node: TreeNode): void {
    this.active = node.id
    this.schedule()
    this.options.onSelect(node.id)
  }

  private toggle(node: TreeNode, open = !this.expanded.has(node.id)): void {
    if (open) this.expanded.add(node.id)
    else this.expanded.delete(node.id)
    this.list()
  }

  private searchKey(event: KeyboardEvent): void {
    if (event.key === 'Escape' && this.search.value) {
      this.search.value = ''
      this.list()
      event.stopPropagation()
    } else if (event.key === 'ArrowDown' || event.key === 'Enter') {
      event.preventDefault()
      const match = this.visible.find((node) => this.isMatch(node))
      if (!match) return
      this.active = match.id
      this.box.focus()
      if (event.key === 'Enter') this.choose(match)
      this.move(this.visible.indexOf(match))
    }
  }

  private focused(): void {
    if (this.active) this.scrollTo(this.active)
    this.schedule()
  }

  private key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const index = this.visible.findIndex((node) => node.id === this.active)
    const node = this.visible[index]
    if (!node || !this.act(event.key, node, index)) return
    event.preventDefault()
    event.stopPropagation()
  }

  /** Does what a key is for, by the WAI-ARIA pattern of a tree; false if it is for nothing. */
  private act(key: string, node: TreeNode, index: number): boolean {
    const page = Math.max(Math.floor(this.box.clientHeight / ROW_HEIGHT) - 1, 1)
    const isOpen = node.children.length > 0 && this.expanded.has(node.id)
    switch (key) {
      case 'ArrowDown':
        return this.move(index + 1)
      case 'ArrowUp':
        return this.move(index - 1)
      case 'PageDown':
        return this.move(index + page)
      case 'PageUp':
        return this.move(index - page)
      case 'Home':
        return this.move(0)
      case 'End':
        return this.move(this.visible.length - 1)
      case 'ArrowRight':
        if (isOpen) return this.move(index + 1)
        if (node.children.length > 0) this.toggle(node, true)
        return true
      case 'ArrowLeft':
        if (isOpen) this.toggle(node, false)
        else if (node.parent) this.move(this.visible.indexOf(node.parent))
        return true
      case 'Enter':
      case ' ':
        this.choose(node)
        return true
      case '*':
        for (const sibling of node.parent?.children ?? this.tree.roots) this.expanded.add(sibling.id)
        this.list()
        return true
      default:
        return key.length === 1 && key !== '/' && this.type(key, index)
    }
  }

  private move(index: number): boolean {
    const node = this.visible[Math.min(Math.max(index, 0), this.visible.length - 1)]
    if (!node) return true
    this.active = node.id
    this.scrollTo(node.id)
    this.schedule()
    return true
  }

  /** Goes to the next row whose name begins with what is typed. */
  private type(letter: string, index: number): boolean {
    const now = performance.now()
    this.typed = now - this.typedAt > TYPE_MS ? letter : this.typed + letter
    this.typedAt = now
    const wanted = this.typed.toLowerCase()
    // A further letter of the same word may leave us where we are.
    const start = this.typed.length === 1 ? index + 1 : index
    const turned = [...this.visible.slice(start), ...this.visible.slice(0, start)]
    const found = turned.find((node) => node.name.toLowerCase().startsWith(wanted))
    if (found) this.move(this.visible.indexOf(found))
    return true
  }

  private scrollTo(entityId: string): void {
    const index = this.visible.findIndex((node) => node.id === entityId)
    if (index < 0) return
    const top = index * ROW_HEIGHT
    if (top < this.box.scrollTop) this.box.scrollTop = top
    else if (top + ROW_HEIGHT > this.box.scrollTop + this.box.clientHeight) {
      this.box.scrollTop = top + ROW_HEIGHT - this.box.clientHeight
    }
  }
}

function makeRow(): HTMLElement {
  return h(
    'div',
    { role: 'treeitem', class: 'row' },
    h('span', { class: 'twisty', 'aria-hidden': 'true' }),
    h('span', { class: 'name' }),
    h('span', { class: 'badge' }),
  )
}

function rowId(entityId: string): string {
  return `row-${encodeURIComponent(entityId)}`
}

/** The entity tree: a WAI-ARIA tree that keeps only the visible rows in the document. */

import { type Alarms, UNKNOWN_ALARMS } from '../data/alarms'
import type { EntityList } from '../data/entities'
import type { Matches } from '../data/entity_search'
import type { Action } from '../data/review'
import { ancestorIds, type Badge, buildTree, matchesSearch, rollUp, searchText, type Tree, type TreeNode, visibleNodes } from '../data/tree'
import { Announcer } from './announcer'
import { h, setAttribute, setText } from './dom'
import { createRow, rowId, updateRow } from './tree_row'

const ROW_HEIGHT = 28
/** A tree with at most so many entities is expanded at first; of a larger one, only the first roots are. */
const MAX_EXPANDED = 200
const MAX_EXPANDED_ROOTS = 5
/** Pause in milliseconds after which the service is asked for what the user typed. */
const SEARCH_PAUSE_MS = 300
/** Additional rows above and below the visible ones, for fast scrolling. */
const MARGIN_ROWS = 8
/** Pause in milliseconds after which typing starts a new search. */
const TYPE_AHEAD_MS = 700

export interface TreeOptions {
  readonly onSelect: (entityId: string) => void
  /** The children of an entity are shown. */
  readonly onOpen: (entityId: string) => void
  /** The user pauses after typing a search; undefined when there is no search any more. */
  readonly onSearch: (typed: string | undefined) => void
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
  private alarms: Alarms = UNKNOWN_ALARMS
  private changes: ReadonlyMap<string, Action> = new Map()
  private selected: string | undefined
  /** The row that has the keyboard focus. */
  private active: string | undefined
  private typed = ''
  private typedAt = 0
  private isScheduled = false
  private isInitial = true
  private list: Pick<EntityList, 'isComplete' | 'isLarge'> = { isComplete: false, isLarge: false }
  /** Why entities match the search, other than by their name, id or path. */
  private matches: Matches = new Map()
  private searchTimer: ReturnType<typeof setTimeout> | undefined
  private readonly announcer = new Announcer()

  constructor(private readonly options: TreeOptions) {
    this.search = h('input', {
      type: 'search',
      placeholder: 'Search entities (/)',
      title: 'Name, id, type, external id, or a path such as "Hall 1/Press"',
      'aria-label': 'Search entities',
      'aria-controls': 'tree',
      autocomplete: 'off',
      spellcheck: 'false',
    })
    this.sizer = h('div', { class: 'tree-sizer', role: 'presentation' })
    this.box = h('div', { id: 'tree', role: 'tree', tabindex: 0, 'aria-label': 'Entities', class: 'tree' }, this.sizer)
    this.status = h('p', { class: 'tree-status muted' }, 'Reading entities …')
    const parts = [this.search, this.status, this.box, this.announcer.element]
    this.element = h('section', { class: 'tree-pane', 'aria-label': 'Entities' }, ...parts)
    this.search.addEventListener('input', () => this.onSearch())
    this.search.addEventListener('keydown', (event) => this.onSearchKey(event))
    this.box.addEventListener('scroll', () => this.schedule(), { passive: true })
    this.box.addEventListener('click', (event) => this.onClick(event))
    this.box.addEventListener('keydown', (event) => this.onKey(event))
    this.box.addEventListener('focus', () => this.onFocus())
    new ResizeObserver(() => this.schedule()).observe(this.box)
  }

  /** Replace the entities. Expanded rows stay expanded. */
  setEntities({ entities, isComplete, isLarge }: EntityList): void {
    this.tree = buildTree(entities, isComplete)
    this.list = { isComplete, isLarge }
    if (this.isInitial && this.tree.roots.length > 0) {
      this.isInitial = false
      const initial = isComplete && entities.length <= MAX_EXPANDED ? this.tree.byId.values() : this.tree.roots.slice(0, MAX_EXPANDED_ROOTS)
      for (const { id } of initial) this.expand(id)
    }
    this.badges = rollUp(this.tree, this.alarms.byEntity)
    this.reveal(this.selected)
    this.refresh()
  }

  /** Ids of the entities whose children are shown. */
  get openIds(): readonly string[] {
    return [...this.expanded]
  }

  /** Show entities that match the search for another reason than their name, id or path. */
  setMatches(matches: Matches): void {
    this.matches = matches
    this.refresh()
  }

  setAlarms(alarms: Alarms): void {
    this.alarms = alarms
    this.badges = rollUp(this.tree, alarms.byEntity)
    this.schedule()
  }

  /** Mark entities by what a planned change does to them. Those above them are expanded. */
  setChanges(changes: ReadonlyMap<string, Action>): void {
    this.changes = changes
    for (const id of [...changes.keys()].slice(0, MAX_EXPANDED)) this.reveal(id)
    this.refresh()
  }

  select(entityId: string | undefined): void {
    if (entityId === this.selected) return
    this.selected = entityId
    this.active = entityId ?? this.active
    this.reveal(entityId)
    this.refresh()
    if (entityId) this.scrollTo(entityId)
  }

  name(entityId: string): string | undefined {
    return this.tree.byId.get(entityId)?.name
  }

  node(entityId: string): TreeNode | undefined {
    return this.tree.byId.get(entityId)
  }

  /** The alarms of an entity and of what is below it; undefined without one. */
  badge(entityId: string): Badge | undefined {
    return this.badges.get(entityId)
  }

  private reveal(entityId: string | undefined): void {
    const node = this.tree.byId.get(entityId ?? '')
    if (node) for (const id of ancestorIds(node)) this.expand(id)
  }

  private expand(entityId: string): void {
    if (this.expanded.has(entityId)) return
    this.expanded.add(entityId)
    this.options.onOpen(entityId)
  }

  private onSearch(): void {
    const typed = this.search.value
    clearTimeout(this.searchTimer)
    this.matches = new Map()
    if (typed.trim() === '') this.options.onSearch(undefined)
    else this.searchTimer = setTimeout(() => this.options.onSearch(typed), SEARCH_PAUSE_MS)
    this.refresh()
    this.box.scrollTop = 0
  }

  private refresh(): void {
    this.visible = visibleNodes(this.tree, this.expanded, this.search.value, new Set(this.matches.keys()))
    if (!this.visible.some((node) => node.id === this.active)) this.active = this.visible[0]?.id
    this.sizer.style.height = `${this.visible.length * ROW_HEIGHT}px`
    const text = this.statusText()
    setText(this.status, text)
    if (this.list.isComplete || this.list.isLarge) this.announcer.say(text)
    this.draw()
  }

  private statusText(): string {
    const { isComplete, isLarge } = this.list
    const total = this.tree.byId.size
    if (total === 0 && !isComplete) return 'Reading entities …'
    const noun = total === 1 ? 'entity' : 'entities'
    const search = searchText(this.search.value)
    const count = search ? this.visible.filter((node) => this.isMatch(node)).length : total
    const text = search && count !== total ? `${count.toLocaleString()} of ${total.toLocaleString()} ${noun}` : `${total.toLocaleString()} ${noun}`
    if (isComplete) return text
    return isLarge ? `${text} read; open or search for others` : `${text} read so far …`
  }

  private isMatch(node: TreeNode): boolean {
    return matchesSearch(node, searchText(this.search.value)) || this.matches.has(node.id)
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
    const first = Math.max(Math.floor(this.box.scrollTop / ROW_HEIGHT) - MARGIN_ROWS, 0)
    const count = Math.ceil(this.box.clientHeight / ROW_HEIGHT) + 2 * MARGIN_ROWS
    const nodes = this.visible.slice(first, first + count)
    const activeIndex = this.visible.findIndex((node) => node.id === this.active)
    const active = this.visible[activeIndex]
    // Assistive technology follows the active row, so it is in the document even if it is scrolled out of view.
    if (active && !nodes.includes(active)) nodes.push(active)
    const ids = new Set(nodes.map((node) => node.id))
    for (const [id, row] of this.rows) {
      if (ids.has(id)) continue
      row.remove()
      this.rows.delete(id)
    }
    nodes.forEach((node, offset) => {
      const index = node === active ? activeIndex : first + offset
      let row = this.rows.get(node.id)
      if (!row) {
        row = createRow()
        this.rows.set(node.id, row)
        this.sizer.append(row)
      }
      this.updateRow(row, node, index)
    })
    setAttribute(this.box, 'aria-activedescendant', active ? rowId(active.id) : undefined)
  }

  private updateRow(row: HTMLElement, node: TreeNode, index: number): void {
    updateRow(row, {
      node,
      siblings: (node.parent?.children ?? this.tree.roots).length,
      top: index * ROW_HEIGHT,
      isExpandable: this.isExpandable(node),
      isOpen: this.expanded.has(node.id) || this.search.value.trim() !== '',
      isSelected: node.id === this.selected,
      isActive: node.id === this.active,
      badge: this.badges.get(node.id),
      own: this.alarms.byEntity.get(node.id),
      isUnknown: this.alarms.state === 'unknown',
      action: this.changes.get(node.id),
      reason: this.matches.get(node.id),
    })
  }

  /** Whether the node has children, some of which may not be read yet. */
  private isExpandable(node: TreeNode): boolean {
    return node.children.length > 0 || (!this.list.isComplete && node.hasUnreadChildren)
  }

  private onClick(event: MouseEvent): void {
    const target = event.target as HTMLElement
    const id = target.closest<HTMLElement>('[role=treeitem]')?.dataset['id']
    const node = this.tree.byId.get(id ?? '')
    if (!node) return
    this.active = node.id
    if (target.classList.contains('twisty') && this.isExpandable(node)) this.toggle(node)
    else this.selectNode(node)
  }

  private selectNode(node: TreeNode): void {
    this.active = node.id
    this.schedule()
    this.options.onSelect(node.id)
  }

  private toggle(node: TreeNode, open = !this.expanded.has(node.id)): void {
    if (open) this.expand(node.id)
    else this.expanded.delete(node.id)
    this.refresh()
  }

  private onSearchKey(event: KeyboardEvent): void {
    if (event.key === 'Escape' && this.search.value) {
      this.search.value = ''
      this.onSearch()
      event.stopPropagation()
    } else if (event.key === 'ArrowDown' || event.key === 'Enter') {
      event.preventDefault()
      const match = this.visible.find((node) => this.isMatch(node))
      if (!match) return
      this.active = match.id
      this.box.focus()
      if (event.key === 'Enter') this.selectNode(match)
      this.activateRow(this.visible.indexOf(match))
    }
  }

  private onFocus(): void {
    if (this.active) this.scrollTo(this.active)
    this.schedule()
  }

  private onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const index = this.visible.findIndex((node) => node.id === this.active)
    const node = this.visible[index]
    if (!node || !this.handleKey(event.key, node, index)) return
    event.preventDefault()
    event.stopPropagation()
  }

  /** Handle a key by the WAI-ARIA tree pattern. @returns Whether the key is one of the pattern. */
  private handleKey(key: string, node: TreeNode, index: number): boolean {
    const page = Math.max(Math.floor(this.box.clientHeight / ROW_HEIGHT) - 1, 1)
    const isOpen = this.isExpandable(node) && this.expanded.has(node.id)
    switch (key) {
      case 'ArrowDown':
        return this.activateRow(index + 1)
      case 'ArrowUp':
        return this.activateRow(index - 1)
      case 'PageDown':
        return this.activateRow(index + page)
      case 'PageUp':
        return this.activateRow(index - page)
      case 'Home':
        return this.activateRow(0)
      case 'End':
        return this.activateRow(this.visible.length - 1)
      case 'ArrowRight':
        if (isOpen) return this.activateRow(index + 1)
        if (this.isExpandable(node)) this.toggle(node, true)
        return true
      case 'ArrowLeft':
        if (isOpen) this.toggle(node, false)
        else if (node.parent) this.activateRow(this.visible.indexOf(node.parent))
        return true
      case 'Enter':
      case ' ':
        this.selectNode(node)
        return true
      case '*':
        for (const sibling of node.parent?.children ?? this.tree.roots) this.expand(sibling.id)
        this.refresh()
        return true
      default:
        return key.length === 1 && key !== '/' && this.typeAhead(key, index)
    }
  }

  private activateRow(index: number): boolean {
    const node = this.visible[Math.min(Math.max(index, 0), this.visible.length - 1)]
    if (!node) return true
    this.active = node.id
    this.scrollTo(node.id)
    this.schedule()
    return true
  }

  /** Activate the next row whose name begins with the typed text. */
  private typeAhead(letter: string, index: number): boolean {
    const now = performance.now()
    this.typed = now - this.typedAt > TYPE_AHEAD_MS ? letter : this.typed + letter
    this.typedAt = now
    const prefix = this.typed.toLowerCase()
    // A further letter of the same text may match the present row, too.
    const start = this.typed.length === 1 ? index + 1 : index
    const candidates = [...this.visible.slice(start), ...this.visible.slice(0, start)]
    const match = candidates.find((node) => node.name.toLowerCase().startsWith(prefix))
    if (match) this.activateRow(this.visible.indexOf(match))
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

/** The entity tree: its visible rows, and the roll-up of alarms. Pure. */

import { type EntitySummary, ROOT } from '../api/api'
import { type Severity, worse } from './severity'

export class TreeNode {
  parent: TreeNode | undefined
  /** Position among the siblings, from 1. */
  position = 1
  private readonly below: TreeNode[] = []
  private isSorted = true
  private textOfSearch: string | undefined
  private pathOfSearch: string | undefined

  constructor(readonly entity: EntitySummary) {}

  get id(): string {
    return this.entity.entityId
  }

  get name(): string {
    return this.entity.entityName
  }

  /** In the order of their names. They are sorted when they are first seen: most of a large tree never is. */
  get children(): readonly TreeNode[] {
    if (!this.isSorted) sortSiblings(this.below)
    this.isSorted = true
    return this.below
  }

  /** 1 for a root. */
  get level(): number {
    let level = 1
    for (let ancestor = this.parent; ancestor; ancestor = ancestor.parent) level += 1
    return level
  }

  /** Whether the entity has children that are not read yet. */
  get hasUnreadChildren(): boolean {
    return this.below.length === 0 && this.entity.hasChildEntities === true
  }

  /** Name and id in lower case, for the search. */
  get text(): string {
    return (this.textOfSearch ??= `${this.name}\n${this.id}`.toLowerCase())
  }

  /** The names from the root to this node in lower case, with slashes between them. */
  get path(): string {
    return (this.pathOfSearch ??= pathOf(this).toLowerCase())
  }

  add(child: TreeNode): void {
    child.parent = this
    this.below.push(child)
    this.isSorted = false
  }
}

export interface Tree {
  readonly roots: readonly TreeNode[]
  readonly byId: ReadonlyMap<string, TreeNode>
}

const compareNames = new Intl.Collator(undefined, { numeric: true }).compare

function sortSiblings(nodes: TreeNode[]): void {
  nodes.sort((a, b) => compareNames(a.name, b.name) || compareNames(a.id, b.id))
  nodes.forEach((node, index) => (node.position = index + 1))
}

/** @param isComplete Whether these are all entities. Otherwise, those whose parent is not read yet are left out. */
export function buildTree(entities: readonly EntitySummary[], isComplete = true): Tree {
  const byId = new Map(entities.map((entity) => [entity.entityId, new TreeNode(entity)]))
  const roots: TreeNode[] = []
  for (const node of byId.values()) {
    const { parentEntityId } = node.entity
    const parent = byId.get(parentEntityId ?? '')
    if (parent) parent.add(node)
    else if (isComplete || parentEntityId === undefined || parentEntityId === ROOT) roots.push(node)
  }
  sortSiblings(roots)
  return { roots, byId }
}

/** The names from the root to a node, with slashes between them. */
export function pathOf(node: TreeNode): string {
  const names = [node.name]
  for (let ancestor = node.parent; ancestor; ancestor = ancestor.parent) names.push(ancestor.name)
  return names.reverse().join('/')
}

/**
 * Whether a node matches a search by its name or id; by its path if the search has a slash.
 *
 * @param search In the form of `searchText`.
 */
export function matchesSearch(node: TreeNode, search: string): boolean {
  return node.text.includes(search) || (search.includes('/') && node.path.includes(search))
}

/** What a user typed, in the form that nodes are compared with. */
export function searchText(typed: string): string {
  return typed.trim().toLowerCase().replace(/\s*\/\s*/g, '/')
}

/**
 * The visible nodes in order.
 *
 * With a search: the nodes that match, and their ancestors.
 *
 * @param matching Ids of entities that match for other reasons, such as their type.
 */
export function visibleNodes(
  tree: Tree,
  expanded: ReadonlySet<string>,
  search: string,
  matching: ReadonlySet<string> = new Set(),
): TreeNode[] {
  const text = searchText(search)
  const matches = text ? matchesWithAncestors(tree, text, matching) : undefined
  const visible: TreeNode[] = []
  const stack = [...tree.roots].reverse()
  for (let node = stack.pop(); node; node = stack.pop()) {
    if (matches && !matches.has(node)) continue
    visible.push(node)
    if (!matches && !expanded.has(node.id)) continue
    for (let index = node.children.length - 1; index >= 0; index -= 1) stack.push(node.children[index] as TreeNode)
  }
  return visible
}

function matchesWithAncestors(tree: Tree, text: string, matching: ReadonlySet<string>): Set<TreeNode> {
  const matches = new Set<TreeNode>()
  for (const node of tree.byId.values()) {
    if (!matchesSearch(node, text) && !matching.has(node.id)) continue
    for (let ancestor: TreeNode | undefined = node; ancestor && !matches.has(ancestor); ancestor = ancestor.parent) {
      matches.add(ancestor)
    }
  }
  return matches
}

/** Ids of a node's ancestors, the nearest first. */
export function ancestorIds(node: TreeNode): string[] {
  const ids: string[] = []
  for (let ancestor = node.parent; ancestor; ancestor = ancestor.parent) ids.push(ancestor.id)
  return ids
}

export interface Badge {
  readonly severity: Severity
  /** Number of alarms of the node and of those below it. */
  readonly count: number
}

/** The badge of each node that has an alarm itself or below it. @param alarms The alarms of entities, by id. */
export function rollUp(tree: Tree, alarms: ReadonlyMap<string, Badge>): Map<string, Badge> {
  const badges = new Map<string, Badge>()
  for (const [id, { severity, count }] of alarms) {
    for (let node = tree.byId.get(id); node; node = node.parent) {
      const badge = badges.get(node.id)
      badges.set(node.id, {
        severity: badge ? worse(badge.severity, severity) : severity,
        count: (badge?.count ?? 0) + count,
      })
    }
  }
  return badges
}

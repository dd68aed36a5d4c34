/** The entity tree: its visible rows, and the roll-up of alarms. Pure. */

import type { EntitySummary } from '../api/api'
import { type Severity, worse } from './severity'

export interface TreeNode {
  readonly id: string
  readonly name: string
  readonly parent: TreeNode | undefined
  readonly children: TreeNode[]
  /** 1 for a root. */
  readonly level: number
  /** Position among the siblings, from 1. */
  readonly position: number
  /** Name and id in lower case, for the search. */
  readonly text: string
}

export interface Tree {
  readonly roots: readonly TreeNode[]
  readonly byId: ReadonlyMap<string, TreeNode>
}

const compareNames = new Intl.Collator(undefined, { numeric: true }).compare

export function buildTree(entities: readonly EntitySummary[]): Tree {
  const childrenOf = new Map<string, EntitySummary[]>()
  const ids = new Set(entities.map((entity) => entity.entityId))
  for (const entity of entities) {
    // The parent of a root is $ROOT, which is not an entity.
    const parent = ids.has(entity.parentEntityId ?? '') ? (entity.parentEntityId ?? '') : ''
    const siblings = childrenOf.get(parent)
    if (siblings) siblings.push(entity)
    else childrenOf.set(parent, [entity])
  }
  const byId = new Map<string, TreeNode>()
  const createNodes = (parent: TreeNode | undefined): TreeNode[] => {
    const children = childrenOf.get(parent?.id ?? '') ?? []
    children.sort((a, b) => compareNames(a.entityName, b.entityName) || compareNames(a.entityId, b.entityId))
    return children.map((entity, index) => {
      const node: TreeNode = {
        id: entity.entityId,
        name: entity.entityName,
        parent,
        children: [],
        level: (parent?.level ?? 0) + 1,
        position: index + 1,
        text: `${entity.entityName}\n${entity.entityId}`.toLowerCase(),
      }
      byId.set(node.id, node)
      return node
    })
  }
  const roots = createNodes(undefined)
  // A stack, because recursion would overflow in a deep tree.
  const stack = [...roots]
  for (let node = stack.pop(); node; node = stack.pop()) {
    for (const child of createNodes(node)) {
      node.children.push(child)
      stack.push(child)
    }
  }
  return { roots, byId }
}

/** The visible nodes in order. With a search: the nodes that match, and their ancestors. */
export function visibleNodes(tree: Tree, expanded: ReadonlySet<string>, search: string): TreeNode[] {
  const text = search.trim().toLowerCase()
  const matches = text ? matchesWithAncestors(tree, text) : undefined
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

function matchesWithAncestors(tree: Tree, text: string): Set<TreeNode> {
  const matches = new Set<TreeNode>()
  for (const node of tree.byId.values()) {
    if (!node.text.includes(text)) continue
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
  /** Number of entities with an alarm, the node's own included. */
  readonly count: number
}

/** The badge of each node that has an alarm itself or below it. */
export function rollUp(tree: Tree, alarms: ReadonlyMap<string, Severity>): Map<string, Badge> {
  const badges = new Map<string, Badge>()
  for (const [id, severity] of alarms) {
    if (severity === 'normal') continue
    for (let node = tree.byId.get(id); node; node = node.parent) {
      const badge = badges.get(node.id)
      badges.set(node.id, {
        severity: badge ? worse(badge.severity, severity) : severity,
        count: (badge?.count ?? 0) + 1,
      })
    }
  }
  return badges
}

/** The entity tree: what is visible of it, and how alarms roll up. Pure. */

import type { EntitySummary } from '../api/api'
import { type Severity, worse } from './severity'

export interface TreeNode {
  readonly id: string
  readonly name: string
  readonly parent: TreeNode | undefined
  readonly children: TreeNode[]
  /** 1 for the topmost. */
  readonly level: number
  /** Position among its siblings, from 1. */
  readonly position: number
  /** Name and id in lower case, for the search. */
  readonly text: string
}

export interface Tree {
  readonly roots: readonly TreeNode[]
  readonly byId: ReadonlyMap<string, TreeNode>
}

const order = new Intl.Collator(undefined, { numeric: true }).compare

export function buildTree(entities: readonly EntitySummary[]): Tree {
  const below = new Map<string, EntitySummary[]>()
  const known = new Set(entities.map((one) => one.entityId))
  for (const one of entities) {
    // The service's id of what is above the topmost is no entity.
    const parent = known.has(one.parentEntityId ?? '') ? (one.parentEntityId ?? '') : ''
    const siblings = below.get(parent)
    if (siblings) siblings.push(one)
    else below.set(parent, [one])
  }
  const byId = new Map<string, TreeNode>()
  const make = (parent: TreeNode | undefined): TreeNode[] => {
    const found = below.get(parent?.id ?? '') ?? []
    found.sort((a, b) => order(a.entityName, b.entityName) || order(a.entityId, b.entityId))
    return found.map((one, index) => {
      const node: TreeNode = {
        id: one.entityId,
        name: one.entityName,
        parent,
        children: [],
        level: (parent?.level ?? 0) + 1,
        position: index + 1,
        text: `${one.entityName}\n${one.entityId}`.toLowerCase(),
      }
      byId.set(node.id, node)
      return node
    })
  }
  const roots = make(undefined)
  // By a list and not by recursion: nothing says how deep it is.
  const open = [...roots]
  for (let node = open.pop(); node; node = open.pop()) {
    for (const child of make(node)) {
      node.children.push(child)
      open.push(child)
    }
  }
  return { roots, byId }
}

/** Nodes in the order in which they are shown. With a search: those that match, and what is above them. */
export function visibleNodes(tree: Tree, expanded: ReadonlySet<string>, search: string): TreeNode[] {
  const wanted = search.trim().toLowerCase()
  const kept = wanted ? matching(tree, wanted) : undefined
  const found: TreeNode[] = []
  const open = [...tree.roots].reverse()
  for (let node = open.pop(); node; node = open.pop()) {
    if (kept && !kept.has(node)) continue
    found.push(node)
    if (!kept && !expanded.has(node.id)) continue
    for (let index = node.children.length - 1; index >= 0; index -= 1) open.push(node.children[index] as TreeNode)
  }
  return found
}

function matching(tree: Tree, wanted: string): Set<TreeNode> {
  const kept = new Set<TreeNode>()
  for (const node of tree.byId.values()) {
    if (!node.text.includes(wanted)) continue
    for (let above: TreeNode | undefined = node; above && !kept.has(above); above = above.parent) kept.add(above)
  }
  return kept
}

/** Ids of what is above a node, so that it can be shown. */
export function ancestors(node: TreeNode): string[] {
  const found: string[] = []
  for (let above = node.parent; above; above = above.parent) found.push(above.id)
  return found
}

export interface Badge {
  readonly severity: Severity
  /** Entities with an alarm, itself included. */
  readonly count: number
}

/** What each node with an alarm, its own or one below it, shows. */
export function rollUp(tree: Tree, alarms: ReadonlyMap<string, Severity>): Map<string, Badge> {
  const badges = new Map<string, Badge>()
  for (const [id, severity] of alarms) {
    if (severity === 'normal') continue
    for (let node = tree.byId.get(id); node; node = node.parent) {
      const before = badges.get(node.id)
      badges.set(node.id, {
        severity: before ? worse(before.severity, severity) : severity,
        count: (before?.count ?? 0) + 1,
      })
    }
  }
  return badges
}

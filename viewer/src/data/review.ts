/** A planned change, which `twin preview --plan` writes into the page: what differs, and what marks it. Pure. */

import type { EntitySummary } from '../api/api'

export const ACTIONS = ['added', 'changed', 'moved', 'renamed', 'replaced', 'removed'] as const
export type Action = (typeof ACTIONS)[number]

/** The state of the twin that is shown. */
export type Side = 'before' | 'after'

/** The signs of `twin plan`. */
export const SIGNS: Readonly<Record<Action, string>> = {
  added: '+',
  changed: '~',
  moved: '>',
  renamed: '=',
  replaced: '!',
  removed: '−',
}

/** A difference inside of a thing, in words. */
export interface Detail {
  readonly action: Action
  /** Keys from the thing to what differs; from the node for one of a scene's node. Empty for the whole node. */
  readonly path: readonly string[]
  readonly text: string
  /** Names on the way to a node of a scene, with slashes between them. */
  readonly node?: string
  /** The same before the node was put below another one. */
  readonly formerNode?: string
}

export interface Risk {
  readonly code: string
  readonly level: 'safe' | 'attention' | 'danger'
  readonly text: string
}

export interface Change {
  readonly action: Action
  readonly kind: string
  readonly id: string
  readonly formerId?: string
  readonly text: string
  readonly details: readonly Detail[]
  readonly risks: readonly Risk[]
}

export interface EntityChange {
  readonly action: Action
  readonly formerId?: string
}

/** Written by `twin_stack/plan/review.py`. */
export interface Review {
  readonly summary: string
  /** Names of the sides, such as `main:models/factory`. */
  readonly from: string
  readonly to: string
  /** By the present id of an entity; by the former one if it is removed. */
  readonly entities: Readonly<Record<string, EntityChange>>
  readonly changes: readonly Change[]
  /** Those that belong to none of the changes. */
  readonly risks: readonly Risk[]
}

/** A node of a scene that differs. */
export interface NodeMark {
  /** Path of the node after the change; before it if it is removed. */
  readonly path: string
  readonly formerPath: string
  readonly name: string
  readonly action: Action
  /** What happens to the node, in words that its details explain: "moved", "re-bound". */
  readonly words: string
  readonly details: readonly Detail[]
}

/** The marks of a scene in the order of the plan. */
export function nodeMarks(change: Change): NodeMark[] {
  const byNode = new Map<string, Detail[]>()
  for (const detail of change.details) {
    if (detail.node === undefined) continue
    const details = byNode.get(detail.node)
    if (details) details.push(detail)
    else byNode.set(detail.node, [detail])
  }
  const moves = new Map(change.details.flatMap(({ node, formerNode }) => (node !== undefined && formerNode !== undefined ? [[node, formerNode]] : [])))
  return [...byNode].map(([path, details]) => {
    const whole = details.find((detail) => detail.path.length === 0)
    const parts = details.filter((detail) => detail !== whole)
    const words = [...new Set([...(whole ? [whole.action] : []), ...parts.map(wordOf)])]
    return {
      path,
      formerPath: whole?.action === 'removed' ? path : formerPathOf(path, moves),
      name: nameOf(path),
      action: whole?.action ?? (words.includes('moved') ? 'moved' : 'changed'),
      words: words.join(', '),
      details,
    }
  })
}

/** The last name of a path. */
export function nameOf(path: string): string {
  return path.match(/(?:[^/\\]|\\.)*$/s)![0].replaceAll('\\/', '/')
}

/** The path that a node had before the nearest moved one of it and the nodes above it was moved. */
function formerPathOf(path: string, moves: ReadonlyMap<string, string>): string {
  const moved = [...moves.keys()].filter((above) => path === above || path.startsWith(`${above}/`))
  const nearest = moved.sort((one, other) => other.length - one.length)[0]
  return nearest === undefined ? path : moves.get(nearest)! + path.slice(nearest.length)
}

/** Ids of the rules of a scene that differ. Nodes with such a rule look different without being changed. */
export function changedRules(change: Change): ReadonlySet<string> {
  return new Set(change.details.flatMap(({ node, path }) => (node === undefined && path[0] === 'rules' && path[1] ? [path[1]] : [])))
}

function wordOf({ path }: Detail): string {
  const last = path.at(-1) ?? ''
  if (path[0] === 'transform') return last === 'rotation' ? 'turned' : last === 'scale' ? 'resized' : 'moved'
  if (path.includes('valueDataBinding') || path.includes('valueDataBindings')) return 're-bound'
  if (last === 'ruleBasedMapId') return 'other rule'
  if (/colou?r$/i.test(last)) return 're-coloured'
  if (last === 'uri') return 'other file'
  return 'changed'
}

/** The id of an entity in one of the states; undefined if it does not exist there. */
export function idOnSide(review: Review, side: Side, entityId: string): string | undefined {
  const change = review.entities[entityId]
  if (side === 'after') return change?.action === 'removed' ? undefined : entityId
  return change?.action === 'added' ? undefined : (change?.formerId ?? entityId)
}

/** The present id of an entity. */
export function presentId(review: Review, side: Side, entityId: string): string {
  if (side === 'after') return entityId
  return Object.entries(review.entities).find(([, { formerId }]) => formerId === entityId)?.[0] ?? entityId
}

/** The entities of both states, as one tree: removed ones are below the parent that they had. */
export function entitiesOfBoth(
  review: Review,
  before: readonly EntitySummary[],
  after: readonly EntitySummary[],
): EntitySummary[] {
  const removed = before.filter(({ entityId }) => review.entities[entityId]?.action === 'removed')
  return [
    ...after,
    ...removed.map((entity) =>
      entity.parentEntityId === undefined
        ? entity
        : { ...entity, parentEntityId: presentId(review, 'before', entity.parentEntityId) },
    ),
  ]
}

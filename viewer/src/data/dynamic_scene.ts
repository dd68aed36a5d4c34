/** Reads the entities that are the nodes of a dynamic scene, and adds them to its document. */

import { type Api, ApiError, type Entity, type EntitySummary } from '../api/api'
import type { Problem } from '../scene/document'
import { addEntityNodes, NODE_TYPE } from '../scene/entity_nodes'
import { isObject } from '../scene/problems'
import { Limiter } from './limiter'

/** Levels below the root that AWS's viewer reads (App Kit, `fetchSceneNodes`). */
const MAX_LEVELS = 10
const MAX_CONCURRENT = 6
/** Most nodes that are read: each takes a request. */
const MAX_NODES = 2_000

/** A scene document as it is drawn. */
export interface ReadDocument {
  readonly text: string
  readonly problems: readonly Problem[]
  /** Of a dynamic scene, what it is made from. */
  readonly note?: string
}

/**
 * Return the text of a scene document with nodes for the entities below its root entity.
 *
 * @param text JSON of the document. If it is no dynamic scene, or is broken, it is returned as it is.
 * @throws {ApiError} when entities cannot be read.
 */
export async function withEntityNodes(
  text: string,
  api: Api,
  workspaceId: string,
): Promise<ReadDocument> {
  const document = parse(text)
  const properties = isObject(document) && isObject(document['properties']) ? document['properties'] : {}
  const rootId = properties['sceneRootEntityId']
  const isDynamic = isObject(document) && typeof rootId === 'string' && rootId !== ''
  const isReadable = isObject(document) && Array.isArray(document['nodes']) && Array.isArray(document['rootNodeIndexes'])
  if (!isDynamic || !isReadable) return { text, problems: [] }
  const warn = (message: string): Problem => ({ level: 'warning', message })
  try {
    await api.entity(workspaceId, rootId)
  } catch (error) {
    if (!(error instanceof ApiError) || error.isTransient) throw error
    return { text, problems: [warn(`root entity "${rootId}" of the dynamic scene cannot be read: ${error.message}`)] }
  }
  const summaries = await api.entities(workspaceId, { componentTypeId: NODE_TYPE })
  const { nodes, isCut } = nodesBelow(rootId, summaries)
  const limiter = new Limiter(MAX_CONCURRENT)
  const entities = await Promise.all(nodes.map(({ entityId }) => limiter.run(() => readNode(api, workspaceId, entityId))))
  const present = entities.filter((entity): entity is Entity => entity !== undefined)
  const dynamic = addEntityNodes(document, rootId, present)
  const problems: Problem[] = dynamic.warnings.map(({ message, node }) => ({ level: 'warning', message, node }))
  if (isCut) {
    problems.push(warn(`the dynamic scene has more than ${MAX_NODES} nodes or ${MAX_LEVELS} levels; the rest is not drawn`))
  }
  return { text: JSON.stringify(dynamic.document), problems, note: describe(rootId, present.length) }
}

function describe(rootId: string, count: number): string {
  if (count === 0) return `Dynamic scene: no entity below ${rootId} is a node of it, so that it is empty.`
  return `Dynamic scene: ${count === 1 ? 'one entity' : `${count} entities`} below ${rootId}, as of loading the page.`
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch {
    return undefined
  }
}

/** The entities below a root, level by level. */
function nodesBelow(rootId: string, summaries: readonly EntitySummary[]): { nodes: EntitySummary[]; isCut: boolean } {
  const childrenOf = new Map<string, EntitySummary[]>()
  for (const summary of summaries) {
    const parent = summary.parentEntityId ?? ''
    const siblings = childrenOf.get(parent)
    if (siblings) siblings.push(summary)
    else childrenOf.set(parent, [summary])
  }
  const nodes: EntitySummary[] = []
  let level = childrenOf.get(rootId) ?? []
  for (let depth = 0; depth < MAX_LEVELS && level.length && nodes.length < MAX_NODES; depth += 1) {
    nodes.push(...level)
    level = level.flatMap(({ entityId }) => childrenOf.get(entityId) ?? [])
  }
  return { nodes: nodes.slice(0, MAX_NODES), isCut: level.length > 0 || nodes.length > MAX_NODES }
}

/** Read an entity; undefined if it was deleted after it was listed. */
async function readNode(api: Api, workspaceId: string, entityId: string): Promise<Entity | undefined> {
  try {
    return await api.entity(workspaceId, entityId)
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return undefined
    throw error
  }
}

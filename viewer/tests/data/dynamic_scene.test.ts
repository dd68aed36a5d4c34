import { expect, test } from 'vitest'
import { ApiError, type Api, type Entity } from '../../src/api/api'
import { withEntityNodes } from '../../src/data/dynamic_scene'

const SCENE = {
  specVersion: '1.0',
  nodes: [],
  rootNodeIndexes: [],
  properties: { sceneRootEntityId: 'SCENE_yard' },
}
const NODE = 'com.amazon.iottwinmaker.3d.node'

/** An API with entities, each the id and the id of its parent. It records what is asked for. */
function apiWith(pairs: readonly (readonly [string, string])[], error?: ApiError) {
  const filters: unknown[] = []
  const read: string[] = []
  const summaries = pairs.map(([entityId, parentEntityId]) => ({ entityId, entityName: entityId, parentEntityId }))
  const api: Partial<Api> = {
    entities: async (_workspaceId, filter) => {
      filters.push(filter)
      return summaries
    },
    entity: async (_workspaceId, entityId): Promise<Entity> => {
      read.push(entityId)
      if (error) throw error
      const summary = summaries.find((candidate) => candidate.entityId === entityId)
      if (entityId === 'deleted') throw new ApiError(404, 'ResourceNotFoundException', 'gone')
      return { entityId, entityName: entityId, ...summary, components: { Node: { componentTypeId: NODE } } }
    },
  }
  return { api: api as Api, filters, read }
}

const namesIn = (text: string): string[] => (JSON.parse(text) as { nodes: { name: string }[] }).nodes.map(({ name }) => name)

test('the entities below the root are read, and no others', async () => {
  const { api, filters, read } = apiWith([
    ['a', 'SCENE_yard'],
    ['b', 'a'],
    ['other', 'SCENE_hall'],
    ['deleted', 'SCENE_yard'],
  ])
  const { text, problems } = await withEntityNodes(JSON.stringify(SCENE), api, 'w')
  expect(namesIn(text)).toEqual(['a', 'b'])
  expect(problems).toEqual([])
  expect(filters).toEqual([{ componentTypeId: NODE }])
  expect(read.sort()).toEqual(['SCENE_yard', 'a', 'b', 'deleted'])
})

test.each([
  ['not JSON', '{'],
  ['without nodes', JSON.stringify({ ...SCENE, nodes: undefined })],
  ['static', JSON.stringify({ ...SCENE, properties: {} })],
  ['an array', '[]'],
])('a document that is %s is returned as it is, without a request', async (_, text) => {
  const { api, filters, read } = apiWith([])
  expect(await withEntityNodes(text, api, 'w')).toEqual({ text, problems: [] })
  expect([...filters, ...read]).toEqual([])
})

test('a root entity that does not exist is a problem, and the document is shown', async () => {
  const text = JSON.stringify(SCENE)
  const { api } = apiWith([], new ApiError(404, 'ResourceNotFoundException', 'entity SCENE_yard does not exist'))
  expect(await withEntityNodes(text, api, 'w')).toEqual({
    text,
    problems: [
      { level: 'warning', message: 'root entity "SCENE_yard" of the dynamic scene cannot be read: entity SCENE_yard does not exist' },
    ],
  })
})

test('a transient error is thrown, so that the page tries again', async () => {
  const { api } = apiWith([], new ApiError(500, 'InternalServerException', 'later'))
  await expect(withEntityNodes(JSON.stringify(SCENE), api, 'w')).rejects.toThrow('later')
})

test('nodes deeper than ten levels are left out, as in AWS\'s viewer', async () => {
  const chain = Array.from({ length: 12 }, (_, level) => [`n${level}`, level ? `n${level - 1}` : 'SCENE_yard'] as const)
  const { text, problems } = await withEntityNodes(JSON.stringify(SCENE), apiWith(chain).api, 'w')
  expect(namesIn(text)).toHaveLength(10)
  expect(problems).toEqual([{ level: 'warning', message: expect.stringContaining('10 levels') }])
})

test.each([
  [[], 'Dynamic scene: no entity below SCENE_yard is a node of it, so that it is empty.'],
  [[['a', 'SCENE_yard'], ['deleted', 'SCENE_yard']], 'Dynamic scene: one entity below SCENE_yard, as of loading the page.'],
  [[['a', 'SCENE_yard'], ['b', 'a']], 'Dynamic scene: 2 entities below SCENE_yard, as of loading the page.'],
] as const)('a dynamic scene of %j says what it is', async (pairs, expected) => {
  const { note } = await withEntityNodes(JSON.stringify(SCENE), apiWith(pairs).api, 'w')
  expect(note).toBe(expected)
})

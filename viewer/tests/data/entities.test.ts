import { expect, test } from 'vitest'

import { ApiError, type EntitySummary, ROOT } from '../../src/api/api'
import { type EntityList, EntityReader } from '../../src/data/entities'
import { buildTree } from '../../src/data/tree'
import { FakeApi } from '../fake_api'

/** A site with ten lines of ten machines each, and their order in the answers of the service. */
const SITE: EntitySummary[] = [
  ...Array.from({ length: 100 }, (_, index) => ({
    entityId: `m-${index}`,
    entityName: `Machine ${index}`,
    parentEntityId: `line-${Math.floor(index / 10)}`,
  })),
  ...Array.from({ length: 10 }, (_, index) => ({
    entityId: `line-${index}`,
    entityName: `Line ${index}`,
    parentEntityId: 'site',
    hasChildEntities: true,
  })),
  { entityId: 'site', entityName: 'Site', parentEntityId: ROOT, hasChildEntities: true },
]

function reader(options: { maxListed?: number; openIds?: () => string[] } = {}) {
  const api = new FakeApi()
  api.list = [...SITE]
  api.pageSize = 20
  const lists: EntityList[] = []
  const entities = new EntityReader({ api, workspaceId: 'w', onChange: (list) => lists.push(list), openIds: () => [], ...options })
  return { api, lists, entities, last: () => lists.at(-1)! }
}

test('a workspace of one page takes one request', async () => {
  const { api, lists, entities } = reader()
  api.pageSize = 200
  await entities.read()

  expect(api.pageRequests).toEqual([{}])
  expect(lists.map(({ isComplete, entities: all }) => [isComplete, all.length])).toEqual([[true, 111]])
})

test('the first rows are shown after two requests, and all entities in the end', async () => {
  const { api, lists, entities } = reader()
  await entities.read()

  expect(api.pageRequests.slice(0, 2)).toEqual([{}, { parentEntityId: ROOT }])
  const [first] = lists
  expect(buildTree(first!.entities, first!.isComplete).roots.map(({ id }) => id)).toEqual(['site'])
  expect(first!.isComplete).toBe(false)
  expect(lists.at(-1)).toMatchObject({ isComplete: true, isLarge: false })
  expect(lists.at(-1)!.entities).toHaveLength(111)
})

test('entities are shown some times while they are read, not after each page', async () => {
  const { api, lists, entities } = reader()
  api.pageSize = 2
  await entities.read()

  expect(api.pageRequests.length).toBeGreaterThan(50)
  expect(lists.length).toBeGreaterThan(3)
  expect(lists.length).toBeLessThan(15)
})

test('of a large workspace, the children of an entity are read when it is opened', async () => {
  const { api, entities, last } = reader({ maxListed: 40 })
  await entities.read()
  expect(last()).toMatchObject({ isComplete: false, isLarge: true })
  const count = api.pageRequests.length
  expect(count).toBeLessThanOrEqual(4)

  await entities.open('line-9')
  await entities.open('line-9')
  expect(api.pageRequests.slice(count)).toEqual([{ parentEntityId: 'line-9' }])
  expect(last().entities.filter(({ parentEntityId }) => parentEntityId === 'line-9')).toHaveLength(10)
})

test('children whose request failed are read when the entity is opened again', async () => {
  const { api, entities, last } = reader({ maxListed: 40 })
  await entities.read()
  api.error = new ApiError(500, 'InternalServerException', 'no')
  await expect(entities.open('line-9')).rejects.toThrow('no')
  api.error = undefined
  await entities.open('line-9')

  expect(last().entities.some(({ entityId }) => entityId === 'm-99')).toBe(true)
})

test('of a large workspace, what the user sees is read again, and a deleted entity goes away', async () => {
  const { api, entities, last } = reader({ maxListed: 40, openIds: () => ['line-9'] })
  await entities.read()
  await entities.open('line-9')
  const count = api.pageRequests.length
  api.list = api.list.filter(({ entityId }) => entityId !== 'm-95')
  await entities.read()

  expect(api.pageRequests.slice(count)).toEqual([{ parentEntityId: ROOT }, { parentEntityId: 'line-9' }])
  const ids = last().entities.map(({ entityId }) => entityId)
  expect(ids).toContain('m-94')
  expect(ids).not.toContain('m-95')
})

test('an entity with an alarm gets its place in a large workspace, and one that does not exist is read once', async () => {
  const { api, entities, last } = reader({ maxListed: 20 })
  await entities.read()
  await entities.place(['m-99', 'gone'])
  await entities.place(['m-99', 'gone'])

  expect(api.entityRequests).toEqual(['m-99', 'line-9', 'gone'])
  expect(buildTree(last().entities, false).byId.get('m-99')?.parent?.parent?.id).toBe('site')
})

test('a search reads the rest of a large workspace until it is cancelled', async () => {
  const { api, entities, last } = reader({ maxListed: 20 })
  await entities.read()
  const count = api.pageRequests.length
  let checks = 0
  await entities.readRest(() => (checks += 1) > 2)
  expect(api.pageRequests.length).toBe(count + 2)
  expect(last().isComplete).toBe(false)

  await entities.readRest(() => false)
  expect(last()).toMatchObject({ isComplete: true, isLarge: true })
  expect(last().entities).toHaveLength(111)
})

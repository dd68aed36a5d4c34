import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { ApiError } from '../../src/api/api'
import { Connection } from '../../src/data/connection'
import type { Reading } from '../../src/data/feed'
import { LiveFeed } from '../../src/data/live'
import { FakeApi } from '../fake_api'

const NOW = Date.parse('2026-03-01T12:00:00Z')
const TYPE = 'com.example.Sensor'

let api: FakeApi
let feed: LiveFeed
let readings: Map<string, Reading>

beforeEach(() => {
  vi.useFakeTimers({ now: NOW })
  api = new FakeApi()
  feed = new LiveFeed({ apiAt: () => api, workspaceId: 'w', connection: new Connection(), staleAfterMs: 300_000 })
  readings = new Map()
})

afterEach(() => {
  feed.dispose()
  vi.useRealTimers()
})

/** Add machines with a sensor, whose device has another name than the entity, and show a property of each. */
function showMachines(count: number, properties: readonly string[] = ['temperature']): void {
  const ids = Array.from({ length: count }, (_, index) => `m${index}`)
  api.ofType.set(TYPE, ids)
  for (const id of ids) {
    api.externalIds.set(id, `device of ${id}`)
    for (const name of properties) {
      put(id, name, Date.now() - 1_000, 20)
      feed.subscribe({ entityId: id, componentName: 'sensor', propertyName: name }, (reading) => readings.set(`${id} ${name}`, reading))
    }
  }
}

function put(entityId: string, property: string, time: number, value: number): void {
  api.put(entityId, 'sensor', property, time, { doubleValue: value })
}

async function advance(seconds: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(seconds * 1000)
}

function byType() {
  return api.requests.filter(({ componentTypeId }) => componentTypeId !== undefined)
}

function byComponent() {
  return api.requests.filter(({ entityId }) => entityId !== undefined)
}

test('fifty components of one type take one request a refresh', async () => {
  showMachines(50, ['temperature', 'humidity'])
  await advance(20)
  api.requests.length = 0
  put('m7', 'temperature', Date.now() + 500, 81)
  await advance(50)

  expect(readings.get('m7 temperature')).toEqual({ value: 81, time: NOW + 20_500 })
  expect(readings.get('m8 humidity')).toEqual({ value: 20, time: NOW - 1_000 })
  expect(byType().length).toBeGreaterThanOrEqual(9)
  // One in half a minute is a check of a component that is silent.
  expect(api.requests.length).toBeLessThanOrEqual(13)
  expect(byType()[0]).toMatchObject({ componentTypeId: TYPE, selectedProperties: ['humidity', 'temperature'] })
})

test('a request asks for what is new since the last answer, and for values that arrive late', async () => {
  showMachines(3)
  await advance(60)
  for (const { startTime, endTime } of byType()) {
    expect(Date.parse(endTime) - Date.parse(startTime)).toBeLessThan(12 * 60_000)
  }
  put('m1', 'temperature', Date.now() - 40_000, 70)
  await advance(6)
  expect(readings.get('m1 temperature')?.value).toBe(70)
})

test('the first value comes by the component alone, without waiting for its type', async () => {
  showMachines(3)
  await advance(0)
  expect(api.requests.map(({ entityId }) => entityId)).toEqual(['m0', 'm1', 'm2'])
  expect(readings.get('m2 temperature')?.value).toBe(20)
})

test('a type whose reader refuses is read by component, and asked again after ten minutes', async () => {
  api.hasNoIndex = true
  showMachines(3)
  await advance(60)
  expect(byType()).toHaveLength(1)
  expect(byComponent().length).toBeGreaterThan(3 * 9)
  put('m2', 'temperature', Date.now(), 33)
  await advance(6)
  expect(readings.get('m2 temperature')).toEqual({ value: 33, time: NOW + 60_000 })

  api.hasNoIndex = false
  await advance(620)
  api.requests.length = 0
  await advance(30)
  expect(byType().length).toBeGreaterThan(4)
  expect(byComponent().length).toBeLessThan(3)
})

test('components that the answers for their type leave out keep their own requests', async () => {
  showMachines(4)
  api.owners.set('m2', 'another device')
  await advance(12)
  api.requests.length = 0
  for (let step = 0; step < 6; step += 1) {
    put('m2', 'temperature', Date.now(), 50 + step)
    await advance(5)
  }
  expect(readings.get('m2 temperature')?.value).toBeGreaterThanOrEqual(54)
  expect(new Set(byComponent().map(({ entityId }) => entityId))).toEqual(new Set(['m2']))
})

test('late values are looked for the less often, the more pages there are to read for them', async () => {
  // 1,200 values in ten minutes are six pages.
  api.ofType.set(TYPE, ['m0', 'm1'])
  for (const id of ['m0', 'm1']) {
    api.externalIds.set(id, `device of ${id}`)
    for (let step = -600; step < 1_200; step += 1) put(id, 'temperature', NOW + step * 1_000, step)
    feed.subscribe({ entityId: id, componentName: 'sensor', propertyName: 'temperature' }, (reading) => readings.set(id, reading))
  }
  await advance(20)
  api.requests.length = 0
  await advance(1_000)

  const refreshes = 1_000 / 5
  expect(byType().length).toBeGreaterThan(refreshes)
  expect(byType().length).toBeLessThan(1.25 * refreshes)
})

test('a component that the answers leave out later is found, and read by itself', async () => {
  showMachines(4)
  await advance(30)
  api.owners.set('m2', 'another device')
  put('m2', 'temperature', Date.now(), 50)
  for (let step = 0; step < 40; step += 1) await advance(5)
  expect(readings.get('m2 temperature')?.value).toBe(50)
  api.requests.length = 0
  put('m2', 'temperature', Date.now(), 51)
  await advance(6)
  expect(readings.get('m2 temperature')?.value).toBe(51)
})

test('components without an external id, by which an answer could name them, are read by themselves', async () => {
  showMachines(3)
  const { entity } = api
  api.entity = async (workspaceId, entityId) => {
    const { components = {}, ...rest } = await entity.call(api, workspaceId, entityId)
    const properties = { temperature: { definition: { isTimeSeries: true } } }
    return { ...rest, components: Object.fromEntries(Object.entries(components).map(([name, it]) => [name, { ...it, properties }])) }
  }
  await advance(60)
  expect(byType()).toHaveLength(0)
  expect(byComponent().length).toBeGreaterThan(30)
})

test('one component on the screen is read by itself, without the values of all others of its type', async () => {
  showMachines(1)
  await advance(60)
  expect(byType()).toHaveLength(0)
})

test('while the service fails, the values of a type stay with the error', async () => {
  showMachines(3)
  await advance(30)
  api.error = new ApiError(500, 'InternalServerException', 'out of order')
  await advance(6)
  expect(readings.get('m0 temperature')).toEqual({ value: 20, time: NOW - 1_000, error: 'out of order' })
  api.error = undefined
  await advance(10)
  expect(readings.get('m0 temperature')).toEqual({ value: 20, time: NOW - 1_000 })
})

test('a property that the type does not have affects no other one', async () => {
  showMachines(3)
  api.unknown.add('wrong')
  feed.subscribe({ entityId: 'm0', componentName: 'sensor', propertyName: 'wrong' }, (reading) => readings.set('wrong', reading))
  await advance(30)
  expect(readings.get('wrong')?.error).toBe('there is no property wrong')
  for (const { selectedProperties } of byType()) expect(selectedProperties).toEqual(['temperature'])
  expect(byType().length).toBeGreaterThan(3)
})

test('numbers become stale when they are old, and when they were not requested for long', async () => {
  showMachines(2)
  await advance(299)
  expect(readings.get('m0 temperature')).toEqual({ value: 20, time: NOW - 1_000 })
  await advance(3)
  expect(readings.get('m0 temperature')).toEqual({ value: 20, time: NOW - 1_000, isStale: true })
  put('m0', 'temperature', Date.now(), 21)
  await advance(6)
  expect(readings.get('m0 temperature')?.isStale).toBeUndefined()
})

test('thousands of new values of components that are not shown are not read every time', async () => {
  showMachines(3)
  const ids = Array.from({ length: 4_000 }, (_, index) => `other${index}`)
  api.ofType.set(TYPE, ['m0', 'm1', 'm2', ...ids])
  const write = (): void => ids.forEach((id) => put(id, 'temperature', Date.now() + 500, 1))
  for (let step = 0; step < 6; step += 1) {
    write()
    await advance(5)
  }
  api.requests.length = 0
  for (let step = 0; step < 6; step += 1) {
    write()
    await advance(5)
  }
  expect(byType()).toHaveLength(0)
  expect(byComponent().length).toBeLessThanOrEqual(3 * 7)
})

test('readings have the unit of their property, without requests of their own', async () => {
  api.units.set('temperature', 'Celsius')
  showMachines(2)
  await advance(20)
  expect(readings.get('m0 temperature')).toMatchObject({ value: 20, unit: 'Celsius' })
  put('m0', 'temperature', Date.now(), 21)
  await advance(6)
  expect(readings.get('m0 temperature')).toMatchObject({ value: 21, unit: 'Celsius' })
})

test('readings of values that are read once have a unit, too', async () => {
  feed.dispose()
  feed = new LiveFeed({ apiAt: () => api, workspaceId: 'w', connection: new Connection(), interval: Infinity })
  api.units.set('temperature', 'Celsius')
  showMachines(2)
  await advance(1)
  expect(readings.get('m1 temperature')).toMatchObject({ value: 20, unit: 'Celsius' })
  expect(byType()).toHaveLength(0)
})

/** Let the workspace have types with the properties of sensors, the first of them for the machines. */
function defineTypes(...ids: readonly string[]): void {
  api.hasOwnersInAnswers = true
  for (const id of ids) {
    api.names.set(id, ['alarm_key', 'temperature'])
    if (!api.ofType.has(id)) api.ofType.set(id, [])
  }
}

test('the types of many components are found by lists of entities, not by a request for each', async () => {
  showMachines(500)
  defineTypes(TYPE, 'com.example.Other')
  await advance(20)
  expect(api.entityRequests).toHaveLength(0)
  expect(api.typeRequests.sort()).toEqual(['com.example.Other', TYPE])

  api.requests.length = 0
  put('m7', 'temperature', Date.now() + 500, 81)
  await advance(6)
  expect(readings.get('m7 temperature')?.value).toBe(81)
  expect(byComponent()).toHaveLength(0)
})

test('a component is read by itself until its type is known, so that its first value waits for no list', async () => {
  showMachines(500)
  defineTypes(TYPE)
  await advance(1)
  expect(readings.get('m499 temperature')?.value).toBe(20)
  expect(api.typeRequests).toHaveLength(0)
})

test('where several types of an entity have the property, the entity says which it is', async () => {
  showMachines(60)
  defineTypes(TYPE, 'com.example.Other')
  api.ofType.set('com.example.Other', ['m3'])
  await advance(20)
  expect(new Set(api.entityRequests)).toEqual(new Set(['m3']))
})

test('where answers have no external ids, the entities are read', async () => {
  showMachines(60)
  defineTypes(TYPE)
  api.hasOwnersInAnswers = false
  await advance(20)
  expect(new Set(api.entityRequests).size).toBe(60)
  expect(byType().length).toBeGreaterThan(0)
})

test('a type without an external id is read by type if the service reads it and names the entities', async () => {
  showMachines(30)
  api.externalIds.clear()
  api.native.add(TYPE)
  const { entity } = api
  api.entity = async (workspaceId, entityId) => {
    const { components = {}, ...rest } = await entity.call(api, workspaceId, entityId)
    const properties = { temperature: { definition: { isTimeSeries: true } } }
    return { ...rest, components: Object.fromEntries(Object.entries(components).map(([name, it]) => [name, { ...it, properties }])) }
  }
  await advance(20)
  expect(api.typeRequests).toEqual([TYPE])
  api.requests.length = 0
  put('m7', 'temperature', Date.now() + 500, 81)
  await advance(6)
  expect(readings.get('m7 temperature')?.value).toBe(81)
  expect(byType().length).toBeGreaterThan(0)
  expect(byComponent()).toHaveLength(0)
})

test('what the page reads of all components of a type anyway takes no requests of its own, while it is read', async () => {
  showMachines(1)
  await advance(10)
  api.requests.length = 0
  const take = (time: number, value: number): void =>
    feed.take(TYPE, {
      content: [
        {
          entityPropertyReference: { propertyName: 'temperature', externalIdProperty: { alarm_key: 'device of m0' } },
          values: [{ time: new Date(time).toISOString(), value: { doubleValue: value } }],
        },
      ],
      since: Date.now() - 600_000,
      readAt: Date.now(),
    })
  for (let value = 1; value <= 6; value += 1) {
    take(Date.now() - 500, value)
    expect(readings.get('m0 temperature')).toEqual({ value, time: Date.now() - 500 })
    await advance(5)
    expect(feed.age()).toBeLessThanOrEqual(5_000)
  }
  expect(api.requests).toEqual([])

  put('m0', 'temperature', Date.now(), 50)
  await advance(20)
  expect(readings.get('m0 temperature')?.value).toBe(50)
  expect(api.requests.length).toBeGreaterThanOrEqual(1)
})

test('an answer of another reader that leaves out values in between is not taken', async () => {
  showMachines(1)
  await advance(12)
  feed.take(TYPE, { content: [], since: Date.now(), readAt: Date.now() })
  api.requests.length = 0
  await advance(10)
  expect(api.requests).toHaveLength(2)
})

test('the devices of four types take four requests a refresh, if there are ten thousand in the workspace', async () => {
  api.hasOwnersInAnswers = true
  const types = ['light', 'valve', 'meter', 'airHandler']
  for (const type of types) {
    const ids = Array.from({ length: 2_500 }, (_, number) => `${type}-${number}`)
    api.ofType.set(type, ids)
    api.names.set(type, ['alarm_key', `${type}Value`])
    for (const [number, id] of ids.entries()) {
      api.externalIds.set(id, `device of ${id}`)
      put(id, `${type}Value`, Date.now() - 1_000, 20)
      if (number % 100 > 0) continue
      feed.subscribe({ entityId: id, componentName: 'sensor', propertyName: `${type}Value` }, (reading) => readings.set(id, reading))
    }
  }
  await advance(20)
  api.requests.length = 0
  put('valve-300', 'valveValue', Date.now() + 500, 81)
  await advance(20)
  expect(readings.size).toBe(100)
  expect(readings.get('valve-300')?.value).toBe(81)
  expect(new Set(byType().map(({ componentTypeId }) => componentTypeId))).toEqual(new Set(types))
  expect(byType()).toHaveLength(16)
  // A check of a silent component of each type in half a minute.
  expect(byComponent().length).toBeLessThanOrEqual(4)
})

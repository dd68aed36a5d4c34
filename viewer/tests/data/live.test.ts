import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { ApiError } from '../../src/api/api'
import { reportingTo } from '../../src/api/connection_reporter'
import { Connection } from '../../src/data/connection'
import type { Reading } from '../../src/data/feed'
import { LiveFeed } from '../../src/data/live'
import { FakeApi, settle } from '../fake'

const NOW = Date.parse('2026-03-01T12:00:00Z')
const SENSOR = { entityId: 'm1', componentName: 'sensor' }

let api: FakeApi
let connection: Connection
let feed: LiveFeed

beforeEach(() => {
  vi.useFakeTimers({ now: NOW })
  api = new FakeApi()
  connection = new Connection()
  feed = new LiveFeed({ api: reportingTo(connection, api), workspaceId: 'w', connection })
})

afterEach(() => {
  feed.dispose()
  vi.useRealTimers()
})

function follow(propertyName: string, isStaticData = false): { readings: Reading[]; leave: () => void } {
  const readings: Reading[] = []
  const leave = feed.subscribe({ ...SENSOR, propertyName, isStaticData }, (reading) => readings.push(reading))
  return { readings, leave }
}

async function pass(milliseconds: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(milliseconds)
}

test('bindings of one component are one request, however many ask for them', async () => {
  api.put('m1', 'sensor', 'temperature', NOW - 1000, { doubleValue: 61.5 })
  api.put('m1', 'sensor', 'humidity', NOW - 2000, { doubleValue: 40 })
  const temperature = follow('temperature')
  const again = follow('temperature')
  const humidity = follow('humidity')
  await settle()

  expect(api.requests.map((one) => one.selectedProperties)).toEqual([['temperature', 'humidity']])
  expect(api.requests[0]).toMatchObject({ orderByTime: 'DESCENDING', maxResults: 1, entityId: 'm1' })
  expect(temperature.readings.at(-1)).toEqual({ value: 61.5, time: NOW - 1000 })
  expect(again.readings.at(-1)).toEqual({ value: 61.5, time: NOW - 1000 })
  expect(humidity.readings.at(-1)).toEqual({ value: 40, time: NOW - 2000 })
})

test('no more than ten properties are asked for at once, as the service allows', async () => {
  for (let index = 0; index < 23; index += 1) follow(`p${index}`)
  await settle()

  expect(api.requests.map((one) => one.selectedProperties.length).sort()).toEqual([10, 10, 3].sort())
})

test('a newer value comes with the next request, and nobody is told of one that is the same', async () => {
  api.put('m1', 'sensor', 'temperature', NOW - 1000, { doubleValue: 61.5 })
  const { readings } = follow('temperature')
  await settle()
  const told = readings.length
  await pass(5_000)
  expect(api.requests).toHaveLength(2)
  expect(readings).toHaveLength(told)

  api.put('m1', 'sensor', 'temperature', NOW + 6_000, { doubleValue: 82 })
  await pass(5_000)
  expect(readings.at(-1)).toEqual({ value: 82, time: NOW + 6_000 })
})

test('a value that comes late does not replace a newer one', async () => {
  api.put('m1', 'sensor', 'temperature', NOW - 1000, { doubleValue: 61.5 })
  const { readings } = follow('temperature')
  await settle()
  api.points.clear()
  api.put('m1', 'sensor', 'temperature', NOW - 3000, { doubleValue: 20 })
  await pass(5_000)

  expect(readings.at(-1)).toEqual({ value: 61.5, time: NOW - 1000 })
})

test('a first value may be as old as a month', async () => {
  api.put('m1', 'sensor', 'temperature', NOW - 20 * 86_400_000, { doubleValue: 61.5 })
  const { readings } = follow('temperature')
  await settle()

  expect(readings.at(-1)?.value).toBe(61.5)
})

test('what has no value is looked for in what came since, not in a month again and again', async () => {
  follow('silent')
  await settle()
  await pass(5_000)

  const starts = api.requests.map((one) => Date.now() - Date.parse(one.startTime))
  expect(starts[0]).toBeGreaterThan(29 * 86_400_000)
  expect(starts[1]).toBeLessThan(3_600_000)
})

test('a failed request is shown beside the value there was, tried again for ever, and forgotten when it works', async () => {
  api.put('m1', 'sensor', 'temperature', NOW - 1000, { doubleValue: 61.5 })
  const { readings } = follow('temperature')
  await settle()
  api.error = new ApiError(500, 'InternalServerException', 'out of order')
  await pass(5_000)
  expect(readings.at(-1)).toEqual({ value: 61.5, time: NOW - 1000, error: 'out of order' })
  expect(connection.state.isUp).toBe(false)

  const before = api.requests.length
  await pass(3_600_000)
  const tries = api.requests.length - before
  expect(tries).toBeGreaterThan(100) // at least one each 30 s
  expect(tries).toBeLessThan(135) // and no more than that after the first

  api.error = undefined
  api.put('m1', 'sensor', 'temperature', NOW + 3_600_000, { doubleValue: 70 })
  await pass(30_000)
  expect(readings.at(-1)).toEqual({ value: 70, time: NOW + 3_600_000 })
  expect(connection.state.isUp).toBe(true)
})

test('what failed is asked for at once when another request is answered again', async () => {
  const { readings } = follow('temperature')
  api.error = new ApiError(0, 'NoAnswer', 'no connection')
  await settle()
  await pass(60_000)
  api.error = undefined
  api.put('m1', 'sensor', 'temperature', NOW, { doubleValue: 5 })
  connection.succeeded()
  await settle()

  expect(readings.at(-1)).toEqual({ value: 5, time: NOW })
})

test('one wrong name spoils nothing but itself', async () => {
  api.put('m1', 'sensor', 'temperature', NOW - 1000, { doubleValue: 61.5 })
  api.unknown.add('Temperatur')
  const right = follow('temperature')
  const wrong = follow('Temperatur')
  await settle()
  await pass(0)
  expect(right.readings.at(-1)).toEqual({ value: 61.5, time: NOW - 1000 })
  expect(wrong.readings.at(-1)).toEqual({ error: 'there is no property Temperatur' })

  api.put('m1', 'sensor', 'temperature', NOW + 4_000, { doubleValue: 70 })
  await pass(5_000)
  expect(right.readings.at(-1)).toEqual({ value: 70, time: NOW + 4_000 })
})

test('static values are values: zero and the empty text too', async () => {
  api.statics.set('m1/sensor/zero', { doubleValue: 0 })
  api.statics.set('m1/sensor/empty', { stringValue: '' })
  api.statics.set('m1/sensor/off', { booleanValue: false })
  const found = ['zero', 'empty', 'off', 'none'].map((name) => follow(name, true))
  await settle()

  expect(api.valueRequests).toEqual([['zero', 'empty', 'off', 'none']])
  expect(found.map(({ readings }) => readings.at(-1))).toEqual([{ value: 0 }, { value: '' }, { value: false }, {}])
})

test('nobody who has left is told, and nothing is asked for nobody', async () => {
  const { readings, leave } = follow('temperature')
  await settle()
  leave()
  const told = readings.length
  const asked = api.requests.length
  api.put('m1', 'sensor', 'temperature', NOW, { doubleValue: 1 })
  await pass(60_000)

  expect(readings).toHaveLength(told)
  expect(api.requests).toHaveLength(asked)
})

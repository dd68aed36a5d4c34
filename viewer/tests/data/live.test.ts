import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { ApiError } from '../../src/api/api'
import { reportingTo } from '../../src/api/connection_reporter'
import { Connection } from '../../src/data/connection'
import type { Reading } from '../../src/data/feed'
import { LiveFeed } from '../../src/data/live'
import type { Priority } from '../../src/data/priority'
import { RequestRate } from '../../src/data/request_rate'
import { RequestScheduler, scheduled } from '../../src/data/scheduler'
import { FakeApi, settle } from '../fake_api'

const NOW = Date.parse('2026-03-01T12:00:00Z')
const SENSOR = { entityId: 'm1', componentName: 'sensor' }

let api: FakeApi
let connection: Connection
let feed: LiveFeed

beforeEach(() => {
  vi.useFakeTimers({ now: NOW })
  api = new FakeApi()
  connection = new Connection()
  const reportingApi = reportingTo(connection, api)
  feed = new LiveFeed({ apiAt: () => reportingApi, workspaceId: 'w', connection })
})

afterEach(() => {
  feed.dispose()
  vi.useRealTimers()
})

function subscribe(propertyName: string, isStaticData = false): { readings: Reading[]; unsubscribe: () => void } {
  const readings: Reading[] = []
  const unsubscribe = feed.subscribe({ ...SENSOR, propertyName, isStaticData }, (reading) => readings.push(reading))
  return { readings, unsubscribe }
}

async function advance(milliseconds: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(milliseconds)
}

test('all subscriptions to a component share one request', async () => {
  api.put('m1', 'sensor', 'temperature', NOW - 1000, { doubleValue: 61.5 })
  api.put('m1', 'sensor', 'humidity', NOW - 2000, { doubleValue: 40 })
  const temperature = subscribe('temperature')
  const again = subscribe('temperature')
  const humidity = subscribe('humidity')
  await settle()

  expect(api.requests.map(({ selectedProperties }) => selectedProperties)).toEqual([['temperature', 'humidity']])
  expect(api.requests[0]).toMatchObject({ orderByTime: 'DESCENDING', maxResults: 1, entityId: 'm1' })
  expect(temperature.readings.at(-1)).toEqual({ value: 61.5, time: NOW - 1000 })
  expect(again.readings.at(-1)).toEqual({ value: 61.5, time: NOW - 1000 })
  expect(humidity.readings.at(-1)).toEqual({ value: 40, time: NOW - 2000 })
})

test('a request has at most ten properties, as the service allows', async () => {
  for (let index = 0; index < 23; index += 1) subscribe(`p${index}`)
  await settle()

  expect(api.requests.map(({ selectedProperties }) => selectedProperties.length).sort()).toEqual([10, 10, 3].sort())
})

test('listeners get a newer value, and nothing if the value is unchanged', async () => {
  api.put('m1', 'sensor', 'temperature', NOW - 1000, { doubleValue: 61.5 })
  const { readings } = subscribe('temperature')
  await settle()
  const count = readings.length
  await advance(5_000)
  expect(api.requests).toHaveLength(2)
  expect(readings).toHaveLength(count)

  api.put('m1', 'sensor', 'temperature', NOW + 6_000, { doubleValue: 82 })
  await advance(5_000)
  expect(readings.at(-1)).toEqual({ value: 82, time: NOW + 6_000 })
})

test('a value that arrives late does not replace a newer one', async () => {
  api.put('m1', 'sensor', 'temperature', NOW - 1000, { doubleValue: 61.5 })
  const { readings } = subscribe('temperature')
  await settle()
  api.points.clear()
  api.put('m1', 'sensor', 'temperature', NOW - 3000, { doubleValue: 20 })
  await advance(5_000)

  expect(readings.at(-1)).toEqual({ value: 61.5, time: NOW - 1000 })
})

test('the first request finds a value that is weeks old', async () => {
  api.put('m1', 'sensor', 'temperature', NOW - 20 * 86_400_000, { doubleValue: 61.5 })
  const { readings } = subscribe('temperature')
  await settle()

  expect(readings.at(-1)?.value).toBe(61.5)
})

test('after an empty answer, only the time since then is searched', async () => {
  subscribe('silent')
  await settle()
  await advance(5_000)

  const starts = api.requests.map(({ startTime }) => Date.now() - Date.parse(startTime))
  expect(starts[0]).toBeGreaterThan(29 * 86_400_000)
  expect(starts[1]).toBeLessThan(3_600_000)
})

test('after a failed request the value stays with the error, and requests are retried without end', async () => {
  api.put('m1', 'sensor', 'temperature', NOW - 1000, { doubleValue: 61.5 })
  const { readings } = subscribe('temperature')
  await settle()
  api.error = new ApiError(500, 'InternalServerException', 'out of order')
  await advance(5_000)
  expect(readings.at(-1)).toEqual({ value: 61.5, time: NOW - 1000, error: 'out of order' })
  expect(connection.state.isUp).toBe(false)

  const before = api.requests.length
  await advance(3_600_000)
  const retries = api.requests.length - before
  expect(retries).toBeGreaterThan(100) // at least one in 30 s
  expect(retries).toBeLessThan(135) // not many more: the pauses grow to 30 s

  api.error = undefined
  api.put('m1', 'sensor', 'temperature', NOW + 3_600_000, { doubleValue: 70 })
  await advance(30_000)
  expect(readings.at(-1)).toEqual({ value: 70, time: NOW + 3_600_000 })
  expect(connection.state.isUp).toBe(true)
})

test('failed requests are retried at once when another request succeeds', async () => {
  const { readings } = subscribe('temperature')
  api.error = new ApiError(0, 'NoResponse', 'no connection')
  await settle()
  await advance(60_000)
  api.error = undefined
  api.put('m1', 'sensor', 'temperature', NOW, { doubleValue: 5 })
  connection.succeeded({ kind: 'data', key: '' })
  await settle()

  expect(readings.at(-1)).toEqual({ value: 5, time: NOW })
})

test('a wrong property name affects no other property', async () => {
  api.put('m1', 'sensor', 'temperature', NOW - 1000, { doubleValue: 61.5 })
  api.unknown.add('Temperatur')
  const right = subscribe('temperature')
  const wrong = subscribe('Temperatur')
  await settle()
  await advance(0)
  expect(right.readings.at(-1)).toEqual({ value: 61.5, time: NOW - 1000 })
  expect(wrong.readings.at(-1)).toEqual({ error: 'there is no property Temperatur' })

  api.put('m1', 'sensor', 'temperature', NOW + 4_000, { doubleValue: 70 })
  await advance(5_000)
  expect(right.readings.at(-1)).toEqual({ value: 70, time: NOW + 4_000 })
})

test('a refusal of all properties takes no more requests than an answer', async () => {
  for (let index = 0; index < 10; index += 1) subscribe(`p${index}`)
  api.error = new ApiError(403, 'AccessDeniedException', 'not authorized')
  await settle()
  api.requests.length = 0
  await advance(50_000)
  expect(api.requests).toHaveLength(10)
})

test('with expired credentials, requests become fewer, and go on when there are others', async () => {
  api.put('m1', 'sensor', 'temperature', NOW - 1000, { doubleValue: 61.5 })
  const { readings } = subscribe('temperature')
  subscribe('humidity')
  await settle()
  api.requests.length = 0
  api.error = new ApiError(403, 'ExpiredTokenException', 'the token is expired')
  await advance(120_000)
  expect(api.requests.length).toBeLessThan(10)
  expect(readings.at(-1)).toEqual({ value: 61.5, time: NOW - 1000, error: 'the token is expired' })
  expect(connection.state.name).toBe('signed-out')

  api.error = undefined
  await advance(30_000)
  expect(readings.at(-1)).toEqual({ value: 61.5, time: NOW - 1000 })
  expect(connection.state.name).toBe('live')
})

test('an answer that takes long is named, with the age of what is shown', async () => {
  connection.addAge(() => 0, 5_000)
  const slow = api.through(async (_, send) => {
    await new Promise((resolve) => setTimeout(resolve, 6_000))
    return send()
  })
  feed.dispose()
  feed = new LiveFeed({ apiAt: () => slow, workspaceId: 'w', connection })
  api.put('m1', 'sensor', 'temperature', NOW - 1000, { doubleValue: 61.5 })
  subscribe('temperature')
  connection.succeeded({ kind: 'control', key: '' })
  const ages: number[] = []
  for (let second = 0; second < 30; second += 1) {
    await advance(1_000)
    connection.update()
    ages.push(connection.age)
    if (second > 15) connection.succeeded({ kind: 'data', key: '' })
  }
  expect(connection.state.name).toBe('delayed')
  expect(Math.max(...ages)).toBeGreaterThan(15_000)
  expect(Math.max(...ages)).toBeLessThan(20_000)
})

test('a number whose next measurement is not due is not late, a text is', async () => {
  let isSilent = false
  const sometimes = api.through((_, send) => (isSilent ? new Promise(() => undefined) : send()))
  feed.dispose()
  feed = new LiveFeed({ apiAt: () => sometimes, workspaceId: 'w', connection })
  const put = (time: number): void => {
    api.put('m1', 'sensor', 'temperature', time, { doubleValue: 61.5 })
    api.put('m1', 'sensor', 'state', time, { stringValue: `running since ${time}` })
  }
  put(NOW)
  const { unsubscribe } = subscribe('state')
  subscribe('temperature')
  await settle()
  put(NOW + 30_000)
  await advance(30_000)
  isSilent = true
  await advance(25_000)
  expect(feed.age()).toBeGreaterThanOrEqual(20_000)
  unsubscribe()
  expect(feed.age()).toBe(0)
  await advance(20_000)
  expect(feed.age()).toBe(15_000)
})

test('a value that is not known yet differs from no value', async () => {
  const { readings } = subscribe('silent')
  const other = subscribe('none', true)
  expect([readings.at(-1), other.readings.at(-1)]).toEqual([{ isPending: true }, { isPending: true }])
  await settle()
  expect([readings.at(-1), other.readings.at(-1)]).toEqual([{}, {}])
})

test('static values may be zero, false and empty text', async () => {
  api.statics.set('m1/sensor/zero', { doubleValue: 0 })
  api.statics.set('m1/sensor/empty', { stringValue: '' })
  api.statics.set('m1/sensor/off', { booleanValue: false })
  const subscriptions = ['zero', 'empty', 'off', 'none'].map((name) => subscribe(name, true))
  await settle()

  expect(api.valueRequests).toEqual([['zero', 'empty', 'off', 'none']])
  expect(subscriptions.map(({ readings }) => readings.at(-1))).toEqual([{ value: 0 }, { value: '' }, { value: false }, {}])
})

test('after the last unsubscription there are no calls and no requests', async () => {
  const { readings, unsubscribe } = subscribe('temperature')
  await settle()
  unsubscribe()
  const readingCount = readings.length
  const requestCount = api.requests.length
  api.put('m1', 'sensor', 'temperature', NOW, { doubleValue: 1 })
  await advance(60_000)

  expect(readings).toHaveLength(readingCount)
  expect(api.requests).toHaveLength(requestCount)
})

test('what is out of view is read less often when requests are short, but read, and soon when it comes into view', async () => {
  const scheduler = new RequestScheduler(new RequestRate(4))
  const shortFeed = new LiveFeed({ apiAt: (priority) => scheduled(api, scheduler, priority), workspaceId: 'w', connection })
  const ids = (kind: string) => Array.from({ length: 40 }, (_, index) => `${kind}${index}`)
  const show = (entityId: string, priority: Priority) => {
    api.put(entityId, 'sensor', 'temperature', NOW - 1_000, { stringValue: 'on' })
    const binding = { entityId, componentName: 'sensor', propertyName: 'temperature' }
    return shortFeed.at(priority).subscribe(binding, () => undefined)
  }
  const requestsOf = (entityId: string) => api.requests.filter((request) => request.entityId === entityId).length
  for (const id of ids('seen')) show(id, 'visible')
  const stops = new Map(ids('hidden').map((id) => [id, show(id, 'rest')]))
  await advance(400_000)

  const [seen, hidden] = [ids('seen').map(requestsOf), ids('hidden').map(requestsOf)]
  expect(Math.min(...hidden)).toBeGreaterThanOrEqual(2)
  expect(Math.min(...seen)).toBeGreaterThan(3 * Math.max(...hidden))
  expect(shortFeed.age()).toBeLessThan(30_000) // that of what is on the screen

  const [id] = [...stops.keys()].sort((a, b) => requestsOf(b) - requestsOf(a))
  const before = requestsOf(id!)
  show(id!, 'visible')
  stops.get(id!)?.()
  await advance(15_000)
  expect(requestsOf(id!)).toBeGreaterThan(before)
  shortFeed.dispose()
})

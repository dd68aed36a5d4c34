import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { ApiError } from '../../src/api/api'
import type { Range } from '../../src/data/range'
import { type Series, SeriesReader } from '../../src/data/series'
import { FakeApi } from '../fake_api'

const NOW = Date.parse('2026-03-01T12:00:00Z')
const HOUR = 3_600_000
const TEMPERATURE = { entityId: 'm1', componentName: 'sensor', propertyName: 'temperature' }
const HUMIDITY = { ...TEMPERATURE, propertyName: 'humidity' }

let api: FakeApi
let shown: readonly Series[]
let reader: SeriesReader | undefined

beforeEach(() => {
  vi.useFakeTimers({ now: NOW })
  api = new FakeApi()
  shown = []
})

afterEach(() => {
  reader?.stop()
  vi.useRealTimers()
})

async function read(range: Range, keys = [TEMPERATURE]): Promise<void> {
  reader = new SeriesReader({ api, workspaceId: 'w', keys, range, onChange: (series) => (shown = series) })
  reader.start()
  await vi.advanceTimersByTimeAsync(0)
}

function times(series: Series | undefined): number[] {
  return (series?.points ?? []).map((point) => point.time - NOW)
}

test('all pages of a range are read, oldest first, with one request for all properties of a component', async () => {
  for (let index = 0; index < 450; index += 1) {
    api.put('m1', 'sensor', 'temperature', NOW - index * 1000, { doubleValue: index })
  }
  api.put('m1', 'sensor', 'humidity', NOW - 5000, { doubleValue: 40 })
  await read({ from: NOW - HOUR, to: NOW }, [TEMPERATURE, HUMIDITY])

  expect(times(shown[0])).toEqual(Array.from({ length: 450 }, (_, index) => (index - 449) * 1000))
  expect(times(shown[1])).toEqual([-5000])
  expect(shown).toHaveLength(2)
  expect(shown.every(({ isComplete, isSampled }) => isComplete && !isSampled)).toBe(true)
  // Three pages, and one request for the values before the range.
  expect(api.requests).toHaveLength(4)
})

test('a range in the past is read once', async () => {
  await read({ from: NOW - HOUR, to: NOW })
  const requestCount = api.requests.length
  await vi.advanceTimersByTimeAsync(HOUR)

  expect(api.requests).toHaveLength(requestCount)
})

test('a range that ends in the future gets new values', async () => {
  await read({ from: NOW - HOUR, to: NOW + HOUR })
  api.put('m1', 'sensor', 'temperature', NOW + 4_000, { doubleValue: 4 })
  await vi.advanceTimersByTimeAsync(5_000)

  expect(times(shown[0])).toEqual([4_000])
})

test('the last state before the range is read, because it lasts into the range', async () => {
  api.put('m1', 'sensor', 'temperature', NOW - 5 * HOUR, { stringValue: 'ACTIVE' })
  await read({ last: HOUR })

  expect(shown[0]?.before).toEqual({ time: NOW - 5 * HOUR, value: 'ACTIVE' })
})

test('a live range gets new and late values in order, and loses old ones', async () => {
  api.put('m1', 'sensor', 'temperature', NOW - HOUR + 2_000, { doubleValue: 1 })
  api.put('m1', 'sensor', 'temperature', NOW - 1_000, { doubleValue: 2 })
  await read({ last: HOUR })
  expect(times(shown[0])).toEqual([-HOUR + 2_000, -1_000])

  api.put('m1', 'sensor', 'temperature', NOW + 4_000, { doubleValue: 4 })
  api.put('m1', 'sensor', 'temperature', NOW - 2_000, { doubleValue: 1.5 })
  await vi.advanceTimersByTimeAsync(5_000)
  expect(times(shown[0])).toEqual([-2_000, -1_000, 4_000])
  expect(shown[0]?.before?.value).toBe(1)
})

test('after an error the points stay, and reading continues when the service responds again', async () => {
  api.put('m1', 'sensor', 'temperature', NOW - 1_000, { doubleValue: 2 })
  await read({ last: HOUR })
  api.error = new ApiError(503, 'ServiceUnavailable', 'busy')
  await vi.advanceTimersByTimeAsync(5_000)
  expect(shown[0]).toMatchObject({ error: 'busy' })
  expect(times(shown[0])).toEqual([-1_000])

  api.error = undefined
  api.put('m1', 'sensor', 'temperature', NOW + 20_000, { doubleValue: 3 })
  await vi.advanceTimersByTimeAsync(30_000)
  expect(shown[0]?.error).toBeUndefined()
  expect(times(shown[0])).toEqual([-1_000, 20_000])
})

const DAY = 24 * HOUR

/** Seven days with a value every ten seconds: 60,480 values. */
function putWeek(valueOf: (index: number) => number = (index) => index): void {
  for (let time = NOW - 7 * DAY + 10_000, index = 0; time <= NOW; time += 10_000, index += 1) {
    api.put('m1', 'sensor', 'temperature', time, { doubleValue: valueOf(index) })
  }
}

test('seven days with a value every ten seconds are shown as seven days, with few requests', async () => {
  putWeek()
  await read({ from: NOW - 7 * DAY, to: NOW })

  expect(shown[0]).toMatchObject({ isSampled: true, isComplete: true })
  expect(times(shown[0])[0]).toBeLessThan(-6.8 * DAY)
  expect(times(shown[0]).at(-1)).toBe(0)
  expect(longestStep(times(shown[0]))).toBeLessThan(0.2 * DAY)
  expect(api.requests.length).toBeLessThanOrEqual(52)
})

function longestStep(ascending: readonly number[]): number {
  return Math.max(...ascending.slice(1).map((time, index) => time - (ascending[index] ?? 0)))
}

test('a sample has the newest value of its window, and the lowest and highest that are read', async () => {
  putWeek((index) => (index % 2 === 0 ? 10 : 90))
  await read({ from: NOW - 7 * DAY, to: NOW })

  const samples = shown[0]?.points.filter(({ sample }) => sample) ?? []
  expect(samples.length).toBeGreaterThan(40)
  expect(new Set(samples.map(({ sample }) => `${sample?.min} ${sample?.max}`))).toEqual(new Set(['10 90']))
})

test('windows begin at the first value, so that a short history in a long range is not coarse', async () => {
  for (let index = 0; index < 10_100; index += 1) {
    api.put('m1', 'sensor', 'temperature', NOW - index * 10_000, { doubleValue: index })
  }
  await read({ from: NOW - 30 * DAY, to: NOW })

  expect(times(shown[0])[0]).toBeLessThan(-27 * HOUR)
  expect(longestStep(times(shown[0]))).toBeLessThan(HOUR)
})

test('a live range that is sampled gets new values', async () => {
  putWeek()
  await read({ last: 7 * DAY })
  const requestCount = api.requests.length
  api.put('m1', 'sensor', 'temperature', NOW + 4_000, { doubleValue: 7 })
  await vi.advanceTimersByTimeAsync(5_000)

  expect(shown[0]?.points.at(-1)).toEqual({ time: NOW + 4_000, value: 7 })
  expect(api.requests).toHaveLength(requestCount + 1)
})

test('a property with few values is shown in full beside one that is sampled', async () => {
  putWeek()
  for (let day = 0; day < 7; day += 1) api.put('m1', 'sensor', 'humidity', NOW - day * DAY - HOUR, { doubleValue: day })
  await read({ from: NOW - 7 * DAY, to: NOW }, [TEMPERATURE, HUMIDITY])

  expect(times(shown[1])).toEqual([6, 5, 4, 3, 2, 1, 0].map((day) => -day * DAY - HOUR))
})

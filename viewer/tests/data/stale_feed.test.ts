import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import type { Binding, Feed, Reading } from '../../src/data/feed'
import { markingStale } from '../../src/data/stale_feed'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const BINDING: Binding = { entityId: 'm', componentName: 'c', propertyName: 't' }

function fakeFeed(): { feed: Feed; send: (reading: Reading) => void } {
  const listeners = new Set<(reading: Reading) => void>()
  const feed = {
    subscribe: (_: Binding, listener: (reading: Reading) => void) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
  return { feed, send: (reading) => listeners.forEach((listener) => listener(reading)) }
}

test('a number becomes stale when no newer one arrives, and a state does not', () => {
  const { feed, send } = fakeFeed()
  const readings: Reading[] = []
  const unsubscribe = markingStale(feed, 60_000).subscribe(BINDING, (reading) => readings.push(reading))
  const time = Date.now()
  send({ value: 61.5, time })
  vi.advanceTimersByTime(58_000)
  expect(readings).toEqual([{ value: 61.5, time }])
  vi.advanceTimersByTime(8_000)
  expect(readings.slice(1)).toEqual([{ value: 61.5, time, isStale: true }])
  vi.advanceTimersByTime(60_000)
  expect(readings).toHaveLength(2)

  send({ value: 62, time: Date.now() })
  send({ value: 'RUNNING', time })
  expect(readings.slice(2).map(({ isStale }) => isStale)).toEqual([undefined, undefined])

  unsubscribe()
  expect(vi.getTimerCount()).toBe(0)
})

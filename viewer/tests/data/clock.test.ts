import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { ServerClock } from '../../src/data/clock'

const NOW = Date.parse('2026-03-01T12:00:00Z')
const MINUTE = 60_000

beforeEach(() => void vi.useFakeTimers({ now: NOW }))
afterEach(() => void vi.useRealTimers())

function answer(time: number, more: Record<string, string> = {}): Headers {
  return new Headers({ date: new Date(time).toUTCString(), ...more })
}

test('a computer whose clock is ten minutes slow shows the time of the services', () => {
  const clock = new ServerClock()
  clock.observe(answer(NOW + 10 * MINUTE), NOW - 100)
  expect(Math.abs(clock.now() - (NOW + 10 * MINUTE))).toBeLessThan(1_000)
  expect(Math.abs(clock.skew + 10 * MINUTE)).toBeLessThan(1_000)
})

test('a clock that agrees within a second and the time of an answer is not changed', () => {
  const clock = new ServerClock()
  clock.observe(answer(NOW - 900), NOW - 200)
  expect(clock.now()).toBe(NOW)
  expect(clock.skew).toBe(0)
})

test('answers that take long do not move the time', () => {
  const clock = new ServerClock()
  clock.observe(answer(NOW + 10 * MINUTE), NOW)
  const before = clock.now()
  // The service wrote its Date when the request arrived, five seconds ago.
  clock.observe(answer(NOW + 10 * MINUTE - 5_000), NOW - 5_500)
  expect(clock.now()).toBe(before)
})

test('after the clock of the computer was set, the next answer counts', () => {
  const clock = new ServerClock()
  clock.observe(answer(NOW + 10 * MINUTE), NOW)
  vi.setSystemTime(NOW + 10 * MINUTE)
  clock.observe(answer(NOW + 10 * MINUTE), NOW + 10 * MINUTE)
  expect(clock.now()).toBe(NOW + 10 * MINUTE)
  expect(clock.skew).toBe(0)
})

test('the age of a cached answer is added to its Date', () => {
  const clock = new ServerClock()
  clock.observe(answer(NOW - 30 * MINUTE, { age: '1800' }), NOW)
  expect(clock.now()).toBe(NOW)
})

test('an answer without a readable Date changes nothing', () => {
  const clock = new ServerClock()
  clock.observe(new Headers(), NOW)
  clock.observe(new Headers({ date: 'yesterday' }), NOW)
  expect(clock.now()).toBe(NOW)
})

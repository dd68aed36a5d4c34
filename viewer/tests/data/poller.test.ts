import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { Poller } from '../../src/data/poller'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('pauses double while the task fails, up to half a minute, and are the interval again after a success', async () => {
  let fails = true
  const starts: number[] = []
  const pauses: number[] = []
  const task = async () => {
    starts.push(Date.now())
    if (fails) throw new Error('no')
  }
  const poller = new Poller({ task, interval: 5_000, onError: (_, pause) => pauses.push(pause) })
  poller.kick()
  await vi.advanceTimersByTimeAsync(200_000)
  expect(pauses.slice(0, 8)).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000])

  fails = false
  await vi.advanceTimersByTimeAsync(60_000)
  const [previous, last] = starts.slice(-2) as [number, number]
  expect(last - previous).toBe(5_000)
  poller.stop()
})

test('a kick during a run starts another run after it, never at the same time', async () => {
  let running = 0
  let mostConcurrent = 0
  let runs = 0
  const task = async () => {
    running += 1
    mostConcurrent = Math.max(mostConcurrent, running)
    await new Promise((resolve) => setTimeout(resolve, 100))
    running -= 1
    runs += 1
  }
  const poller = new Poller({ task, interval: 5_000, onError: () => undefined })
  poller.kick()
  await vi.advanceTimersByTimeAsync(10)
  poller.kick()
  poller.kick()
  await vi.advanceTimersByTimeAsync(1_000)

  expect([mostConcurrent, runs]).toEqual([1, 2])
  poller.stop()
  await vi.advanceTimersByTimeAsync(60_000)
  expect(runs).toBe(2)
})

test('with an infinite interval, the task is retried until it succeeds and then waits for a kick', async () => {
  let fails = 2
  let runs = 0
  const task = async () => {
    runs += 1
    fails -= 1
    if (fails >= 0) throw new Error('no')
  }
  const poller = new Poller({ task, interval: Infinity, onError: () => undefined })
  poller.kick()
  await vi.advanceTimersByTimeAsync(600_000)
  expect(runs).toBe(3)
  poller.kick()
  await vi.advanceTimersByTimeAsync(600_000)
  expect(runs).toBe(4)
})

test('a task that runs long pauses long, so that it runs no more than its share of the time', async () => {
  const starts: number[] = []
  const task = async () => {
    starts.push(Date.now())
    await new Promise((resolve) => setTimeout(resolve, 1_000))
  }
  const poller = new Poller({ task, interval: 5_000, maxShare: 0.1, onError: () => undefined })
  poller.kick()
  await vi.advanceTimersByTimeAsync(20_500)

  expect(starts.map((start) => start - (starts[0] ?? 0))).toEqual([0, 10_000, 20_000])
  poller.stop()
})

import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { Limiter } from '../../src/data/limiter'
import { Poller } from '../../src/data/poller'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('pauses double while it fails, up to half a minute, and are the interval again after it worked', async () => {
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
  const [one, other] = starts.slice(-2) as [number, number]
  expect(other - one).toBe(5_000)
  poller.stop()
})

test('a kick while it runs is a run after it, and none at the same time', async () => {
  let running = 0
  let most = 0
  let runs = 0
  const task = async () => {
    running += 1
    most = Math.max(most, running)
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

  expect([most, runs]).toEqual([1, 2])
  poller.stop()
  await vi.advanceTimersByTimeAsync(60_000)
  expect(runs).toBe(2)
})

test('what shall work once is tried until it does, and then waits for a kick', async () => {
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

test('so many tasks run at a time, the others in their order, and a failure lets the next one in', async () => {
  const limiter = new Limiter(2)
  const ended: number[] = []
  let running = 0
  let most = 0
  const tasks = [0, 1, 2, 3, 4].map((index) =>
    limiter
      .run(async () => {
        running += 1
        most = Math.max(most, running)
        await new Promise((resolve) => setTimeout(resolve, 10))
        running -= 1
        ended.push(index)
        if (index === 1) throw new Error('no')
      })
      .catch(() => undefined),
  )
  await vi.advanceTimersByTimeAsync(100)
  await Promise.all(tasks)

  expect(ended).toEqual([0, 1, 2, 3, 4])
  expect(most).toBe(2)
})

import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { Limiter } from '../../src/data/limiter'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('a limited number of tasks runs concurrently, in order, and a failed task makes room for the next', async () => {
  const limiter = new Limiter(2)
  const ended: number[] = []
  let running = 0
  let mostConcurrent = 0
  const tasks = [0, 1, 2, 3, 4].map((index) =>
    limiter
      .run(async () => {
        running += 1
        mostConcurrent = Math.max(mostConcurrent, running)
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
  expect(mostConcurrent).toBe(2)
})

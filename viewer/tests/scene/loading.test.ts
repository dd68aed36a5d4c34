import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { Loading } from '../../src/scene/loading'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const isTransient = (error: unknown): boolean => (error as Error).message === 'no response'

test('an address without an answer is tried 2, 4, 8 ... 60 seconds apart, and an error is reported once', async () => {
  const loading = new Loading(isTransient)
  const attempts: number[] = []
  const errors: string[] = []
  const start = Date.now()
  const attempt = (): Promise<void> => {
    attempts.push((Date.now() - start) / 1000)
    return Promise.reject(new Error('no response'))
  }
  await loading.run(attempt, ({ message }) => errors.push(message), () => undefined)
  await vi.advanceTimersByTimeAsync(300_000)

  expect(attempts).toEqual([0, 2, 6, 14, 30, 62, 122, 182, 242])
  expect(errors).toEqual(['no response'])

  loading.stop()
  await vi.advanceTimersByTimeAsync(300_000)
  expect(attempts).toHaveLength(9)
})

test('what does not exist is not requested again', async () => {
  const attempt = vi.fn(() => Promise.reject(new Error('not found')))
  await new Loading(isTransient).run(attempt, () => undefined, () => undefined)
  await vi.advanceTimersByTimeAsync(300_000)

  expect(attempt).toHaveBeenCalledTimes(1)
})

import { expect, test, vi } from 'vitest'

import { WorkQueue } from '../../src/scene/work_queue'

test('work beyond a task\'s share waits for the next one, and its newest version is done', () => {
  vi.useFakeTimers()
  const queue = new WorkQueue()
  const done: string[] = []
  const work = (name: string, milliseconds: number) => () => {
    vi.setSystemTime(Date.now() + milliseconds)
    vi.spyOn(performance, 'now').mockReturnValue(Date.now())
    done.push(name)
  }
  vi.spyOn(performance, 'now').mockReturnValue(Date.now())
  const first = Array.from({ length: 20 }, (_, index) => `work ${index}`)
  for (const name of first) queue.run(name, work(name, 1))
  queue.run('last', work('an old version', 1))
  queue.run('last', work('last', 1))
  expect(done).toEqual(first)
  vi.runAllTimers()
  expect(done).toEqual([...first, 'last'])
  vi.useRealTimers()
  vi.restoreAllMocks()
})

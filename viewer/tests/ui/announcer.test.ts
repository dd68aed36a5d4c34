// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { Announcer } from '../../src/ui/announcer'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('of several texts in a second, the last one is read out, once', () => {
  const announcer = new Announcer()
  for (const text of ['1 entity', '2 entities', '3 entities']) announcer.say(text)
  vi.advanceTimersByTime(999)
  expect(announcer.element.textContent).toBe('')
  vi.advanceTimersByTime(1)
  expect(announcer.element.textContent).toBe('3 entities')
  announcer.say('3 entities')
  expect(vi.getTimerCount()).toBe(0)
})

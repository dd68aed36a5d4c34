/** Marks numbers that are too old to be taken for the present value, also when no newer one arrives. */

import { clock } from './clock'
import type { Feed, Reading } from './feed'

/** Milliseconds between looks at the age of values. */
const CHECK_MS = 5_000

/**
 * Wrap a feed, so that its readings say whether they are stale.
 *
 * A state is never stale, because it lasts until the next one; a static value has no age.
 *
 * @param staleAfterMs Age in milliseconds from which a number is stale.
 */
export function markingStale(feed: Feed, staleAfterMs: number): Feed {
  const updates = new Set<() => void>()
  let timer: ReturnType<typeof setInterval> | undefined
  const subscribeTo =
    (inner: Feed): Feed['subscribe'] =>
    (binding, listener) => {
      let reading: Reading = {}
      let wasStale = false
      const show = (next: Reading): void => {
        reading = next
        wasStale = isStale(next, staleAfterMs)
        listener(wasStale ? { ...next, isStale: true } : next)
      }
      const update = (): void => {
        if (isStale(reading, staleAfterMs) !== wasStale) show(reading)
      }
      updates.add(update)
      timer ??= setInterval(() => {
        for (const check of [...updates]) check()
      }, CHECK_MS)
      const unsubscribe = inner.subscribe(binding, show)
      return () => {
        unsubscribe()
        updates.delete(update)
        if (updates.size) return
        clearInterval(timer)
        timer = undefined
      }
    }
  const marked = { subscribe: subscribeTo(feed) }
  if (!feed.at) return marked
  return { ...marked, at: (priority) => ({ subscribe: subscribeTo(feed.at!(priority)) }) }
}

function isStale({ value, time, isStale: isMarked = false }: Reading, staleAfterMs: number): boolean {
  if (isMarked) return true
  return typeof value === 'number' && time !== undefined && clock.now() - time > staleAfterMs
}

/** The reading of one property, and those who listen to it. */

import { clock } from './clock'
import type { Reading, Value } from './feed'
import { highest, type Priority } from './priority'

type Listener = (reading: Reading) => void

/** For how long a number may be the newest one without an answer that says so, if its device reports rarely. */
const MAX_PERIOD_MS = 60_000

export class PropertySubscription {
  reading: Reading = { isPending: true }
  /** When the last request with an answer was sent, in milliseconds since 1970. */
  requestedAt: number | undefined
  private unit: string | undefined
  /** The shortest time between two measurements of the number, in milliseconds. */
  private period = Infinity
  readonly listeners = new Map<Listener, Priority>()
  private readonly subscribedAt = clock.now()

  constructor(readonly isStatic: boolean) {}

  /** As of when the reading is known to be the newest one; before the first answer, the time of the subscription. */
  get currentAt(): number {
    return this.requestedAt ?? this.subscribedAt
  }

  /**
   * Until when there is no newer value to show: when the last request was sent, or when the next measurement is due.
   * A text may change at any time.
   */
  get newestUntil(): number {
    const { value, time } = this.reading
    if (typeof value !== 'number' || time === undefined || this.period > MAX_PERIOD_MS) return this.currentAt
    return Math.max(this.currentAt, time + this.period)
  }

  /** Whether it is for something on the screen. */
  get isInView(): boolean {
    return highest(this.listeners.values()) !== 'rest'
  }

  setValue(value: Value | undefined, time: number | undefined): void {
    this.setReading({ ...(value === undefined ? {} : { value }), ...(time === undefined ? {} : { time }) })
  }

  /**
   * Take the answer to a request.
   *
   * @param time When the newest value was measured; undefined if the answer has none.
   * @param requestedAt When the request was sent.
   */
  update(value: Value | undefined, time: number | undefined, requestedAt: number): void {
    this.requestedAt = Math.max(this.requestedAt ?? -Infinity, requestedAt)
    const isKnown = time === undefined || time < (this.reading.time ?? -Infinity)
    if (!isKnown && (time !== this.reading.time || value !== this.reading.value)) {
      const period = time - (this.reading.time ?? -Infinity)
      if (period > 0) this.period = Math.min(this.period, period)
      return this.setValue(value, time)
    }
    const { error: _, isPending: __, ...reading } = this.reading
    this.setReading(reading)
  }

  setUnit(unit: string): void {
    this.unit = unit
    this.setReading(this.reading)
  }

  setError(error: string): void {
    const { isPending: _, ...reading } = this.reading
    this.setReading({ ...reading, error })
  }

  /** Mark the value if it is older than numbers may be; a state lasts until the next one. */
  markStale(now: number, staleAfter: number): void {
    const { value, time } = this.reading
    const isOld = typeof value === 'number' && time !== undefined && now - time > staleAfter
    const isUnknown = !this.isStatic && value !== undefined && now - this.currentAt > staleAfter
    const isStale = isOld || isUnknown
    if (isStale === (this.reading.isStale === true)) return
    const { isStale: _, ...reading } = this.reading
    this.setReading(isStale ? { ...reading, isStale } : reading)
  }

  private setReading(next: Reading): void {
    const reading = this.unit === undefined ? next : { ...next, unit: this.unit }
    const names = ['value', 'time', 'error', 'isStale', 'isPending', 'unit'] as const
    if (names.every((name) => this.reading[name] === reading[name])) return
    this.reading = reading
    for (const listener of [...this.listeners.keys()]) listener(reading)
  }
}

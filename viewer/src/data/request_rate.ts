/** How many requests may be sent: a share of what the account allows, and less after it has throttled one. */

/** Requests for values per second, if `config.json` sets no other number: AWS allows 100 for the whole account. */
export const REQUESTS_PER_SECOND = 20
/** AWS allows a tenth of the requests for values for entities, types and scenes. The page may use a part of these, too. */
const CONTROL_SHARE = 0.25
/** Requests that may follow each other at once after a pause, as a number of seconds. */
const BURST_SECONDS = 2
const FIRST_PAUSE_MS = 1_000
const MAX_PAUSE_MS = 30_000
/** Least part of the rate, which is reached when the account throttles for long. */
const MIN_SHARE = 0.02
/** By how much of the rate it grows in a second without throttling. */
const GROWTH_PER_SECOND = 0.01

/** Kinds of requests whose number AWS limits. */
export type LimitedKind = 'data' | 'control'

export class RequestRate {
  private readonly tokens: Record<LimitedKind, number>
  private readonly limits: Readonly<Record<LimitedKind, number>>
  /** Part of the limits that is used now, from `MIN_SHARE` to 1. */
  private share = 1
  /** Part that this page may use of what all tabs of the browser may. */
  private pageShare = 1
  private updatedAt = Date.now()
  private pausedUntil = 0
  private pause = 0
  private hasSucceeded = true

  constructor(requestsPerSecond = REQUESTS_PER_SECOND) {
    this.limits = { data: requestsPerSecond, control: requestsPerSecond * CONTROL_SHARE }
    this.tokens = { data: this.burst('data'), control: this.burst('control') }
  }

  /** Share the rate with other pages. */
  setPages(count: number): void {
    this.refill()
    this.pageShare = 1 / Math.max(count, 1)
  }

  /** Take the right to send a request. @returns 0, or the milliseconds after which to ask again. */
  take(kind: LimitedKind): number {
    this.refill()
    const now = Date.now()
    if (now < this.pausedUntil) return this.pausedUntil - now
    if (this.tokens[kind] < 1) return Math.ceil(((1 - this.tokens[kind]) / this.perSecond(kind)) * 1000)
    this.tokens[kind] -= 1
    return 0
  }

  succeeded(): void {
    this.hasSucceeded = true
  }

  /** Send less from now on. Of several answers to requests that were sent together, the first one counts. */
  throttled(): void {
    const now = Date.now()
    if (now < this.pausedUntil) return
    this.refill()
    // The pause grows while each request after it is throttled, too.
    this.pause = this.hasSucceeded ? FIRST_PAUSE_MS : Math.min(Math.max(this.pause * 2, FIRST_PAUSE_MS), MAX_PAUSE_MS)
    this.hasSucceeded = false
    this.pausedUntil = now + this.pause
    this.share = Math.max(this.share / 2, MIN_SHARE)
    this.tokens.data = Math.min(this.tokens.data, 1)
    this.tokens.control = Math.min(this.tokens.control, 1)
  }

  private refill(): void {
    const now = Date.now()
    const seconds = Math.max(now - Math.max(this.updatedAt, this.pausedUntil), 0) / 1000
    this.updatedAt = now
    if (this.share < 1) this.share = Math.min(this.share + seconds * GROWTH_PER_SECOND, 1)
    for (const kind of ['data', 'control'] as const) {
      this.tokens[kind] = Math.min(this.tokens[kind] + seconds * this.perSecond(kind), this.burst(kind))
    }
  }

  private perSecond(kind: LimitedKind): number {
    return this.limits[kind] * this.share * this.pageShare
  }

  /** While the account throttles, requests are spread evenly. */
  private burst(kind: LimitedKind): number {
    return this.share < 1 ? 1 : Math.max(this.limits[kind] * this.pageShare * BURST_SECONDS, 1)
  }
}

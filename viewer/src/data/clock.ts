/** The time of the services, which is the time of the page. The clock of a computer may be minutes wrong. */

/** Resolution of the `Date` header, in milliseconds. */
const RESOLUTION_MS = 1_000
/** Difference from which the page names it. Smaller ones change no age that a user would notice. */
const NAMED_SKEW_MS = 30_000

export class ServerClock {
  /** Bounds of what is added to the computer's time, in milliseconds; none before the first answer. */
  private bounds: { readonly least: number; readonly most: number } | undefined
  private offset = 0

  /** The time of the services, in milliseconds since 1970. Until the first answer, that of the computer. */
  now(): number {
    return Date.now() + this.offset
  }

  /** By how many milliseconds the computer's clock is fast, or slow if negative; 0 if the difference does not matter. */
  get skew(): number {
    return Math.abs(this.offset) < NAMED_SKEW_MS ? 0 : -this.offset
  }

  /**
   * Compare with an answer of a service.
   *
   * @param headers Headers of the answer. Those of another origin may hide `Date`, which then changes nothing.
   * @param sentAt The computer's time when the request was sent. The answer is complete now.
   */
  observe(headers: Headers, sentAt: number): void {
    const date = Date.parse(headers.get('date') ?? '')
    if (Number.isNaN(date)) return
    // A cache sends the Date of the origin, and adds how old it is.
    const time = date + Number(headers.get('age') ?? 0) * 1000
    const answer = { least: time - Date.now(), most: time + RESOLUTION_MS - sentAt }
    const least = Math.max(answer.least, this.bounds?.least ?? -Infinity)
    const most = Math.min(answer.most, this.bounds?.most ?? Infinity)
    // Without a common range, one of the clocks was set since the last answer.
    this.bounds = least <= most ? { least, most } : answer
    if (isBetween(0, this.bounds)) this.offset = 0
    else if (!isBetween(this.offset, this.bounds)) this.offset = (this.bounds.least + this.bounds.most) / 2
  }
}

function isBetween(value: number, { least, most }: { least: number; most: number }): boolean {
  return value >= least && value <= most
}

/** The clock of the page. */
export const clock = new ServerClock()

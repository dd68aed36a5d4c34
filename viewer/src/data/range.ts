/** The time range of the charts: the last milliseconds up to now, or between two fixed times. */

export type Range = { readonly last: number } | { readonly from: number; readonly to: number }

const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 }

export const RANGES = ['15m', '1h', '6h', '1d', '7d', '30d'] as const
export const DEFAULT_RANGE: Range = { last: 3_600_000 }

/** Parse `6h`, or two times with a slash between them; undefined if the text is neither. */
export function parseRange(text: string): Range | undefined {
  const duration = /^(\d{1,4})([mhd])$/.exec(text)
  if (duration) {
    const last = Number(duration[1]) * (UNITS[duration[2] ?? ''] ?? 0)
    return last > 0 ? { last } : undefined
  }
  const [from, to, ...more] = text.split('/').map(Date.parse)
  if (from === undefined || to === undefined || more.length > 0 || !(from < to)) return undefined
  return { from, to }
}

export function formatRange(range: Range): string {
  if (!('last' in range)) return `${new Date(range.from).toISOString()}/${new Date(range.to).toISOString()}`
  for (const unit of ['d', 'h'] as const) {
    const count = range.last / (UNITS[unit] ?? 1)
    if (Number.isInteger(count)) return `${count}${unit}`
  }
  return `${Math.max(Math.round(range.last / 60_000), 1)}m`
}

/** Start and end of a range, if it is `now`. */
export function bounds(range: Range, now: number): { from: number; to: number } {
  return 'last' in range ? { from: now - range.last, to: now } : range
}

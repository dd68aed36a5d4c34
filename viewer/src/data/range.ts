/** The time range of the charts: the last milliseconds up to now, a day or shift by the calendar, or two fixed times. */

/** `today` and `shift` last until now, and grow. */
export const NAMED_RANGES = ['today', 'yesterday', 'shift', 'lastshift'] as const
export type NamedRange = (typeof NAMED_RANGES)[number]

export type Range =
  | { readonly last: number }
  | { readonly from: number; readonly to: number }
  | { readonly named: NamedRange }

/** The zone of times in the page: that of the browser, or UTC. */
export type Zone = 'local' | 'utc'

export interface Calendar {
  readonly zone: Zone
  /** When shifts begin, in minutes after midnight, ascending. */
  readonly shifts: readonly number[]
}

/** Three shifts of eight hours, from six o'clock. */
export const DEFAULT_SHIFTS: readonly number[] = [6 * 60, 14 * 60, 22 * 60]
export const DEFAULT_CALENDAR: Calendar = { zone: 'local', shifts: DEFAULT_SHIFTS }

const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 }

export const RANGES = ['15m', '1h', '6h', '1d', '7d', '30d'] as const
export const DEFAULT_RANGE: Range = { last: 3_600_000 }
const MAX_LAST_MS = 9_999 * 86_400_000

/** Parse `6h`, `today`, or two times with a slash between them; undefined if the text is none of them. */
export function parseRange(text: string): Range | undefined {
  const named = NAMED_RANGES.find((name) => name === text)
  if (named) return { named }
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
  if ('named' in range) return range.named
  if ('from' in range) return `${new Date(range.from).toISOString()}/${new Date(range.to).toISOString()}`
  for (const unit of ['d', 'h'] as const) {
    const count = range.last / (UNITS[unit] ?? 1)
    if (Number.isInteger(count)) return `${count}${unit}`
  }
  return `${Math.max(Math.round(range.last / 60_000), 1)}m`
}

/** Whether new values belong to the range. */
export function isLive(range: Range): boolean {
  return 'last' in range || ('named' in range && (range.named === 'today' || range.named === 'shift'))
}

/** Start and end of a range, if it is `now`. */
export function bounds(range: Range, now: number, calendar: Calendar = DEFAULT_CALENDAR): { from: number; to: number } {
  if ('from' in range) return range
  if ('last' in range) return { from: now - range.last, to: now }
  const { zone, shifts } = calendar
  switch (range.named) {
    case 'today':
      return { from: startOfDay(now, zone), to: now }
    case 'yesterday':
      return { from: startOfDay(now, zone, -1), to: startOfDay(now, zone) }
    case 'shift':
      return { from: shiftStarts(now, calendar).at(-1) ?? startOfDay(now, zone), to: now }
    case 'lastshift': {
      const [from, to] = shiftStarts(now, calendar).slice(-2)
      if (shifts.length === 0 || from === undefined || to === undefined) return bounds({ named: 'yesterday' }, now, calendar)
      return { from, to }
    }
  }
}

/** A range of twice the length around the same times. A range that ends now still does. */
export function zoomOut(range: Range, now: number, calendar: Calendar): Range {
  if ('last' in range) return { last: Math.min(range.last * 2, MAX_LAST_MS) }
  const { from, to } = bounds(range, now, calendar)
  const half = (to - from) / 2
  const end = Math.min(to + half, now)
  return { from: Math.round(end - (to - from) * 2), to: Math.round(end) }
}

/** Midnight in a zone, some days from that of a time. Days have 23 to 25 hours where clocks change. */
export function startOfDay(time: number, zone: Zone, days = 0): number {
  return timeOfDay(time, zone, days, 0)
}

function timeOfDay(time: number, zone: Zone, days: number, minutes: number): number {
  const date = new Date(time)
  return zone === 'utc'
    ? Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate() + days, 0, minutes)
    : new Date(date.getFullYear(), date.getMonth(), date.getDate() + days, 0, minutes).getTime()
}

/** The starts of the shifts of yesterday and today that have begun, and of the days before. */
function shiftStarts(now: number, { zone, shifts }: Calendar): number[] {
  return [-2, -1, 0].flatMap((day) => shifts.map((minutes) => timeOfDay(now, zone, day, minutes))).filter((start) => start <= now)
}

/** Parse times as `06:00`. @throws {Error} if one is none, or if they do not ascend. */
export function parseShifts(texts: readonly string[]): number[] {
  const minutes = texts.map((text) => {
    const [, hour, minute] = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(text) ?? []
    if (!hour || !minute) throw new Error(`"${text}" is not a time such as "06:00"`)
    return Number(hour) * 60 + Number(minute)
  })
  if (minutes.some((value, index) => index > 0 && value <= (minutes[index - 1] ?? 0))) throw new Error('times must ascend')
  return minutes
}

/** Prepares series for a chart: columns of numbers with gaps and bands, and spans of states. Pure. */

import { formatKey } from '../state/link'
import type { Value } from './feed'
import type { Point, Series } from './series'

/** A pause between two values is a gap if it is longer than this many usual intervals of the series. */
const GAP_INTERVALS = 4

/** Whether a series is drawn as a line; otherwise it is drawn as spans of states. */
export function isNumeric(series: Series): boolean {
  const point = series.points[0] ?? series.before
  return point === undefined || typeof point.value === 'number'
}

/**
 * The longest pause between two values of a series that is no gap, in milliseconds: some times the interval that three
 * quarters of its values keep. Infinity for a series with fewer than three values.
 */
export function longestPause(series: Series): number {
  let pause = pauses.get(series)
  if (pause === undefined) {
    pause = computeLongestPause(series)
    pauses.set(series, pause)
  }
  return pause
}

/** Cached, because each move of the pointer needs them. */
const pauses = new WeakMap<Series, number>()

function computeLongestPause({ points }: Series): number {
  if (points.length < 3) return Infinity
  const intervals = points.flatMap((point, index) => {
    const previous = points[index - 1]
    return point.sample ? [point.sample.interval] : previous ? [point.time - previous.time] : []
  })
  intervals.sort((a, b) => a - b)
  return (intervals[Math.floor((intervals.length - 1) * 0.75)] ?? Infinity) * GAP_INTERVALS
}

/** Whether there are no values between two points for longer than is usual. What is not read is no gap. */
function isGap(point: Point, next: Point, pause: number): boolean {
  return (next.sample?.from ?? next.time) - point.time > pause
}

export interface Columns {
  /** Seconds since 1970, ascending and unique. */
  readonly times: number[]
  /** A column for each series: undefined at times of other series, null in a gap. */
  readonly values: (number | null | undefined)[][]
  /** Columns of the lowest and highest values, by the index of a sampled series. */
  readonly bands: ReadonlyMap<number, { readonly min: (number | null | undefined)[]; readonly max: (number | null | undefined)[] }>
}

/** Align series with different times on one time axis. */
export function alignOnTimeAxis(series: readonly Series[]): Columns {
  const uniqueTimes = new Set<number>()
  const gaps = series.map((item) => gapTimes(item))
  series.forEach(({ points }, index) => {
    for (const { time } of points) uniqueTimes.add(time)
    for (const time of gaps[index] ?? []) uniqueTimes.add(time)
  })
  const times = [...uniqueTimes].sort((a, b) => a - b)
  const indexes = new Map(times.map((time, index) => [time, index]))
  const column = (item: number, valueOf: (point: Point) => Value) => {
    const values = new Array<number | null | undefined>(times.length).fill(undefined)
    for (const time of gaps[item] ?? []) values[indexes.get(time) as number] = null
    for (const point of series[item]?.points ?? []) {
      const value = valueOf(point)
      if (typeof value === 'number') values[indexes.get(point.time) as number] = value
    }
    return values
  }
  const bands = series.flatMap(({ points }, index) => {
    if (!points.some(({ sample }) => sample)) return []
    const min = column(index, ({ value, sample }) => sample?.min ?? value)
    const max = column(index, ({ value, sample }) => sample?.max ?? value)
    return [[index, { min, max }] as const]
  })
  const values = series.map((_, index) => column(index, ({ value }) => value))
  return { times: times.map((time) => time / 1000), values, bands: new Map(bands) }
}

/** A time inside each gap of a series. */
function gapTimes(series: Series): number[] {
  const pause = longestPause(series)
  return series.points.flatMap((point, index) => {
    const previous = series.points[index - 1]
    return previous && isGap(previous, point, pause) ? [(previous.time + point.time) / 2] : []
  })
}

/**
 * The point of a series at a time: of a state, the last one before it; of a number, the nearest one.
 *
 * @param tolerance How far the nearest number may be in any case, in milliseconds.
 * @returns Undefined before the first value, after the last one, and in a gap.
 */
export function pointAt(series: Series, time: number, tolerance: number): Point | undefined {
  const { points, before } = series
  const next = points.findIndex((point) => point.time > time)
  const left = points[(next === -1 ? points.length : next) - 1] ?? before
  if (!isNumeric(series)) return left
  const right = next === -1 ? undefined : points[next]
  const isRightNearer = right && (!left || right.time - time < time - left.time)
  const nearest = isRightNearer ? right : left
  if (!nearest) return undefined
  const distance = Math.abs(nearest.time - time)
  if (distance <= tolerance) return nearest
  const isBetween = left && right && left !== before && !isGap(left, right, longestPause(series))
  return isBetween ? nearest : undefined
}

export interface Summary {
  readonly newest: Point
  readonly min: number
  readonly max: number
}

/** The newest value of a series of numbers, the lowest and the highest one; undefined without values. */
export function summarise({ points }: Series): Summary | undefined {
  const newest = points.at(-1)
  if (!newest) return undefined
  let [min, max] = [Infinity, -Infinity]
  for (const { value, sample } of points) {
    if (typeof value !== 'number') continue
    min = Math.min(min, sample?.min ?? value)
    max = Math.max(max, sample?.max ?? value)
  }
  return { newest, min, max }
}

export interface Span {
  readonly from: number
  readonly to: number
  readonly state: string
}

/** The spans of equal states between two times. A state lasts until the next different one. */
export function stateSpans(series: Series, from: number, to: number): Span[] {
  const spans: { from: number; to: number; state: string }[] = []
  const points: Point[] = [...(series.before ? [series.before] : []), ...series.points]
  for (const point of points) {
    if (point.time >= to) break
    const state = String(point.value)
    const start = Math.max(point.time, from)
    const last = spans.at(-1)
    if (last?.state === state) continue
    if (last) last.to = start
    spans.push({ from: start, to, state })
  }
  return spans.filter((span) => span.to > span.from)
}

/** Whether all numbers of a series are whole, so that its axis has whole numbers. */
export function isWhole({ points }: Series): boolean {
  return points.every(({ value }) => Number.isInteger(value))
}

/** Identify the series of a chart by key, unit and form. A chart is rebuilt only if this changes. */
export function chartSignature(series: readonly Series[], units: readonly string[]): string {
  return JSON.stringify(
    series.map((item, index) => [
      formatKey(item.key),
      units[index],
      isNumeric(item),
      isWhole(item),
      item.points.some(({ sample }) => sample),
    ]),
  )
}

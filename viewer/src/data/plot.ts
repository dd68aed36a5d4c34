/** Prepares series for a chart: columns of numbers, and spans of states. Pure. */

import { formatKey } from '../state/link'
import type { Point, Series } from './series'

/** Whether a series is drawn as a line; otherwise it is drawn as spans of states. */
export function isNumeric(series: Series): boolean {
  const point = series.points[0] ?? series.before
  return point === undefined || typeof point.value === 'number'
}

export interface Columns {
  /** Seconds since 1970, ascending and unique. */
  readonly times: number[]
  /** A column for each series, undefined at times without a value. */
  readonly values: (number | undefined)[][]
}

/** Align series with different times on one time axis. */
export function alignOnTimeAxis(series: readonly Series[]): Columns {
  const uniqueTimes = new Set<number>()
  for (const { points } of series) for (const { time } of points) uniqueTimes.add(time)
  const times = [...uniqueTimes].sort((a, b) => a - b)
  const indexes = new Map(times.map((time, index) => [time, index]))
  const values = series.map(({ points }) => {
    const column = new Array<number | undefined>(times.length).fill(undefined)
    for (const { time, value } of points) {
      if (typeof value === 'number') column[indexes.get(time) as number] = value
    }
    return column
  })
  return { times: times.map((time) => time / 1000), values }
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

/** Identify the series of a chart by key, unit and form. A chart is rebuilt only if this changes. */
export function chartSignature(series: readonly Series[], units: readonly string[]): string {
  return series.map((item, index) => `${formatKey(item.key)} ${units[index]} ${isNumeric(item)}`).join('\n')
}

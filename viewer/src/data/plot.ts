/** From series to what a chart draws: columns for numbers, spans for states. Pure. */

import { formatKey } from '../state/link'
import type { Point, Series } from './series'

/** Whether a series is drawn as a line; otherwise as spans of states. */
export function isNumeric(series: Series): boolean {
  const one = series.points[0] ?? series.before
  return one === undefined || typeof one.value === 'number'
}

export interface Columns {
  /** Seconds since 1970, ascending, without repetition. */
  readonly times: number[]
  /** A column for each series: undefined where it has no value then. */
  readonly values: (number | undefined)[][]
}

/** Series with times of their own on one axis. */
export function join(series: readonly Series[]): Columns {
  const all = new Set<number>()
  for (const one of series) for (const point of one.points) all.add(point.time)
  const times = [...all].sort((a, b) => a - b)
  const place = new Map(times.map((time, index) => [time, index]))
  const values = series.map((one) => {
    const column = new Array<number | undefined>(times.length).fill(undefined)
    for (const { time, value } of one.points) {
      if (typeof value === 'number') column[place.get(time) as number] = value
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

/** How long each state lasted between two instants: until the next one that is another. */
export function spans(series: Series, from: number, to: number): Span[] {
  const found: { from: number; to: number; state: string }[] = []
  const points: Point[] = [...(series.before ? [series.before] : []), ...series.points]
  for (const point of points) {
    if (point.time >= to) break
    const state = String(point.value)
    const start = Math.max(point.time, from)
    const last = found.at(-1)
    if (last?.state === state) continue
    if (last) last.to = start
    found.push({ from: start, to, state })
  }
  return found.filter((span) => span.to > span.from)
}

/** Says which series these are, so that a chart is made anew for others only. */
export function signature(series: readonly Series[], units: readonly string[]): string {
  return series.map((one, index) => `${formatKey(one.key)} ${units[index]} ${isNumeric(one)}`).join('\n')
}

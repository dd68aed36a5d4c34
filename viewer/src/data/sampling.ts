/**
 * Samples a range that has too many values to read: the newest values of equal time windows. Pure.
 *
 * The service has no aggregates. Its `interpolation` is no substitute: it has no lowest and highest value, draws a line
 * across gaps, and lets the connector read every stored value.
 */

import type { Point } from './series'

/** Windows of a range: one request for each. */
export const WINDOWS = 48

export interface TimeWindow {
  /** Exclusive, in milliseconds since 1970. */
  readonly from: number
  /** Inclusive. */
  readonly to: number
}

/** Divide a range into windows, newest first. */
export function divide(from: number, to: number, count: number): TimeWindow[] {
  const edges = Array.from({ length: count + 1 }, (_, index) => Math.round(to - ((to - from) * index) / count))
  return edges.slice(1).flatMap((start, index) => {
    const end = edges[index] as number
    return end > start ? [{ from: start, to: end }] : []
  })
}

/**
 * Reduce the newest values of a window: numbers to one point with the lowest and highest of them, states to their changes.
 *
 * @param points Oldest first.
 * @param isComplete Whether the window has no other values. All of them are then kept.
 */
export function reduceWindow(points: readonly Point[], window: TimeWindow, isComplete: boolean): readonly Point[] {
  const newest = points.at(-1)
  if (!newest || isComplete || points.length < 2) return points
  const numbers = points.flatMap(({ value }) => (typeof value === 'number' ? [value] : []))
  if (numbers.length < points.length) return changes(points)
  const oldest = points[0] as Point
  const sample = {
    from: window.from,
    min: numbers.reduce((least, value) => Math.min(least, value)),
    max: numbers.reduce((most, value) => Math.max(most, value)),
    interval: (newest.time - oldest.time) / (points.length - 1),
  }
  return [{ ...newest, sample }]
}

function changes(points: readonly Point[]): Point[] {
  return points.filter(({ value }, index) => value !== points[index - 1]?.value)
}

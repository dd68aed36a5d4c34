import { expect, test } from 'vitest'

import { alignOnTimeAxis, chartSignature, isNumeric, longestPause, pointAt, stateSpans, summarise } from '../../src/data/plot'
import type { Point, Series } from '../../src/data/series'
import type { Value } from '../../src/data/feed'

function series(points: [number, Value][], before?: [number, Value]): Series {
  return {
    key: { entityId: 'e', componentName: 'c', propertyName: 'p' },
    points: points.map(([time, value]) => ({ time, value })),
    ...(before ? { before: { time: before[0], value: before[1] } } : {}),
    isComplete: true,
    isSampled: false,
  }
}

test('series with different times are aligned on one axis', () => {
  const columns = alignOnTimeAxis([series([[1000, 1], [3000, 3]]), series([[2000, 20], [3000, 0]])])

  expect(columns.times).toEqual([1, 2, 3])
  expect(columns.values).toEqual([
    [1, undefined, 3],
    [undefined, 20, 0],
  ])
})

test('a state lasts until a different one, from before the range and up to its end', () => {
  const spans = stateSpans(series([[20, 'B'], [30, 'B'], [40, 'A'], [99, 'C']], [5, 'A']), 10, 60)

  expect(spans).toEqual([
    { from: 10, to: 20, state: 'A' },
    { from: 20, to: 40, state: 'B' },
    { from: 40, to: 60, state: 'A' },
  ])
})

test('numbers are lines; texts and booleans are spans', () => {
  expect(isNumeric(series([[1, 0]]))).toBe(true)
  expect(isNumeric(series([]))).toBe(true)
  expect(isNumeric(series([[1, false]]))).toBe(false)
  expect(isNumeric(series([], [1, 'NORMAL']))).toBe(false)
})

const SECOND = 1000
const HOUR = 3_600_000
const every10s = (from: number, count: number): [number, Value][] =>
  Array.from({ length: count }, (_, index) => [from + index * 10 * SECOND, index])

test('a pause of many usual intervals is a gap in the line, and a missed value is none', () => {
  const regular = [...every10s(0, 10), ...every10s(2 * HOUR, 10)]
  const missed = [...every10s(0, 10), ...every10s(110 * SECOND, 10)]

  const [line] = alignOnTimeAxis([series(regular)]).values
  expect(line?.indexOf(null)).toBe(10)
  expect(line?.filter((value) => value === null)).toHaveLength(1)
  expect(alignOnTimeAxis([series(missed)]).values[0]).not.toContain(null)
})

test('the usual interval is that of the series itself', () => {
  const daily = series(every10s(0, 4).map(([, value], index) => [index * 24 * HOUR, value]))
  expect(longestPause(series(every10s(0, 20)))).toBe(40 * SECOND)
  expect(alignOnTimeAxis([daily]).values[0]).not.toContain(null)
  expect(longestPause(series(every10s(0, 2)))).toBe(Infinity)
})

function sampled(time: number, from: number, value: number): Point {
  return { time, value, sample: { from, min: value - 5, max: value + 5, interval: 10 * SECOND } }
}

test('samples have a band, and a window without values is a gap', () => {
  const points = [sampled(1 * HOUR, 0, 10), sampled(2 * HOUR, 1 * HOUR, 20), sampled(4 * HOUR, 3 * HOUR, 40)]
  const { values, bands } = alignOnTimeAxis([{ ...series([]), points }])

  expect(values[0]).toEqual([10, 20, null, 40])
  expect(bands.get(0)).toEqual({ min: [5, 15, null, 35], max: [15, 25, null, 45] })
})

test('there is no value before the first one, after the last one and in a gap', () => {
  const item = series([...every10s(HOUR, 10), ...every10s(3 * HOUR, 10)])
  const at = (time: number) => pointAt(item, time, 2 * SECOND)?.value

  expect(at(0)).toBeUndefined()
  expect(at(HOUR - SECOND)).toBe(0)
  expect(at(HOUR + 16 * SECOND)).toBe(2)
  expect(at(2 * HOUR)).toBeUndefined()
  expect(at(4 * HOUR)).toBeUndefined()
})

test('a state lasts until the next one, also where the pointer is far from both', () => {
  const item = series([[HOUR, 'ACTIVE']], [0, 'NORMAL'])

  expect(pointAt(item, HOUR / 2, 0)?.value).toBe('NORMAL')
  expect(pointAt(item, 5 * HOUR, 0)?.value).toBe('ACTIVE')
})

test('the summary has the lowest and highest values of samples', () => {
  expect(summarise({ ...series([]), points: [sampled(1, 0, 10), sampled(2, 1, 3)] })).toMatchObject({ min: -2, max: 15 })
  expect(summarise(series([]))).toBeUndefined()
})

test('a chart is rebuilt when the first number with decimals arrives, and not for each value', () => {
  const signature = (points: [number, Value][]) => chartSignature([series(points)], ['W'])
  expect(signature([])).toBe(signature([[1, 5]]))
  expect(signature([[1, 5], [2, 5.5]])).not.toBe(signature([[1, 5]]))
  expect(signature([[1, 5.5]])).toBe(signature([[1, 5.5], [2, 6.5]]))
})

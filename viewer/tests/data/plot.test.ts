import { expect, test } from 'vitest'

import { alignOnTimeAxis, isNumeric, stateSpans } from '../../src/data/plot'
import type { Series } from '../../src/data/series'
import type { Value } from '../../src/data/feed'

function series(points: [number, Value][], before?: [number, Value]): Series {
  return {
    key: { entityId: 'e', componentName: 'c', propertyName: 'p' },
    points: points.map(([time, value]) => ({ time, value })),
    ...(before ? { before: { time: before[0], value: before[1] } } : {}),
    isComplete: true,
    isTruncated: false,
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

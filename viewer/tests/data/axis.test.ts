import { expect, test } from 'vitest'

import { axisRange, tickDistances, tickLabels } from '../../src/data/axis'

/** The ticks that uPlot draws: multiples of the smallest distance of which few fit. */
function ticks(min: number, max: number, isWhole: boolean, limits: readonly number[] = []): string[] {
  const [low, high] = axisRange(min, max, isWhole, limits)
  const distance = tickDistances(isWhole).find((candidate) => (high - low) / candidate <= 6) as number
  const first = Math.ceil(low / distance - 1e-9)
  const count = Math.floor(high / distance + 1e-9) - first + 1
  return tickLabels(Array.from({ length: count }, (_, index) => (first + index) * distance), distance, 'en')
}

test.each([
  ['a counter that hardly grows', 41_092, 41_093, true],
  ['a counter that stands still', 41_092, 41_092, true],
  ['numbers that differ in the fifth decimal', 41_092.00001, 41_092.00004, false],
  ['a number that stands still', 21.5, 21.5, false],
  ['zero', 0, 0, false],
  ['large numbers', 4.1e12, 4.2e12, false],
  ['small numbers', 1e-9, 3e-9, false],
])('the labels of an axis differ: %s', (_, min, max, isWhole) => {
  const labels = ticks(min, max, isWhole)
  expect(labels.length).toBeGreaterThan(1)
  expect(new Set(labels).size).toBe(labels.length)
})

test('the axis of whole numbers has whole numbers', () => {
  expect(ticks(41_092, 41_093, true)).toEqual(['41,092', '41,093'])
  expect(ticks(0, 3, true)).toEqual(['0', '1', '2', '3'])
})

test('an axis of numbers that are not negative does not begin below zero', () => {
  expect(axisRange(0, 10, false, [])[0]).toBe(0)
  expect(axisRange(0, 0, true, [])[0]).toBe(0)
  expect(axisRange(-1, 10, false, [])[0]).toBeLessThan(-1)
})

test('an axis includes a limit that is near, and is not flattened by one that is far', () => {
  const [low, high] = axisRange(50, 60, false, [75, 500])
  expect(low).toBeLessThan(50)
  expect(high).toBeGreaterThan(75)
  expect(high).toBeLessThan(100)
})

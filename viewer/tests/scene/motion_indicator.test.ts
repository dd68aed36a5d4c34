import { expect, test } from 'vitest'
import { shapeSize, repeatsAlong } from '../../src/scene/parts/motion_indicator'

test('arrows of a plane keep their shape', () => {
  expect(repeatsAlong('LinearPlane', 2, shapeSize('LinearPlane', [6, 1, 3]))).toBe(4)
})

test('arrows go along a tube, around its whole', () => {
  const measures = shapeSize('LinearCylinder', [10, 2, 2])
  expect(measures.across).toBeCloseTo(2 * Math.PI)
  expect(repeatsAlong('LinearCylinder', 2, measures)).toBeCloseTo(20 / (2 * Math.PI))
})

test('a ring has whole arrows, and one at least', () => {
  expect(repeatsAlong('CircularCylinder', 1, shapeSize('CircularCylinder', [2, 1, 2]))).toBe(6)
  expect(repeatsAlong('CircularCylinder', 1, shapeSize('CircularCylinder', [0.1, 5, 0.1]))).toBe(1)
})

import { expect, test } from 'vitest'
import { shapeSize, repeatsAlong } from '../../../src/scene/parts/motion_indicator'

test('arrows of a plane keep their proportions', () => {
  expect(repeatsAlong('LinearPlane', 2, shapeSize('LinearPlane', [6, 1, 3]))).toBe(4)
})

test('arrows of a linear cylinder are as wide as its circumference', () => {
  const measures = shapeSize('LinearCylinder', [10, 2, 2])
  expect(measures.across).toBeCloseTo(2 * Math.PI)
  expect(repeatsAlong('LinearCylinder', 2, measures)).toBeCloseTo(20 / (2 * Math.PI))
})

test('a circular cylinder has a whole number of arrows, at least one', () => {
  expect(repeatsAlong('CircularCylinder', 1, shapeSize('CircularCylinder', [2, 1, 2]))).toBe(6)
  expect(repeatsAlong('CircularCylinder', 1, shapeSize('CircularCylinder', [0.1, 5, 0.1]))).toBe(1)
})

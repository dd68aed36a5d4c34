import { Group, Mesh, PointLight } from 'three'
import { expect, test } from 'vitest'
import { hasLight } from '../../../src/scene/parts/light'

test('a model brings a light if an object in it is one', () => {
  expect(hasLight(new Group().add(new Mesh()))).toBe(false)
  expect(hasLight(new Group().add(new Group().add(new PointLight())))).toBe(true)
})

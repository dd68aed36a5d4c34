import { expect, expectTypeOf, test } from 'vitest'
import type { Component } from '../../src/scene/document'
import { CAMERA_DEFAULTS, HEX_COLOR, ICONS, METERS, MODEL_TYPES, type ComponentName, type MembersOf } from '../../src/scene/facts'

/** Members that the page reads and the facts do not have, by component. A camera's settings are in the document. */
type Unlisted = {
  [Name in Exclude<ComponentName, 'Camera'>]: Exclude<keyof Extract<Component, { type: Name }>, MembersOf<Name> | 'type'>
}[Exclude<ComponentName, 'Camera'>]

test('the page reads the components of the facts, and no other members of them', () => {
  expectTypeOf<Component['type']>().toEqualTypeOf<ComponentName>()
  expectTypeOf<Unlisted>().toEqualTypeOf<never>()
})

test('names and numbers are those of the data', () => {
  expect(MODEL_TYPES).toContain('Tiles3D')
  expect(ICONS[0]).toBe('Info')
  expect(METERS['feet']).toBe(0.3048)
  expect(CAMERA_DEFAULTS.fov).toBe(53.13)
})

test.each([
  ['#00FF00', true],
  ['#0f0', false],
  ['red', false],
])('a colour is six digits: %s', (color, isColor) => {
  expect(HEX_COLOR.test(color)).toBe(isColor)
})

import { expect, test } from 'vitest'
import { bindingOf, boundEntity, fillVariables, variablesIn } from '../../src/scene/bindings'

const context = { entityId: 'm-1', componentName: 'sensor', propertyName: 'temperature' }

test('a binding names entity, component and property', () => {
  expect(bindingOf({ dataBindingContext: context })).toEqual(context)
  expect(bindingOf({ dataBindingContext: context, isStaticData: true })).toEqual({ ...context, isStaticData: true })
})

test.each([undefined, {}, { dataBindingContext: {} }, { dataBindingContext: { entityId: 'm-1' } }, context as object])(
  'an incomplete binding has no property: %j',
  (bound) => {
    expect(bindingOf(bound)).toBeUndefined()
  },
)

test('a binding may name an entity alone', () => {
  expect(boundEntity({ dataBindingContext: { entityId: 'm-1' } })).toBe('m-1')
  expect(boundEntity(undefined)).toBeUndefined()
})

test('a template replaces the ${names} that it has', () => {
  const bound = { dataBindingContext: { entityId: '${sel_entity}', componentName: '${sel_comp}', propertyName: 'p' } }
  expect(bindingOf(bound, { sel_entity: 'room1' })).toEqual({ entityId: 'room1', componentName: '${sel_comp}', propertyName: 'p' })
})

test('variables of a text are replaced by their values, or by "-" without a value', () => {
  const values = new Map<string, number | string | boolean | undefined>([['a', 0], ['b', false], ['c', ''], ['d', undefined]])
  expect(fillVariables('${a}|${b}|${c}|${d}|${e}|${a}|$a', values)).toBe('0|false||-|-|0|$a')
  expect(variablesIn('${a} and ${b c}')).toEqual(['a', 'b c'])
})

import { expect, test } from 'vitest'

import { parseTime, scalarValue } from '../../src/data/values'

test('a value is that of its only member; 0, false and empty text are values', () => {
  expect(scalarValue({ doubleValue: 0 })).toBe(0)
  expect(scalarValue({ stringValue: '' })).toBe('')
  expect(scalarValue({ booleanValue: false })).toBe(false)
  expect(scalarValue({ longValue: 7 })).toBe(7)
  expect(scalarValue({ listValue: [{ integerValue: 1 }, { stringValue: 'a' }] })).toBe('[1, a]')
  expect(scalarValue({ mapValue: { a: { doubleValue: 1.5 } } })).toBe('{a: 1.5}')
  expect(scalarValue({ relationshipValue: { targetEntityId: 'e', targetComponentName: 'c' } })).toBe('e/c')
  expect(scalarValue({})).toBeUndefined()
  expect(scalarValue(undefined)).toBeUndefined()
})

test('a time may have any number of digits and any offset; without an offset it is UTC', () => {
  const noon = Date.parse('2026-03-01T12:00:00.123Z')
  expect(parseTime('2026-03-01T12:00:00.123456789Z')).toBe(noon)
  expect(parseTime('2026-03-01T13:00:00.123+01:00')).toBe(noon)
  expect(parseTime('2026-03-01T12:00:00.123')).toBe(noon)
  expect(parseTime('yesterday')).toBeUndefined()
  expect(parseTime(undefined)).toBeUndefined()
})

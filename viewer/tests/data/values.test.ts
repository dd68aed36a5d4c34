import { expect, test } from 'vitest'

import { bounds, formatRange, parseRange } from '../../src/data/range'
import { severityOf, worse } from '../../src/data/severity'
import { parseTime, scalarValue } from '../../src/data/values'

test('a value is what its one member holds, nothing and false are values', () => {
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

test('times have any number of digits and any offset; without one they are UTC', () => {
  const noon = Date.parse('2026-03-01T12:00:00.123Z')
  expect(parseTime('2026-03-01T12:00:00.123456789Z')).toBe(noon)
  expect(parseTime('2026-03-01T13:00:00.123+01:00')).toBe(noon)
  expect(parseTime('2026-03-01T12:00:00.123')).toBe(noon)
  expect(parseTime('yesterday')).toBeUndefined()
  expect(parseTime(undefined)).toBeUndefined()
})

test('ranges are read as they are written', () => {
  for (const text of ['15m', '1h', '6h', '1d', '30d', '2026-03-01T00:00:00.000Z/2026-03-02T00:00:00.000Z']) {
    const range = parseRange(text)
    expect(range && formatRange(range)).toBe(text)
  }
  for (const text of ['', '0h', 'h', '1y', '2026-03-02/2026-03-01', 'a/b', '1/2/3']) {
    expect(parseRange(text)).toBeUndefined()
  }
  expect(bounds({ last: 10 }, 100)).toEqual({ from: 90, to: 100 })
})

test('states mean what they mean in both vocabularies', () => {
  const states = ['NORMAL', 'ACTIVE', 'CRITICAL', 'WARNING', 'ACKNOWLEDGED', 'SNOOZE_DISABLED', 'toString', 0]
  expect(states.map(severityOf)).toEqual([
    'normal',
    'critical',
    'critical',
    'warning',
    'acknowledged',
    'acknowledged',
    undefined,
    undefined,
  ])
  expect(worse('warning', 'acknowledged')).toBe('warning')
  expect(worse('normal', 'critical')).toBe('critical')
})

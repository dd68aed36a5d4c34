import { expect, test } from 'vitest'

import type { PropertyDefinition } from '../../src/api/api'
import { alarmProperties, isAlarmState, isWritable } from '../../src/data/alarm_type'

const text: PropertyDefinition = { isTimeSeries: true, dataType: { type: 'STRING' } }
const allowed = (...values: string[]): PropertyDefinition => ({
  isTimeSeries: true,
  dataType: { type: 'STRING', allowedValues: values.map((stringValue) => ({ stringValue })) },
})

test('levels are found by their values, message and note by being text', () => {
  const definitions = {
    alarm_key: { isExternalId: true, dataType: { type: 'STRING' } },
    alarm_status: allowed('ACTIVE', 'SNOOZE_DISABLED', 'ACKNOWLEDGED', 'NORMAL'),
    mode: allowed('AUTO', 'MANUAL'),
    severity: allowed('NORMAL', 'WARNING', 'CRITICAL', 'ACKNOWLEDGED'),
    alarmNote: text,
    reason: text,
    limit: { isTimeSeries: true, dataType: { type: 'DOUBLE' } },
  }
  expect(alarmProperties(definitions)).toEqual({
    status: 'alarm_status',
    level: 'severity',
    note: 'alarmNote',
    message: 'reason',
  })
  const states = Object.entries(definitions).filter(([name, definition]) => isAlarmState(name, definition))
  expect(states.map(([name]) => name)).toEqual(['alarm_status', 'severity'])
})

test('a type is writable with a dataWriter that is implemented', () => {
  expect(isWritable({ functions: { dataWriter: { implementedBy: { isNative: true } } } })).toBe(true)
  expect(isWritable({ functions: { dataWriter: {} } })).toBe(false)
  expect(isWritable({})).toBe(false)
})

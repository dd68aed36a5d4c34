import { expect, test } from 'vitest'

import { DEFAULT_ORDER, filterAlarms, sortAlarms } from '../../src/data/alarm_order'
import type { Alarm } from '../../src/data/alarms'
import type { Severity } from '../../src/data/severity'
import { sampleAlarm } from '../sample_alarms'

function alarm(entityId: string, severity: Severity, since: number, message: string, note?: string): Alarm {
  return sampleAlarm(entityId, { severity, since, message, ...(note === undefined ? {} : { note }) })
}

const NAMES: Readonly<Record<string, string>> = { a: 'Pump 10', b: 'Pump 2', c: 'Hall' }
const nameOf = (id: string) => NAMES[id] ?? id
const ALARMS = [
  alarm('a', 'warning', 10, 'no flow'),
  alarm('b', 'critical', 5, 'too warm'),
  alarm('c', 'acknowledged', 20, 'too warm', 'fan ordered'),
  alarm('d', 'critical', 7, 'smoke'),
]

function ids(alarms: readonly Alarm[]): string {
  return alarms.map(({ entityId }) => entityId).join('')
}

test('the worst alarms come first, and of those the newest', () => {
  expect(ids(sortAlarms(ALARMS, DEFAULT_ORDER, nameOf))).toBe('dbac')
})

test('each column sorts in both directions', () => {
  const sorted = (column: 'machine' | 'message' | 'since', isDescending: boolean) =>
    ids(sortAlarms(ALARMS, { column, isDescending }, nameOf))
  expect(sorted('machine', false)).toBe('dcba')
  expect(sorted('machine', true)).toBe('abcd')
  expect(sorted('message', false)).toBe('adcb')
  expect(sorted('since', false)).toBe('bdac')
})

test('a text filters names, ids, messages and notes, and a choice severities', () => {
  const filtered = (text: string, severity: 'all' | 'active' | Severity = 'all') =>
    ids(filterAlarms(ALARMS, { text, severity }, nameOf))
  expect(filtered('pump')).toBe('ab')
  expect(filtered(' WARM ')).toBe('bc')
  expect(filtered('ordered')).toBe('c')
  expect(filtered('', 'active')).toBe('abd')
  expect(filtered('warm', 'critical')).toBe('b')
})

import { afterEach, expect, test } from 'vitest'

import { formatAge, formatTime, formatUnit, formatValue, seriesLabels, setZone, timeLabels, zoneName } from '../../src/ui/format'

test('series name their entity, and their component where two of an entity have the property', () => {
  const key = (entityId: string, componentName: string, propertyName: string) => ({ entityId, componentName, propertyName })
  const nameOf = (entityId: string) => entityId.toUpperCase()
  const part = [key('p-1', 'pump', 'power'), key('p-1', 'pump/motor', 'power'), key('p-1', 'pump', 'flow')]
  expect(seriesLabels(part, nameOf)).toEqual(['P-1 pump power', 'P-1 pump/motor power', 'P-1 flow'])
  const entities = [key('p-1', 'pump', 'power'), key('p-2', 'pump', 'power')]
  expect(seriesLabels(entities, nameOf)).toEqual(['P-1 power', 'P-2 power'])
})

test('zero, false and empty text are shown, and a missing value is a dash', () => {
  expect([0, false, '', undefined, 61.5, 41_080_688, 0.1 + 0.2].map(formatValue)).toEqual([
    '0',
    'false',
    '""',
    '–',
    '61.5',
    '41080688',
    '0.3',
  ])
})

test('ages are rounded down, and a negative age is 0', () => {
  const seconds = [-5, 0, 59.9, 60, 3599, 3600, 86_399, 86_400, 10 * 86_400]
  expect(seconds.map((age) => formatAge(age * 1000))).toEqual([
    '0 s',
    '0 s',
    '59 s',
    '1 min',
    '59 min',
    '1 h',
    '23 h',
    '1 d',
    '10 d',
  ])
})

test('known units have their symbol, others are shown as they are', () => {
  expect(['Celsius', 'Percent', 'bar', 'Count', undefined].map(formatUnit)).toEqual(['°C', '%', 'bar', '', ''])
})

afterEach(() => setZone('local'))

test('times are shown in UTC if the user chooses so', () => {
  const time = Date.parse('2026-07-01T12:34:56Z')
  setZone('utc')
  expect(zoneName(time)).toBe('UTC')
  expect(formatTime(time)).toContain('12:34:56')
})

test('ticks of time have a date where a day begins, and seconds where they differ', () => {
  setZone('utc')
  const midnight = Date.parse('2026-03-02T00:00:00Z') / 1000
  const hours = timeLabels([midnight - 3600, midnight, midnight + 3600], 3600)
  expect(hours.map((label) => label.includes('\n'))).toEqual([true, true, false])
  expect(hours[1]).toContain('Mar 2')
  expect(new Set(timeLabels([0, 1, 2].map((second) => midnight + second), 1)).size).toBe(3)
  expect(new Set(timeLabels([0, 0.5, 1].map((second) => midnight + second), 0.5)).size).toBe(3)
  expect(timeLabels([midnight, midnight + 86_400], 86_400)).toEqual(['Mar 2', 'Mar 3'])
})

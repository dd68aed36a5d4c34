/** Days on which clocks change, in a zone where they do. */

import { expect, test } from 'vitest'

import { bounds } from '../../src/data/range'
import { formatInput, parseInput } from '../../src/ui/time_picker'
import { zoneNames } from '../../src/ui/format'

// Before a time is formatted: formats keep the zone of the computer.
process.env['TZ'] = 'Europe/Zurich'

const HOUR = 3_600_000
const LOCAL = { zone: 'local', shifts: [360, 840, 1320] } as const
const hoursOf = (named: 'yesterday' | 'lastshift', now: string) => {
  const { from, to } = bounds({ named }, Date.parse(now), LOCAL)
  return (to - from) / HOUR
}

test('a day has 23 or 25 hours, and so the night shift has 7 or 9', () => {
  expect(hoursOf('yesterday', '2026-03-30T12:00:00+02:00')).toBe(23)
  expect(hoursOf('yesterday', '2026-10-26T12:00:00+01:00')).toBe(25)
  expect(hoursOf('lastshift', '2026-03-29T07:00:00+02:00')).toBe(7)
  expect(hoursOf('lastshift', '2026-10-25T07:00:00+01:00')).toBe(9)
})

test('a range in which clocks change names both zones, another one names one', () => {
  const { from, to } = bounds({ named: 'yesterday' }, Date.parse('2026-03-30T12:00:00+02:00'), LOCAL)
  // The names are in the language of the computer.
  const names = zoneNames(from, to).split(' / ')
  expect(new Set(names).size).toBe(2)
  expect(zoneNames(to, to + HOUR)).toBe(names[1])
})

test('times that a user chooses are those of the day', () => {
  for (const time of ['2026-03-29T01:59:59+01:00', '2026-03-29T03:00:00+02:00', '2026-10-25T03:00:00+01:00'].map(Date.parse)) {
    expect(parseInput(formatInput(time, 'local'), 'local')).toBe(time)
  }
})

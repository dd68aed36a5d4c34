import { expect, test } from 'vitest'

import { bounds, formatRange, isLive, parseRange, parseShifts, zoomOut } from '../../src/data/range'

test('a parsed range is formatted as the same text, and malformed ones are refused', () => {
  for (const text of ['15m', '1h', '6h', '1d', '30d', 'today', 'yesterday', 'shift', 'lastshift', '2026-03-01T00:00:00.000Z/2026-03-02T00:00:00.000Z']) {
    const range = parseRange(text)
    expect(range && formatRange(range)).toBe(text)
  }
  for (const text of ['', '0h', 'h', '1y', '2026-03-02/2026-03-01', 'a/b', '1/2/3']) {
    expect(parseRange(text)).toBeUndefined()
  }
  expect(bounds({ last: 10 }, 100)).toEqual({ from: 90, to: 100 })
})

const HOUR = 3_600_000
const NOW = Date.parse('2026-03-01T15:30:00Z')
const CALENDAR = { zone: 'utc', shifts: [360, 840, 1320] } as const
const period = (named: 'today' | 'yesterday' | 'shift' | 'lastshift', now = NOW) => {
  const { from, to } = bounds({ named }, now, CALENDAR)
  return [from, to].map((time) => new Date(time).toISOString().slice(5, 16))
}

test('days and shifts are those of the calendar', () => {
  expect(period('today')).toEqual(['03-01T00:00', '03-01T15:30'])
  expect(period('yesterday')).toEqual(['02-28T00:00', '03-01T00:00'])
  expect(period('shift')).toEqual(['03-01T14:00', '03-01T15:30'])
  expect(period('lastshift')).toEqual(['03-01T06:00', '03-01T14:00'])
  // The night shift began yesterday.
  expect(period('shift', Date.parse('2026-03-01T02:00:00Z'))).toEqual(['02-28T22:00', '03-01T02:00'])
  expect(bounds({ named: 'shift' }, NOW, { zone: 'utc', shifts: [] })).toEqual(bounds({ named: 'today' }, NOW, CALENDAR))
})

test('today and the present shift get new values, and what is over does not', () => {
  const named = (['today', 'shift', 'yesterday', 'lastshift'] as const).map((name) => isLive({ named: name }))
  expect([...named, isLive({ last: 1 }), isLive({ from: 1, to: 2 })]).toEqual([true, true, false, false, true, false])
})

test('zooming out doubles the range, and does not pass the present', () => {
  expect(zoomOut({ last: HOUR }, NOW, CALENDAR)).toEqual({ last: 2 * HOUR })
  const past = { from: NOW - 10 * HOUR, to: NOW - 8 * HOUR }
  expect(zoomOut(past, NOW, CALENDAR)).toEqual({ from: NOW - 11 * HOUR, to: NOW - 7 * HOUR })
  expect(zoomOut({ from: NOW - 2 * HOUR, to: NOW }, NOW, CALENDAR)).toEqual({ from: NOW - 4 * HOUR, to: NOW })
})

test('times of shifts ascend', () => {
  expect(parseShifts(['06:00', '18:30'])).toEqual([360, 1110])
  for (const texts of [['6:00'], ['24:00'], ['18:00', '06:00'], ['']]) expect(() => parseShifts(texts)).toThrow()
})

import { expect, test } from 'vitest'

import { formatCsv } from '../../src/data/csv'
import type { Point, Series } from '../../src/data/series'

const series = (...points: Point[]): Series => ({
  key: { entityId: 'e', componentName: 'c', propertyName: 'p' },
  points,
  isComplete: true,
  isSampled: false,
})

test('a row has a time, and a column each series', () => {
  const power = series({ time: 1000, value: 1.5 }, { time: 2000, value: 0 })
  const state = series({ time: 2000, value: 'ON, "hot"' })

  expect(formatCsv([{ name: 'power (kW)', series: power }, { name: 'state', series: state }])).toBe(
    'time,power (kW),state\r\n1970-01-01T00:00:01.000Z,1.5,\r\n1970-01-01T00:00:02.000Z,0,"ON, ""hot"""\r\n',
  )
})

test('samples have their lowest and highest values', () => {
  const sample = { from: 0, min: 1, max: 9, interval: 10 }
  expect(formatCsv([{ name: 'p', series: series({ time: 1000, value: 5, sample }) }])).toBe(
    'time,p,p lowest,p highest\r\n1970-01-01T00:00:01.000Z,5,1,9\r\n',
  )
})

test('a text of the twin is no formula in a spreadsheet, and a negative number stays one', () => {
  const points = [{ time: 0, value: '=HYPERLINK("x")' }, { time: 1, value: -5 }]
  const [, text, number] = formatCsv([{ name: 'p', series: series(...points) }]).split('\r\n')
  expect(text).toContain(`"'=HYPERLINK(""x"")"`)
  expect(number).toMatch(/,-5$/)
})

// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { DEFAULT_CALENDAR, type Range } from '../../src/data/range'
import type { Series } from '../../src/data/series'
import type { Value } from '../../src/data/feed'
import { Charts } from '../../src/ui/charts'
import { setZone } from '../../src/ui/format'
import type { ChartLine } from '../../src/ui/chart_line'

// Another file of this worker may have imported the module that is replaced here.
vi.hoisted(() => vi.resetModules())
vi.mock('uplot', () => ({
  default: class {
    scales = {}
    setData = vi.fn()
    setScale = vi.fn()
    destroy = vi.fn()
  },
}))

const NOW = Date.parse('2026-03-01T12:00:00Z')
const UTC = { ...DEFAULT_CALENDAR, zone: 'utc' } as const
let ranges: Range[]
let pins: boolean[]
let charts: Charts

beforeEach(() => {
  vi.useFakeTimers({ now: NOW })
  vi.stubGlobal('ResizeObserver', class {
    observe(): void {}
  })
  setZone('utc')
  ranges = []
  pins = []
  charts = new Charts({
    onRange: (range) => ranges.push(range),
    onZone: () => undefined,
    onPin: (isPinned) => pins.push(isPinned),
    onRemove: () => undefined,
  })
  document.body.replaceChildren(charts.element)
  charts.setRange({ last: 3_600_000 }, UTC)
})

afterEach(() => {
  setZone('local')
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

function line(label: string, points: [time: number, value: Value][], more: Partial<Series> = {}): ChartLine {
  const key = { entityId: 'm1', componentName: 'sensor', propertyName: label }
  const series = { key, points: points.map(([time, value]) => ({ time, value })), isComplete: true, isSampled: false, ...more }
  return { series, label: `Press 1 ${label}`, unit: typeof points[0]?.[1] === 'number' ? 'bar' : '', thresholds: [] }
}

const text = (selector: string) => document.querySelector(selector)?.textContent
const button = (name: string) => [...document.querySelectorAll('button')].find(({ textContent }) => textContent === name)
const menu = () => document.querySelector('select') as HTMLSelectElement

function choose(value: string): void {
  menu().value = value
  menu().dispatchEvent(new Event('change'))
}

test('the series name their entity, unit and newest value', () => {
  charts.show([line('pressure', [[NOW - 2000, 1], [NOW - 1000, 2.5]])])

  expect(text('.legend li')).toContain('Press 1 pressure (bar) 2.5')
})

test('a table has the newest, lowest and highest values for screen readers, and keeps its cells', () => {
  charts.show([line('pressure', [[NOW - 2000, 9], [NOW - 1000, 2.5]]), line('state', [[NOW - 3000, 'OPEN']])])
  const cells = () => [...document.querySelectorAll('.visually-hidden td')].map((cell) => cell.textContent)
  const first = document.querySelector('.visually-hidden td')

  expect(cells()).toEqual(['2.5 bar', expect.stringContaining('11:59:59'), '2.5 bar', '9 bar', 'OPEN', expect.stringContaining('11:59:57'), '', ''])
  charts.show([line('pressure', [[NOW - 2000, 9], [NOW, 3]])])
  expect(cells()[0]).toBe('3 bar')
  expect(document.querySelector('.visually-hidden td')).toBe(first)
})

test('new values change no live region', () => {
  charts.show([line('pressure', [[NOW - 1000, 2.5]])])
  const live = () => [...document.querySelectorAll('output, [aria-live], [role=status], [role=alert]')].map((item) => item.textContent)
  const before = live()
  charts.show([line('pressure', [[NOW - 1000, 2.5], [NOW, 7]])])

  expect(before).toHaveLength(1)
  expect(live()).toEqual(before)
})

test('the tools name the times of the range and their zone', () => {
  charts.setRange({ from: NOW - 7_200_000, to: NOW - 3_600_000 }, UTC)
  charts.show([])

  expect(text('.period')?.replaceAll(/\s/g, ' ')).toMatch(/Mar 1, 2026, 10:00 – 11:00 AM/)
  expect(button('UTC')?.getAttribute('aria-pressed')).toBe('true')
  expect(button('Back to live')?.hidden).toBe(false)
})

test('days, shifts and zooming out are ranges', () => {
  choose('today')
  choose('lastshift')
  button('Zoom out')?.click()

  expect(ranges).toEqual([{ named: 'today' }, { named: 'lastshift' }, { last: 7_200_000 }])
})

test('the dialog for start and end is in the zone of the page, and refuses an end before the start', async () => {
  charts.setRange({ from: NOW - 7_200_000, to: NOW - 3_600_000 }, UTC)
  choose('choose')
  await vi.waitFor(() => expect(document.querySelector('dialog')).not.toBeNull())
  const [start, end] = document.querySelectorAll<HTMLInputElement>('dialog input')
  expect([start?.value, end?.value].map((value) => value?.slice(0, 16))).toEqual(['2026-03-01T10:00', '2026-03-01T11:00'])
  expect(text('dialog h3')).toContain('UTC')

  end!.value = '2026-03-01T09:00:00'
  end!.dispatchEvent(new Event('input'))
  expect(end!.validationMessage).toBe('The end must be after the start.')
  end!.value = '2026-03-01T10:30:00'
  end!.dispatchEvent(new Event('input'))
  document.querySelector('dialog form')?.dispatchEvent(new Event('submit'))
  expect(ranges).toEqual([{ from: NOW - 7_200_000, to: NOW - 5_400_000 }])
})

test('the pin is a switch', () => {
  button('Pin')?.click()
  charts.setPinned(true)
  button('Pinned')?.click()

  expect(pins).toEqual([true, false])
  expect(button('Pinned')?.getAttribute('aria-pressed')).toBe('true')
})

test('sampled values are said to be sampled', () => {
  charts.show([line('pressure', [[NOW - 1000, 2.5]], { isSampled: true })])

  expect(text('[role=status]')).toMatch(/lines join samples/)
})

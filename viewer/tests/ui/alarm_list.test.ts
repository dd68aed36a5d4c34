// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { UNKNOWN_ALARMS } from '../../src/data/alarms'
import { clock } from '../../src/data/clock'
import { AlarmList } from '../../src/ui/alarm_list'
import { sampleAlarm, sampleAlarms } from '../sample_alarms'

let events: string[]
let obstacle: string | undefined
let list: AlarmList

beforeEach(() => {
  events = []
  obstacle = undefined
  list = new AlarmList({
    nameOf: (id) => `Machine ${id}`,
    obstacle: () => obstacle,
    onAcknowledge: ({ entityId }) => events.push(`acknowledge ${entityId}`),
    onSelect: (id) => events.push(`select ${id}`),
    onWall: () => events.push('wall'),
    onClose: () => events.push('close'),
  })
  document.body.replaceChildren(list.element)
})

function rows(): string[] {
  return [...list.element.querySelectorAll<HTMLElement>('tbody tr')].map((row) => row.dataset['alarm'] ?? '')
}

function click(selector: string): void {
  const element = list.element.querySelector<HTMLElement>(selector)
  if (!element) throw new Error(`there is no ${selector}`)
  element.click()
}

function status(): string {
  return list.element.querySelector('[role=status]')?.textContent ?? ''
}

test('alarms are listed with severity, machine, message and note, the worst first', () => {
  list.show(
    sampleAlarms([
      sampleAlarm('a', { severity: 'acknowledged', acknowledgedAt: 5, note: 'fan ordered', formerSeverity: 'warning' }),
      sampleAlarm('b'),
    ]),
  )
  expect(rows()).toEqual(['b', 'a'])
  const text = list.element.querySelector('[data-alarm=a]')?.textContent
  for (const part of ['acknowledged', 'was warning', 'Machine a', 'too warm', 'fan ordered']) expect(text).toContain(part)
  expect(list.element.querySelectorAll('[data-alarm=a] .acknowledge')).toHaveLength(0)
})

test('a column sorts, again in the other direction, and says so', () => {
  list.show(sampleAlarms([sampleAlarm('a', { since: 1 }), sampleAlarm('b', { since: 2, severity: 'warning' })]))
  click('th:nth-child(4) button')
  expect(rows()).toEqual(['b', 'a'])
  click('th:nth-child(4) button')
  expect(rows()).toEqual(['a', 'b'])
  expect(list.element.querySelector('[aria-sort]')?.textContent).toBe('Since')
  expect(list.element.querySelector('[aria-sort]')?.getAttribute('aria-sort')).toBe('ascending')
})

test('a filter hides alarms, and the number of all stays', () => {
  list.show(sampleAlarms([sampleAlarm('a'), sampleAlarm('b', { message: 'no flow' })]))
  const search = list.element.querySelector<HTMLInputElement>('input[type=search]')!
  search.value = 'flow'
  search.dispatchEvent(new Event('input'))
  expect(rows()).toEqual(['b'])
  expect(status()).toBe('1 of 2 alarms.')
})

test('an alarm is selected and acknowledged', () => {
  list.show(sampleAlarms([sampleAlarm('a')]))
  click('[data-alarm=a] .link')
  click('[data-alarm=a] .acknowledge')
  expect(events).toEqual(['select a', 'acknowledge a'])
})

test('where acknowledging is not possible, the button says why and does nothing', () => {
  obstacle = 'Component type plant.Alarm has no dataWriter.'
  list.show(sampleAlarms([sampleAlarm('a')]))
  click('[data-alarm=a] .acknowledge')
  expect(events).toEqual([])
  expect(list.element.querySelector('[data-alarm=a] .cannot-acknowledge')?.textContent).toContain(obstacle)
})

test('a row that does not change stays the same element, so that it keeps the focus', () => {
  list.show(sampleAlarms([sampleAlarm('a')]))
  const before = list.element.querySelector('[data-alarm=a]')
  list.show(sampleAlarms([sampleAlarm('a'), sampleAlarm('b', { severity: 'warning' })]))
  expect(list.element.querySelector('[data-alarm=a]')).toBe(before)
  expect(rows()).toEqual(['a', 'b'])
})

test('not known yet, none and too many to show have different texts', () => {
  list.show(UNKNOWN_ALARMS)
  expect(status()).toBe('Reading alarms …')
  list.show(sampleAlarms([], { withoutState: 2 }))
  expect(status()).toBe('No alarms. 2 alarms have no state yet.')
  list.show(sampleAlarms(Array.from({ length: 250 }, (_, index) => sampleAlarm(`m${index}`))))
  expect(rows()).toHaveLength(200)
  expect(status()).toBe('250 of 250 alarms. The first 200 are shown; filter to see others.')
})

afterEach(() => {
  vi.restoreAllMocks()
})

test('ages are those of the services from the first on, when the clock of the computer is wrong', () => {
  vi.spyOn(clock, 'now').mockReturnValue(3_600_000)
  list.show(sampleAlarms([sampleAlarm('a', { since: 0 })]))
  expect(list.element.querySelector('[data-alarm=a] td span:not(.badge, .muted)')?.textContent).toBe('1 h')
})

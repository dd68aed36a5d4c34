// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { UNKNOWN_ALARMS } from '../../src/data/alarms'
import { NEW_ALARM_MS, STEP_MS, Wall } from '../../src/ui/wall'
import { sampleAlarm, sampleAlarms } from '../sample_alarms'

let events: string[]
let wall: Wall
let scene: string

beforeEach(() => {
  vi.useFakeTimers()
  events = []
  scene = 'hall'
  wall = new Wall({
    nameOf: (id) => `Machine ${id}`,
    content: () => ({ sceneIds: ['hall', 'yard'], sceneId: scene, cameras: scene === 'hall' ? ['Front', 'Back'] : [] }),
    now: () => 60_000,
    onCamera: (name) => events.push(`camera ${name}`),
    onScene: (id) => {
      scene = id
      events.push(`scene ${id}`)
    },
    onAlarm: ({ entityId }) => events.push(`alarm ${entityId}`),
    onLeave: () => events.push('leave'),
    playSound: () => events.push('sound'),
  })
  wall.start()
})

afterEach(() => {
  wall.stop()
  vi.useRealTimers()
})

function press(label: string): void {
  const button = [...wall.element.querySelectorAll('button')].find(({ textContent }) => textContent === label)
  if (!button) throw new Error(`there is no button ${label}`)
  button.click()
}

function title(): string {
  return wall.element.querySelector('.wall-title')?.textContent ?? ''
}

test('cameras, alarms that are not acknowledged, and scenes follow each other', () => {
  wall.show(sampleAlarms([sampleAlarm('a'), sampleAlarm('b', { severity: 'acknowledged' })]))
  vi.advanceTimersByTime(6 * STEP_MS)

  expect(events).toEqual(['camera Front', 'camera Back', 'alarm a', 'scene yard', 'alarm a', 'scene hall'])
})

test('a new alarm is shown at once with its title, and stays; those of the beginning are not new', () => {
  wall.show(UNKNOWN_ALARMS)
  wall.show(sampleAlarms([sampleAlarm('a')]))
  expect(events).toEqual([])
  vi.advanceTimersByTime(STEP_MS - 1)

  wall.show(sampleAlarms([sampleAlarm('a'), sampleAlarm('b', { severity: 'warning', message: 'no flow' })]))
  expect(events).toEqual(['alarm b'])
  expect(title()).toBe('New alarm: Machine b, no flow (warning, for 1 min)')
  expect(wall.element.querySelector('[role=alert]')?.textContent).toBe(title())
  vi.advanceTimersByTime(NEW_ALARM_MS - 1)
  expect(events).toEqual(['alarm b'])
  vi.advanceTimersByTime(1)
  expect(events).toEqual(['alarm b', 'camera Front'])
})

test('an alarm that ended and came back is new, one that is acknowledged is not', () => {
  wall.show(sampleAlarms([sampleAlarm('a', { since: 10 })]))
  wall.show(sampleAlarms([sampleAlarm('a', { since: 10, severity: 'acknowledged' })]))
  expect(events).toEqual([])
  wall.show(sampleAlarms([sampleAlarm('a', { since: 50 })]))
  expect(events).toEqual(['alarm a'])
})

test('the sound is off until the user switches it on', () => {
  wall.show(sampleAlarms([]))
  wall.show(sampleAlarms([sampleAlarm('a')]))
  expect(events).toEqual(['alarm a'])
  press('Sound')
  wall.show(sampleAlarms([sampleAlarm('a'), sampleAlarm('b')]))
  expect(events).toEqual(['alarm a', 'sound', 'alarm b', 'sound'])
})

test('a pause stops the views, not the alarms', () => {
  wall.show(sampleAlarms([]))
  press('Pause')
  vi.advanceTimersByTime(5 * STEP_MS)
  expect(events).toEqual([])
  wall.show(sampleAlarms([sampleAlarm('a')]))
  expect(events).toEqual(['alarm a'])
  press('Pause')
  vi.advanceTimersByTime(STEP_MS)
  expect(events).toEqual(['alarm a', 'camera Front'])
})

test('the scene is named until the first step, and when another one is shown', () => {
  expect(title()).toBe('hall')
  vi.advanceTimersByTime(STEP_MS)
  expect(title()).toBe('Front')
  vi.advanceTimersByTime(2 * STEP_MS)
  expect(title()).toBe('yard')
})

test('the user leaves the view', () => {
  press('Leave wall view')
  expect(events).toEqual(['leave'])
})

test('the bar is a landmark, so that its title is in one', () => {
  expect(wall.element.tagName).toBe('SECTION')
  expect(wall.element.getAttribute('aria-label')).toBe('Wall view')
})

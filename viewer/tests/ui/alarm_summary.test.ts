// @vitest-environment happy-dom
import { expect, test } from 'vitest'

import { UNKNOWN_ALARMS } from '../../src/data/alarms'
import type { Severity } from '../../src/data/severity'
import { AlarmSummary } from '../../src/ui/alarm_summary'
import { sampleAlarm, sampleAlarms } from '../sample_alarms'

const chosen: Severity[] = []

function shown(alarms: Parameters<AlarmSummary['show']>[0]): AlarmSummary {
  const summary = new AlarmSummary({ onAlarm: (severity) => chosen.push(severity), onList: () => undefined })
  summary.show(alarms)
  return summary
}

function text(alarms: Parameters<AlarmSummary['show']>[0]): string {
  return shown(alarms).element.querySelector('.alarms')?.textContent ?? ''
}

test('not known yet, no alarm, no state and not up to date look different', () => {
  expect(text(UNKNOWN_ALARMS)).toBe('alarms not known yet')
  expect(text({ ...UNKNOWN_ALARMS, error: 'out of order' })).toBe('alarms unknown')
  expect(text(sampleAlarms([]))).toBe('no alarms')
  expect(text(sampleAlarms([], { withoutState: 2 }))).toBe('no alarms2 without state')
  expect(text(sampleAlarms([], { withoutState: 5 }))).toBe('5 without state')
  expect(text(sampleAlarms([], { error: 'out of order' }))).toBe('no alarmsalarms not up to date')
})

test('alarms are counted by severity, and a count goes to the next one', () => {
  const summary = shown(sampleAlarms([sampleAlarm('a'), sampleAlarm('b'), sampleAlarm('c', { severity: 'acknowledged' })]))
  const badges = [...summary.element.querySelectorAll<HTMLButtonElement>('.badge')]

  expect(badges.map((badge) => [badge.textContent, badge.dataset['severity']])).toEqual([
    ['2 critical', 'critical'],
    ['1 acknowledged', 'acknowledged'],
  ])
  badges[1]?.click()
  expect(chosen).toEqual(['acknowledged'])
})

test('a workspace without alarms shows none', () => {
  expect(shown(sampleAlarms([], { entityCount: 0 })).element.hidden).toBe(true)
})

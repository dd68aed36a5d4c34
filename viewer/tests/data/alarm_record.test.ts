import { expect, test } from 'vitest'

import { AlarmRecord } from '../../src/data/alarm_record'
import type { AlarmState } from '../../src/data/alarm_state'

const NOW = 1_000_000

function recordOf(states: readonly AlarmState[], { isComplete = true } = {}): AlarmRecord {
  const record = new AlarmRecord()
  record.addStates(states, 0, NOW)
  if (isComplete) record.complete()
  return record
}

function at(time: number, level: string): AlarmState {
  return { time, level, status: level === 'NORMAL' || level === 'ACKNOWLEDGED' ? level : 'ACTIVE' }
}

test('an alarm lasts since it was normal, through all of its changes', () => {
  const record = recordOf([at(10, 'NORMAL'), at(20, 'WARNING'), at(30, 'CRITICAL'), at(40, 'ACKNOWLEDGED')])

  expect(record.summary()).toMatchObject({
    severity: 'acknowledged',
    time: 40,
    since: 20,
    isSinceExact: true,
    acknowledgedAt: 40,
    formerSeverity: 'critical',
  })
})

test('since when is a lower bound if the states before are not read', () => {
  expect(recordOf([at(20, 'WARNING')], { isComplete: false }).summary()).toMatchObject({ since: 20, isSinceExact: false })
  expect(recordOf([at(20, 'WARNING')]).summary()).toMatchObject({ isSinceExact: true })
})

test('the level wins over the status, but an acknowledgement in the status is not overruled by an older level', () => {
  expect(recordOf([{ time: 10, status: 'ACTIVE', level: 'WARNING' }]).summary()?.severity).toBe('warning')
  expect(recordOf([{ time: 10, status: 'ACKNOWLEDGED', level: 'CRITICAL' }]).summary()?.severity).toBe('acknowledged')
  expect(recordOf([{ time: 10, level: 'CRITICAL' }, { time: 20, status: 'SNOOZE_DISABLED' }]).summary()).toMatchObject({
    severity: 'acknowledged',
    status: 'SNOOZE_DISABLED',
    formerSeverity: 'critical',
  })
})

test('a note counts for the acknowledgement that it was written with, and for no later one', () => {
  const states = [at(10, 'NORMAL'), at(20, 'CRITICAL'), at(30, 'ACKNOWLEDGED')]
  const record = recordOf(states)
  record.addNote(30, 'fan ordered')
  expect(record.summary()).toMatchObject({ note: 'fan ordered', acknowledgedAt: 30 })

  // It is still the same acknowledgement when the message changes.
  record.addStates([...states, at(35, 'ACKNOWLEDGED')], 0, NOW)
  expect(record.summary()).toMatchObject({ note: 'fan ordered', acknowledgedAt: 30 })

  record.addStates([at(40, 'NORMAL'), at(50, 'CRITICAL')], 35, NOW)
  expect(record.summary()?.note).toBeUndefined()
  record.addStates([at(60, 'ACKNOWLEDGED')], 50, NOW)
  expect(record.summary()).toMatchObject({ severity: 'acknowledged', acknowledgedAt: 60 })
  expect(record.summary()?.note).toBeUndefined()
})

test('a state that this page wrote counts until an answer has it, or for a minute', () => {
  const record = recordOf([at(10, 'NORMAL'), at(20, 'CRITICAL')])
  record.addWritten({ time: 30, status: 'ACKNOWLEDGED' }, 'seen', NOW)
  expect(record.summary()).toMatchObject({ severity: 'acknowledged', note: 'seen' })

  record.addStates([at(20, 'CRITICAL')], 15, NOW + 59_000)
  expect(record.summary()?.severity).toBe('acknowledged')
  record.addStates([at(20, 'CRITICAL')], 15, NOW + 61_000)
  expect(record.summary()?.severity).toBe('critical')
})

test('a state that the evaluator took back is forgotten', () => {
  const record = recordOf([at(10, 'NORMAL'), at(20, 'CRITICAL')])
  record.addStates([at(10, 'NORMAL'), at(25, 'NORMAL')], 5, NOW)
  expect(record.summary()).toMatchObject({ severity: 'normal', time: 25 })
})

test('an alarm without a state has no summary, which is not a normal one', () => {
  expect(new AlarmRecord().summary()).toBeUndefined()
  expect(recordOf([{ time: 10, level: 'nonsense' }]).summary()).toBeUndefined()
})

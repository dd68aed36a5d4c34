import { beforeEach, expect, test } from 'vitest'

import type { Binding, Reading } from '../../src/data/feed'
import { WrittenStates } from '../../src/data/written_states'

const PROPERTIES = { status: 'alarm_status', level: 'alarmStatus' }

let emit: (reading: Reading) => void
let subscriptions: number
let written: WrittenStates

beforeEach(() => {
  written = new WrittenStates()
  subscriptions = 0
})

function subscribe(propertyName: string, entityId = 'm1'): { readings: Reading[]; unsubscribe: () => void } {
  const readings: Reading[] = []
  const feed = {
    subscribe: (_: Binding, listener: (reading: Reading) => void) => {
      subscriptions += 1
      emit = listener
      listener({ value: 'CRITICAL', time: 10 })
      return () => void (subscriptions -= 1)
    },
    at: () => feed,
  }
  const binding = { entityId, componentName: 'alarm', propertyName }
  const unsubscribe = written.over(feed).at('visible').subscribe(binding, (reading) => readings.push(reading))
  return { readings, unsubscribe }
}

function acknowledge(): void {
  written.add('m1', 'alarm', { state: { time: 20, status: 'ACKNOWLEDGED' }, properties: PROPERTIES })
}

test.each(['alarm_status', 'alarmStatus'])('%s shows an acknowledgement at once, until an answer has a state as new', (name) => {
  const { readings } = subscribe(name)
  acknowledge()
  expect(readings).toEqual([
    { value: 'CRITICAL', time: 10 },
    { value: 'ACKNOWLEDGED', time: 20 },
  ])
  emit({ value: 'CRITICAL', time: 10, error: 'late' })
  expect(readings.at(-1)).toEqual({ value: 'ACKNOWLEDGED', time: 20, error: 'late' })
  emit({ value: 'NORMAL', time: 20 })
  expect(readings.at(-1)).toEqual({ value: 'NORMAL', time: 20 })
})

test('other properties and other alarms stay as they are', () => {
  const message = subscribe('alarmMessage')
  const other = subscribe('alarmStatus', 'm2')
  acknowledge()
  expect([message.readings.at(-1)?.value, other.readings.at(-1)?.value]).toEqual(['CRITICAL', 'CRITICAL'])
})

test('nothing is shown after unsubscribing', () => {
  const { readings, unsubscribe } = subscribe('alarmStatus')
  unsubscribe()
  acknowledge()
  expect(readings).toHaveLength(1)
  expect(subscriptions).toBe(0)
})

import { beforeEach, expect, test } from 'vitest'

import type { AlarmState } from '../../src/data/alarm_state'
import { AlarmStates } from '../../src/data/alarm_states'
import type { Binding, Reading } from '../../src/data/feed'
import { sampleAlarm } from '../sample_alarms'

const ALARM = sampleAlarm('m1')

let emit: (reading: Reading) => void
let subscriptions: number
let newest: AlarmState
let lookUps: string[]
let states: AlarmStates

beforeEach(() => {
  subscriptions = 0
  lookUps = []
  newest = { time: 20, status: 'ACKNOWLEDGED' }
  states = new AlarmStates({
    newest: () => newest,
    findComponent: async ({ entityId }) => {
      lookUps.push(entityId)
      return 'alarm'
    },
  })
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
  const unsubscribe = states.over(feed).at('visible').subscribe(binding, (reading) => readings.push(reading))
  return { readings, unsubscribe }
}

test.each(['alarm_status', 'alarmStatus'])('%s shows an acknowledgement at once, until an answer has a state as new', (name) => {
  const { readings } = subscribe(name)
  states.follow(ALARM, 'alarm')
  expect(readings).toEqual([
    { value: 'CRITICAL', time: 10 },
    { value: 'ACKNOWLEDGED', time: 20 },
  ])
  emit({ value: 'CRITICAL', time: 10, error: 'late' })
  expect(readings.at(-1)).toEqual({ value: 'ACKNOWLEDGED', time: 20, error: 'late' })
  emit({ value: 'NORMAL', time: 20 })
  expect(readings.at(-1)).toEqual({ value: 'NORMAL', time: 20 })
})

test('a property without a value does not look as if its answer was still to come', () => {
  const { readings } = subscribe('alarmNote', 'm2')
  emit({ isPending: true })
  emit({})
  expect(readings.slice(-2)).toEqual([{ isPending: true }, {}])
  emit({ unit: 'Celsius' })
  expect(readings.at(-1)).toEqual({ unit: 'Celsius' })
})

test('a state of the list is shown before the answer of the feed', () => {
  const { readings } = subscribe('alarm_status')
  emit({ isPending: true })
  states.follow(ALARM, 'alarm')
  expect(readings.at(-1)).toEqual({ value: 'ACKNOWLEDGED', time: 20 })
})

test('a new alarm in the list is in the details at once, and so is its end', async () => {
  const { readings } = subscribe('alarmStatus')
  newest = { time: 30, level: 'WARNING' }
  await states.update([ALARM])
  expect(readings.at(-1)).toEqual({ value: 'WARNING', time: 30 })
  newest = { time: 40, level: 'NORMAL' }
  await states.update([])
  expect(readings.at(-1)).toEqual({ value: 'NORMAL', time: 40 })
})

test('only the components of entities that are shown are looked up, each once', async () => {
  subscribe('alarmStatus')
  await states.update([ALARM, sampleAlarm('m2')])
  await states.update([ALARM, sampleAlarm('m2')])
  expect(lookUps).toEqual(['m1'])
})

test('other properties and other alarms stay as they are', () => {
  const message = subscribe('alarmMessage')
  const other = subscribe('alarmStatus', 'm2')
  states.follow(ALARM, 'alarm')
  expect([message.readings.at(-1)?.value, other.readings.at(-1)?.value]).toEqual(['CRITICAL', 'CRITICAL'])
})

test('nothing is shown after unsubscribing', () => {
  const { readings, unsubscribe } = subscribe('alarmStatus')
  unsubscribe()
  states.follow(ALARM, 'alarm')
  expect(readings).toHaveLength(1)
  expect(subscriptions).toBe(0)
})

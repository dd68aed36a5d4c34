import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { ApiError } from '../../src/api/api'
import { type Alarms, AlarmMonitor, UNKNOWN_ALARMS } from '../../src/data/alarms'
import { FakeApi } from '../fake_api'

const NOW = Date.parse('2026-03-01T12:00:00Z')
const BASIC = 'com.amazon.iottwinmaker.alarm.basic'

let api: FakeApi
let monitor: AlarmMonitor
let notifications: Alarms[]

beforeEach(() => {
  vi.useFakeTimers({ now: NOW })
  api = new FakeApi()
  api.extending.set(BASIC, ['plant.Alarm'])
  api.extending.set('plant.Alarm', ['plant.PressAlarm'])
  api.ofType.set('plant.Alarm', ['m1', 'm2', 'm3'])
  api.names.set('plant.Alarm', ['alarm_key', 'alarm_status', 'alarmStatus'])
  api.names.set('plant.PressAlarm', ['alarm_key', 'alarm_status'])
  for (const id of ['m1', 'm2', 'm3', 'p1']) api.externalIds.set(id, `${id}-alarm`)
  notifications = []
  monitor = new AlarmMonitor({ api, workspaceId: 'w', onChange: (alarms) => notifications.push(alarms) })
})

afterEach(() => {
  monitor.stop()
  vi.useRealTimers()
})

/** The worst severity of each entity with an alarm, as it was reported last. */
function severities(): Record<string, string> {
  const { byEntity = new Map() } = notifications.at(-1) ?? {}
  return Object.fromEntries([...byEntity].map(([id, { severity }]) => [id, severity]))
}

async function start(): Promise<Record<string, string>> {
  monitor.start()
  await vi.advanceTimersByTimeAsync(0)
  return severities()
}

test('one request reads the states of all entities of a type, in both vocabularies', async () => {
  api.put('m1', 'alarm', 'alarm_status', NOW - 5000, { stringValue: 'ACTIVE' })
  api.put('m1', 'alarm', 'alarmStatus', NOW - 5000, { stringValue: 'WARNING' })
  api.put('m2', 'alarm', 'alarm_status', NOW - 9000, { stringValue: 'ACTIVE' })
  api.put('m3', 'alarm', 'alarm_status', NOW - 9000, { stringValue: 'SNOOZE_DISABLED' })

  expect(await start()).toEqual({ m1: 'warning', m2: 'critical', m3: 'acknowledged' })
  expect(api.requests).toHaveLength(1)
  expect(api.requests[0]).toMatchObject({ componentTypeId: 'plant.Alarm' })
})

test('types that extend the base alarm type indirectly are found', async () => {
  api.ofType.set('plant.PressAlarm', ['p1'])
  api.put('p1', 'alarm', 'alarm_status', NOW - 9000, { stringValue: 'ACTIVE' })

  expect(await start()).toEqual({ p1: 'critical' })
})

test('the newest state counts, in whatever order the states arrive', async () => {
  api.put('m1', 'alarm', 'alarm_status', NOW - 9000, { stringValue: 'ACTIVE' })
  api.put('m1', 'alarm', 'alarm_status', NOW - 5000, { stringValue: 'NORMAL' })
  api.put('m2', 'alarm', 'alarm_status', NOW - 5000, { stringValue: 'ACTIVE' })
  api.put('m2', 'alarm', 'alarmStatus', NOW - 4000, { stringValue: 'ACKNOWLEDGED' })
  api.put('m3', 'alarm', 'alarmStatus', NOW - 4000, { stringValue: 'nonsense' })

  expect(await start()).toEqual({ m2: 'acknowledged' })
})

test('a change is reported with the next request; without a change nothing is reported', async () => {
  api.put('m1', 'alarm', 'alarm_status', NOW - 9000, { stringValue: 'NORMAL' })
  expect(await start()).toEqual({})
  const count = notifications.length
  await vi.advanceTimersByTimeAsync(20_000)
  expect(notifications).toHaveLength(count)

  api.put('m1', 'alarm', 'alarm_status', NOW + 19_000, { stringValue: 'ACTIVE' })
  await vi.advanceTimersByTimeAsync(5_000)
  expect(severities()).toEqual({ m1: 'critical' })
})

test('an old state is found behind many newer states of other alarms', async () => {
  for (let index = 0; index < 900; index += 1) {
    api.put('m1', 'alarm', 'alarm_status', NOW - index * 1000, { stringValue: index % 2 ? 'ACTIVE' : 'NORMAL' })
  }
  api.put('m2', 'alarm', 'alarm_status', NOW - 30 * 86_400_000, { stringValue: 'ACTIVE' })

  expect(await start()).toMatchObject({ m2: 'critical' })
})

test('each entity is requested if the connector refuses requests by type', async () => {
  api.hasNoIndex = true
  api.put('m1', 'alarm', 'alarm_status', NOW - 9000, { stringValue: 'ACTIVE' })
  api.put('m2', 'alarm', 'alarm_status', NOW - 9000, { stringValue: 'NORMAL' })
  expect(await start()).toEqual({ m1: 'critical' })

  api.put('m2', 'alarm', 'alarm_status', NOW + 4_000, { stringValue: 'ACTIVE' })
  const firstNew = api.requests.length
  await vi.advanceTimersByTimeAsync(5_000)
  expect(severities()).toEqual({ m1: 'critical', m2: 'critical' })
  expect(api.requests.slice(firstNew).map(({ entityId }) => entityId)).toEqual(['m1', 'm2', 'm3'])
})

test('an error is reported, and the last known alarms stay', async () => {
  api.put('m1', 'alarm', 'alarm_status', NOW - 9000, { stringValue: 'ACTIVE' })
  await start()
  api.error = new ApiError(500, 'InternalServerException', 'out of order')
  await vi.advanceTimersByTimeAsync(5_000)
  expect(notifications.at(-1)).toMatchObject({ error: 'out of order' })
  expect(severities()).toEqual({ m1: 'critical' })

  api.error = undefined
  await vi.advanceTimersByTimeAsync(30_000)
  expect(notifications.at(-1)?.error).toBeUndefined()
})

test('a refresh takes one request for each type, whatever the number of entities', async () => {
  const ids = Array.from({ length: 10_000 }, (_, index) => `d${index}`)
  api.ofType.set('plant.Alarm', ids)
  api.ofType.set('plant.PressAlarm', ['p1'])
  for (const id of ids) api.externalIds.set(id, `${id}-alarm`)
  for (const id of ids.slice(0, 3)) api.put(id, 'alarm', 'alarm_status', NOW - 9000, { stringValue: 'ACTIVE' })
  expect(Object.keys(await start())).toHaveLength(3)
  expect(notifications.at(-1)).toMatchObject({ entityCount: 10_001, withoutState: 9_998 })

  const before = api.requests.length
  await vi.advanceTimersByTimeAsync(5_000)
  expect(api.requests.slice(before).map(({ componentTypeId }) => componentTypeId)).toEqual(['plant.Alarm', 'plant.PressAlarm'])
})

test('alarms are not known before the first answer', () => {
  expect(UNKNOWN_ALARMS.state).toBe('unknown')
  monitor.start()
  expect(notifications).toEqual([])
})

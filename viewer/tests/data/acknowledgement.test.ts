import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { ApiError } from '../../src/api/api'
import { Acknowledger } from '../../src/data/acknowledgement'
import { type Alarm, AlarmMonitor, type Alarms } from '../../src/data/alarms'
import { FakeApi } from '../fake_api'

const NOW = Date.parse('2026-03-01T12:00:00Z')

let api: FakeApi
let monitor: AlarmMonitor
let acknowledger: Acknowledger
let alarms: Alarms | undefined

beforeEach(() => {
  vi.useFakeTimers({ now: NOW })
  api = new FakeApi()
  api.extending.set('com.amazon.iottwinmaker.alarm.basic', ['plant.Alarm'])
  api.ofType.set('plant.Alarm', ['m1'])
  api.names.set('plant.Alarm', ['alarm_key', 'alarm_status', 'alarmStatus', 'alarmMessage', 'alarmNote'])
  api.externalIds.set('m1', 'm1-alarm')
  api.put('m1', 'alarm', 'alarm_status', NOW - 5000, { stringValue: 'ACTIVE' })
  api.put('m1', 'alarm', 'alarmStatus', NOW - 5000, { stringValue: 'WARNING' })
  api.put('m1', 'alarm', 'alarmMessage', NOW - 5000, { stringValue: 'too warm' })
  create()
})

afterEach(() => {
  monitor.stop()
  vi.useRealTimers()
})

function create({ writeObstacle }: { writeObstacle?: string } = {}): void {
  monitor = new AlarmMonitor({ api, workspaceId: 'w', onChange: (next) => (alarms = next) })
  acknowledger = new Acknowledger({ api, workspaceId: 'w', monitor, writeObstacle })
}

async function readAlarm(): Promise<Alarm> {
  monitor.start()
  await vi.advanceTimersByTimeAsync(0)
  const [alarm] = alarms?.list ?? []
  if (!alarm) throw new Error('there is no alarm')
  return alarm
}

test('note and status are written at one time, the note first, and the alarm shows both at once', async () => {
  const alarm = await readAlarm()
  expect(alarm).toMatchObject({ entityId: 'm1', severity: 'warning', message: 'too warm', since: NOW - 5000 })
  expect(acknowledger.obstacle(alarm)).toBeUndefined()

  await acknowledger.acknowledge(alarm, ' fan ordered ')

  expect(api.writes).toEqual(['m1/alarm/alarmNote fan ordered', 'm1/alarm/alarm_status ACKNOWLEDGED'])
  expect(alarms?.list[0]).toMatchObject({
    severity: 'acknowledged',
    note: 'fan ordered',
    acknowledgedAt: NOW,
    formerSeverity: 'warning',
    message: 'too warm',
  })
  expect(alarms?.byEntity.get('m1')).toEqual({ severity: 'acknowledged', count: 1 })
})

test('an acknowledgement is later than the alarm, also if the clock of the device is ahead', async () => {
  api.put('m1', 'alarm', 'alarmStatus', NOW + 30_000, { stringValue: 'CRITICAL' })
  await acknowledger.acknowledge(await readAlarm(), '')

  expect(api.points.get('m1/alarm/alarm_status')?.at(-1)?.time).toBe(NOW + 30_001)
  expect(api.writes).toEqual(['m1/alarm/alarm_status ACKNOWLEDGED'])
})

test('a type without the property for notes is acknowledged without one, and says so', async () => {
  api.names.set('plant.Alarm', ['alarm_key', 'alarm_status', 'alarmStatus'])
  const alarm = await readAlarm()
  expect(acknowledger.noteObstacle(alarm)).toBe('Notes cannot be kept: component type plant.Alarm has no time series alarmNote.')

  await acknowledger.acknowledge(alarm, 'lost')
  expect(api.writes).toEqual(['m1/alarm/alarm_status ACKNOWLEDGED'])
})

test('a type without a dataWriter, and samples, say why they cannot be acknowledged', async () => {
  api.isWritable = false
  const alarm = await readAlarm()
  expect(acknowledger.obstacle(alarm)).toBe(
    'Component type plant.Alarm has no dataWriter, so that its alarms cannot be acknowledged.',
  )
  create({ writeObstacle: 'Sample values cannot be acknowledged.' })
  expect(acknowledger.obstacle(alarm)).toBe('Sample values cannot be acknowledged.')
})

test('after a refusal the reason is known, and nothing changed', async () => {
  const alarm = await readAlarm()
  api.putValues = async () => {
    throw new ApiError(403, 'AccessDeniedException', 'not authorized to perform iottwinmaker:BatchPutPropertyValues')
  }
  await expect(acknowledger.acknowledge(alarm, '')).rejects.toThrow('not authorized')

  expect(acknowledger.obstacle(alarm)).toBe(
    'This page may not acknowledge alarms: not authorized to perform iottwinmaker:BatchPutPropertyValues',
  )
  expect(alarms?.list[0]?.severity).toBe('warning')
})

test('an alarm that ends and comes back is active again, without the note', async () => {
  await acknowledger.acknowledge(await readAlarm(), 'fan ordered')
  api.put('m1', 'alarm', 'alarmStatus', NOW + 2_000, { stringValue: 'NORMAL' })
  api.put('m1', 'alarm', 'alarmStatus', NOW + 4_000, { stringValue: 'CRITICAL' })
  await vi.advanceTimersByTimeAsync(5_000)

  expect(alarms?.list).toMatchObject([{ severity: 'critical', since: NOW + 4_000 }])
  expect(alarms?.list[0]?.note).toBeUndefined()
})

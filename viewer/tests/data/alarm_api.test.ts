import { beforeEach, expect, test } from 'vitest'

import { withOneAlarmState } from '../../src/data/alarm_api'
import type { AlarmType } from '../../src/data/alarms'
import { FakeApi } from '../fake_api'

const NOW = Date.parse('2026-03-01T12:00:00Z')
const TYPE: AlarmType = {
  id: 'plant.Alarm',
  properties: { status: 'alarm_status', level: 'alarmStatus', message: 'alarmMessage' },
  isWritable: true,
  entityIds: new Set(['m1']),
}

let api: FakeApi

beforeEach(() => {
  api = new FakeApi()
  api.ofType.set('plant.Alarm', ['m1'])
  api.put('m1', 'alarm', 'alarm_status', NOW - 30_000, { stringValue: 'ACTIVE' })
  api.put('m1', 'alarm', 'alarmStatus', NOW - 30_000, { stringValue: 'WARNING' })
})

async function read(name: string, options: { componentTypeId?: string; types?: AlarmType[] } = {}): Promise<string[]> {
  const { componentTypeId, types = [TYPE] } = options
  const page = await withOneAlarmState(api, () => types).history('w', {
    ...(componentTypeId ? { componentTypeId } : { entityId: 'm1', componentName: 'alarm' }),
    selectedProperties: [name],
    startTime: new Date(NOW - 60_000).toISOString(),
    endTime: new Date(NOW).toISOString(),
    orderByTime: 'ASCENDING',
    maxResults: 10,
  })
  expect(page.items.map((item) => item.entityPropertyReference.propertyName)).toEqual([name])
  return (page.items[0]?.values ?? []).map(({ value }) => value?.stringValue ?? '')
}

test('an acknowledgement that only the status has is in the histories of both properties', async () => {
  api.put('m1', 'alarm', 'alarm_status', NOW - 10_000, { stringValue: 'ACKNOWLEDGED' })

  expect(await read('alarmStatus')).toEqual(['WARNING', 'ACKNOWLEDGED'])
  expect(await read('alarm_status')).toEqual(['ACTIVE', 'ACKNOWLEDGED'])
  expect(await read('alarmStatus', { componentTypeId: 'plant.Alarm' })).toEqual(['WARNING', 'ACKNOWLEDGED'])
  expect(api.requests).toHaveLength(3)
})

test('snoozing is kept in the status, and is an acknowledgement as a level', async () => {
  api.put('m1', 'alarm', 'alarm_status', NOW - 10_000, { stringValue: 'SNOOZE_DISABLED' })

  expect(await read('alarm_status')).toEqual(['ACTIVE', 'SNOOZE_DISABLED'])
  expect(await read('alarmStatus')).toEqual(['WARNING', 'ACKNOWLEDGED'])
})

test('other properties, and states of types that are not known yet, are read as they are', async () => {
  api.put('m1', 'alarm', 'alarmMessage', NOW - 30_000, { stringValue: 'too warm' })
  api.put('m1', 'alarm', 'alarm_status', NOW - 10_000, { stringValue: 'ACKNOWLEDGED' })

  expect(await read('alarmMessage')).toEqual(['too warm'])
  expect(await read('alarmStatus', { types: [] })).toEqual(['WARNING'])
  expect(api.requests.map(({ selectedProperties }) => selectedProperties)).toEqual([['alarmMessage'], ['alarmStatus']])
})

test('a component without the other property is read without it', async () => {
  api.unknown.add('alarmStatus')
  expect(await read('alarm_status')).toEqual(['ACTIVE'])
})

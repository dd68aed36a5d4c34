/** Alarms for tests of what shows them. */

import { type Alarm, type Alarms, UNKNOWN_ALARMS } from '../src/data/alarms'

export function sampleAlarm(entityId: string, change: Partial<Alarm> = {}): Alarm {
  return {
    id: entityId,
    entityId,
    typeId: 'plant.Alarm',
    properties: { status: 'alarm_status', level: 'alarmStatus', note: 'alarmNote' },
    isWritable: true,
    severity: 'critical',
    status: 'ACTIVE',
    time: 0,
    since: 0,
    isSinceExact: true,
    message: 'too warm',
    ...change,
  }
}

export function sampleAlarms(list: readonly Alarm[], change: Partial<Alarms> = {}): Alarms {
  return { ...UNKNOWN_ALARMS, state: 'known', list, entityCount: 5, ...change }
}

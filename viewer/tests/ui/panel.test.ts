// @vitest-environment happy-dom
import { expect, test } from 'vitest'

import type { Binding, Reading } from '../../src/data/feed'
import { Panel } from '../../src/ui/panel'
import { FakeApi } from '../fake_api'

const state = (...states: string[]) => ({
  definition: {
    isTimeSeries: true,
    dataType: { type: 'STRING', allowedValues: states.map((stringValue) => ({ stringValue })) },
  },
})

async function severitiesOf(readings: Readonly<Record<string, Reading>>): Promise<(string | null)[]> {
  const api = new FakeApi()
  api.entity = async () => ({
    entityId: 'm1',
    entityName: 'Pump',
    components: {
      alarm: {
        properties: {
          alarm_status: state('ACTIVE', 'SNOOZE_DISABLED', 'ACKNOWLEDGED', 'NORMAL'),
          alarmStatus: state('NORMAL', 'WARNING', 'CRITICAL', 'ACKNOWLEDGED'),
        },
      },
    },
  })
  const panel = new Panel({
    api,
    feed: {
      subscribe: ({ propertyName }: Binding, listener) => {
        listener(readings[propertyName] ?? {})
        return () => undefined
      },
    },
    workspaceId: 'w',
    staleAfterMs: 1000,
    onChart: () => undefined,
    onEntity: () => undefined,
    alarmCard: () => undefined,
  })
  await panel.show('m1')
  return [...panel.element.querySelectorAll('.value')].map((value) => value.getAttribute('data-severity'))
}

test('both states of an alarm are marked by its one severity', async () => {
  expect(await severitiesOf({ alarm_status: { value: 'ACTIVE' }, alarmStatus: { value: 'WARNING' } })).toEqual([
    'warning',
    'warning',
  ])
  expect(await severitiesOf({ alarm_status: { value: 'SNOOZE_DISABLED' }, alarmStatus: { value: 'ACKNOWLEDGED' } })).toEqual([
    'acknowledged',
    'acknowledged',
  ])
})

test('a state without a value is not marked', async () => {
  expect(await severitiesOf({ alarm_status: { value: 'ACTIVE' } })).toEqual(['critical', null])
})

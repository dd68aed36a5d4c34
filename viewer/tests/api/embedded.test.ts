import { expect, test } from 'vitest'

import { type Embedded, EmbeddedApi } from '../../src/api/embedded'

const NOW = Date.parse('2026-03-01T12:00:00Z')
const TWIN: Embedded = {
  workspaceId: 'w',
  entities: [
    {
      entityId: 'm1',
      entityName: 'Machine 1',
      components: {
        alarm: {
          componentTypeId: 'plant.Alarm',
          properties: { alarm_key: { definition: { isExternalId: true }, value: { stringValue: 'k1' } } },
        },
        sensor: { componentTypeId: 'plant.Sensor', properties: { zero: { value: { doubleValue: 0 } } } },
      },
    },
    { entityId: 'm2', entityName: 'Machine 2' },
  ],
  scenes: [],
  objects: { 's3://w/a.bin': btoa('\u0000ÿ') },
  extendingTypes: { base: ['plant.Alarm'] },
  samples: { m1: { alarm: { alarm_status: { changes: [[0, 'NORMAL'], [3, 'ACTIVE']] } }, sensor: { t: { all: [1, 2, 3, 4, 5] } } } },
  step: 60,
  count: 5,
}
const api = new EmbeddedApi(TWIN, NOW)
const RANGE = { startTime: new Date(NOW - 86_400_000).toISOString(), endTime: new Date(NOW).toISOString() }
const REQUEST = { entityId: 'm1', componentName: 'sensor', selectedProperties: ['t'], ...RANGE }

test('the last sample has the present time, in either order', async () => {
  const ascending = await api.history('w', { ...REQUEST, orderByTime: 'ASCENDING', maxResults: 200 })
  const values = ascending.items[0]?.values ?? []
  expect(values.map(({ value }) => value?.doubleValue)).toEqual([1, 2, 3, 4, 5])
  expect(values.at(-1)?.time).toBe('2026-03-01T12:00:00.000Z')
  expect(values[0]?.time).toBe('2026-03-01T11:56:00.000Z')

  const newest = await api.history('w', { ...REQUEST, orderByTime: 'DESCENDING', maxResults: 1 })
  expect(newest.items[0]?.values).toEqual([{ time: '2026-03-01T12:00:00.000Z', value: { doubleValue: 5 } }])
})

test('pages add up to the whole; the start is exclusive and the end inclusive', async () => {
  const values: number[] = []
  let nextToken: string | undefined
  do {
    const token = nextToken ? { nextToken } : {}
    const page = await api.history('w', { ...REQUEST, orderByTime: 'ASCENDING', maxResults: 2, ...token })
    for (const { value } of page.items[0]?.values ?? []) values.push(value?.doubleValue ?? NaN)
    nextToken = page.nextToken
  } while (nextToken)
  expect(values).toEqual([1, 2, 3, 4, 5])

  const times = { startTime: '2026-03-01T11:57:00Z', endTime: '2026-03-01T11:59:00Z' }
  const part = await api.history('w', { ...REQUEST, ...times, orderByTime: 'ASCENDING', maxResults: 9 })
  expect(part.items[0]?.values?.map(({ value }) => value?.doubleValue)).toEqual([3, 4])
})

test('alarms are found by type, by external id and by history', async () => {
  expect(await api.extendingTypes('w', 'base')).toEqual(['plant.Alarm'])
  expect((await api.entities('w', { componentTypeId: 'plant.Alarm' })).map(({ entityId }) => entityId)).toEqual(['m1'])
  expect((await api.entities('w', { externalId: 'k1' })).map(({ entityId }) => entityId)).toEqual(['m1'])
  expect(Object.keys((await api.componentType('w', 'plant.Alarm')).propertyDefinitions ?? {})).toEqual(['alarm_key'])
  const { items } = await api.history('w', {
    componentTypeId: 'plant.Alarm',
    selectedProperties: ['alarm_status'],
    ...RANGE,
    orderByTime: 'DESCENDING',
    maxResults: 1,
  })
  expect(items[0]).toMatchObject({
    entityPropertyReference: { entityId: 'm1', componentName: 'alarm', propertyName: 'alarm_status' },
    values: [{ time: '2026-03-01T11:59:00.000Z', value: { stringValue: 'ACTIVE' } }],
  })
})

test('files are read as bytes, and a missing file or entity is a 404 error', async () => {
  expect([...new Uint8Array(await api.object('s3://w/a.bin'))]).toEqual([0, 255])
  await expect(api.object('s3://w/other')).rejects.toMatchObject({ code: 'NoSuchKey' })
  await expect(api.entity('w', 'm9')).rejects.toMatchObject({ status: 404 })
  expect(await api.values('w', 'm1', 'sensor', ['zero'])).toEqual({ zero: { doubleValue: 0 } })
})

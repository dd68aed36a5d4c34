// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import type { Entity } from '../../src/api/api'
import type { Binding, Reading } from '../../src/data/feed'
import { Overview } from '../../src/ui/overview'
import { FakeApi } from '../fake_api'

class MeterApi extends FakeApi {
  override async entity(_workspaceId: string, entityId: string): Promise<Entity> {
    const definition = { dataType: { type: 'DOUBLE', unitOfMeasure: 'kilowatt' }, isTimeSeries: true }
    const components = { meter: { componentTypeId: 'Meter', properties: { power: { definition } } } }
    return { entityId, entityName: entityId, components }
  }
}

const node = (id: string, name: string) => ({ id, name, children: [] })
const PLANT = { id: 'plant', name: 'Plant', children: [node('a', 'Hall A'), node('b', 'Hall B')] }
let api: MeterApi
let listeners: Map<string, (reading: Reading) => void>
let selected: string[]
let overview: Overview

beforeEach(() => {
  vi.useFakeTimers()
  api = new MeterApi()
  api.ofType.set('Meter', ['a', 'b'])
  listeners = new Map()
  selected = []
  const subscribe = ({ entityId }: Binding, listener: (reading: Reading) => void) => {
    listeners.set(entityId, listener)
    return () => listeners.delete(entityId)
  }
  overview = new Overview({
    api,
    feed: { subscribe },
    workspaceId: 'w',
    onSelect: (id) => selected.push(id),
    alarmOf: (id) => (id === 'b' ? { severity: 'critical', count: 2 } : undefined),
  })
  document.body.replaceChildren(overview.element)
})

afterEach(() => vi.useRealTimers())

const rows = () => [...document.querySelectorAll('tbody tr, tfoot tr')].map((row) => [...row.children].map((cell) => cell.textContent))

test('a parent has a table of its children by value, with alarms, share, sum and mean', async () => {
  await overview.show(PLANT)
  listeners.get('a')?.({ value: 3 })
  listeners.get('b')?.({ value: 9 })
  vi.advanceTimersByTime(200)

  expect(document.querySelector('select option')?.textContent).toBe('power (kW)')
  expect(rows()).toEqual([
    ['1', 'Hall B', '2 critical', '9 kW', '75 %'],
    ['2', 'Hall A', '', '3 kW', '25 %'],
    ['', 'Sum', '', '12 kW', ''],
    ['', 'Mean', '', '6 kW', ''],
  ])
  document.querySelector<HTMLButtonElement>('tbody button')?.click()
  expect(selected).toEqual(['b'])
})

test('a child that has focus keeps it when values change the order', async () => {
  await overview.show(PLANT)
  listeners.get('a')?.({ value: 3 })
  listeners.get('b')?.({ value: 9 })
  vi.advanceTimersByTime(200)
  document.querySelector<HTMLButtonElement>('[data-entity=a]')?.focus()
  listeners.get('a')?.({ value: 30, isStale: true })
  vi.advanceTimersByTime(200)

  expect(document.activeElement?.getAttribute('data-entity')).toBe('a')
  expect(rows()[0]).toEqual(['1', 'Hall A', '', '30 kW stale', '77 %'])
})

test('an entity without children has no overview, and nothing is read for it any longer', async () => {
  await overview.show(PLANT)
  expect(listeners.size).toBe(2)
  await overview.show(node('a', 'Hall A'))

  expect(overview.element.hidden).toBe(true)
  expect(listeners.size).toBe(0)
})

test('an error is said, and the children are still listed', async () => {
  vi.spyOn(api, 'entity').mockRejectedValue(new Error('busy'))
  await overview.show(PLANT)

  expect(document.querySelector('p')?.textContent).toBe('Reading failed: busy')
  expect(rows().map(([, name]) => name)).toEqual(['Hall A', 'Hall B'])
})

test('a sum without some of the children says so', async () => {
  await overview.show(PLANT)
  listeners.get('a')?.({ value: 3 })
  vi.advanceTimersByTime(200)

  expect(rows().slice(2)).toEqual([
    ['', 'Sum of 1 of 2', '', '3 kW', ''],
    ['', 'Mean of 1 of 2', '', '3 kW', ''],
  ])
})

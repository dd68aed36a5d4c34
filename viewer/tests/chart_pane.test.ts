// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import type { Entity } from '../src/api/api'
import { ChartPane } from '../src/chart_pane'
import { formatKey, type PropertyKey } from '../src/state/link'
import { Store } from '../src/state/store'
import { FakeApi } from './fake_api'

// Another file of this worker may have imported the module that is replaced here.
vi.hoisted(() => vi.resetModules())
vi.mock('uplot', () => ({
  default: class {
    scales = {}
    setData = vi.fn()
    setScale = vi.fn()
    destroy = vi.fn()
  },
}))

const NAMES = new Map([['m1', 'Press'], ['m2', 'Robot']])
let store: Store
let pane: ChartPane
let charted: readonly PropertyKey[]

beforeEach(() => {
  vi.stubGlobal('ResizeObserver', class {
    observe(): void {}
  })
  location.hash = ''
})

afterEach(() => {
  pane.clearEntity()
  vi.unstubAllGlobals()
})

function open(hash = ''): void {
  location.hash = hash
  store = new Store()
  pane = new ChartPane({
    api: new FakeApi(),
    workspaceId: 'w',
    store,
    refreshMs: Infinity,
    nameOf: (id) => NAMES.get(id),
    onCharted: (keys) => (charted = keys),
    rulesOf: () => [],
  })
  store.subscribe(() => pane.update())
  document.body.replaceChildren(pane.element)
}

function select(entityId: string, properties: readonly string[] = ['flow', 'pressure']): void {
  pane.clearEntity()
  store.update({ entity: entityId })
  const series = properties.map((propertyName) => ({ entityId, componentName: 'c', propertyName }))
  const definition = { isTimeSeries: true, dataType: { type: 'DOUBLE', unitOfMeasure: 'bar' } }
  const entity: Entity = {
    entityId,
    entityName: entityId,
    components: { c: { properties: Object.fromEntries(properties.map((name) => [name, { definition }])) } },
  }
  pane.setEntity(entity, series)
}

const shown = () => charted.map(formatKey)
const labels = () => [...document.querySelectorAll('.legend li')].map((item) => item.textContent?.replace(/ ×$|×$/, '').trim())
const pin = () => document.querySelector<HTMLButtonElement>('.charts button[aria-pressed][title^=Keep]')

test('the charts follow the selection, and name the entity of each series', () => {
  open()
  select('m1')
  expect(labels()).toEqual(['Press flow (bar)', 'Press pressure (bar)'])
  select('m2')
  expect(labels()).toEqual(['Robot flow (bar)', 'Robot pressure (bar)'])
})

test('pinned series stay when another entity is selected, until they are released', () => {
  open()
  select('m1')
  pin()?.click()
  select('m2')
  expect(labels()).toEqual(['Press flow (bar)', 'Press pressure (bar)'])
  expect(pin()?.textContent).toBe('Pinned')
  pin()?.click()
  expect(labels()).toEqual(['Robot flow (bar)', 'Robot pressure (bar)'])
})

test('a link with a property is pinned', () => {
  open('#entity=m2&property=m1%2Fc%2Fflow')
  select('m2')
  expect(shown()).toEqual(['m1/c/flow'])
  expect(pin()?.textContent).toBe('Pinned')
})

test('the property of a clicked tag is shown if the entity has more than fit, and another selection forgets it', () => {
  const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']
  open()
  select('m1', names)
  expect(shown()).toHaveLength(6)
  pane.pick({ entityId: 'm1', componentName: 'c', propertyName: 'h' })
  expect(shown()).toEqual(['a', 'b', 'c', 'd', 'e', 'h'].map((name) => `m1/c/${name}`))
  select('m2', names)
  expect(shown()).toEqual(['a', 'b', 'c', 'd', 'e', 'f'].map((name) => `m2/c/${name}`))
})

test('times are shown in the zone that the link names', () => {
  open('#zone=utc')
  select('m1')
  const zone = [...document.querySelectorAll('.charts button')].find((button) => button.textContent === 'UTC')
  expect(zone?.getAttribute('aria-pressed')).toBe('true')
  ;(zone as HTMLButtonElement).click()
  expect(store.state.zone).toBeUndefined()
})

import { beforeEach, expect, test } from 'vitest'

import type { Binding, Reading } from '../../src/data/feed'
import { findQuantities, MAX_SOURCES, type OverviewNode, type Quantity, summarise } from '../../src/data/overview'
import type { Entity } from '../../src/api/api'
import { FakeApi } from '../fake_api'

const node = (id: string, ...children: OverviewNode[]): OverviewNode => ({ id, name: id.toUpperCase(), children })

class TwinApi extends FakeApi {
  reads: string[] = []
  readonly types = new Map<string, Record<string, { type: string; unitOfMeasure?: string; isStatic?: true }>>()

  override async entity(_workspaceId: string, entityId: string): Promise<Entity> {
    this.reads.push(entityId)
    const names = [...this.ofType].filter(([, ids]) => ids.includes(entityId)).map(([type]) => type)
    const components = names.map((componentTypeId) => {
      const properties = Object.entries(this.types.get(componentTypeId) ?? {}).map(([name, { isStatic, ...dataType }]) => [
        name,
        { definition: { dataType, isTimeSeries: !isStatic } },
      ])
      return [componentTypeId.toLowerCase(), { componentTypeId, properties: Object.fromEntries(properties) }]
    })
    return { entityId, entityName: entityId, components: Object.fromEntries(components) }
  }
}

let api: TwinApi

beforeEach(() => {
  api = new TwinApi()
  api.types.set('Floor', { lighting: { type: 'DOUBLE', unitOfMeasure: 'W' }, level: { type: 'INTEGER', isStatic: true } })
  api.types.set('Lamp', { power: { type: 'DOUBLE', unitOfMeasure: 'W' }, state: { type: 'STRING' } })
  api.types.set('Zone', { temperature: { type: 'DOUBLE', unitOfMeasure: 'Celsius' } })
})

const source = (entityId: string, componentName: string, propertyName: string) => ({ entityId, componentName, propertyName })

test('quantities of the children and of what is below them are found with two requests a type', async () => {
  const lamps = Array.from({ length: 60 }, (_, index) => `lamp-${index}`)
  api.ofType.set('Floor', ['f1', 'f2', 'elsewhere'])
  api.ofType.set('Lamp', [...lamps, 'elsewhere'])
  const building = node('b', node('f1', ...lamps.slice(0, 20).map((id) => node(id))), node('f2', ...lamps.slice(20).map((id) => node(id))))
  const quantities = await findQuantities(api, 'w', building)

  expect(quantities.map(({ name, unit, hasSum }) => [name, unit, hasSum])).toEqual([['lighting', 'W', true], ['power', 'W', true]])
  expect(quantities[0]?.sources.get('f1')).toEqual([source('f1', 'floor', 'lighting')])
  expect([...(quantities[1]?.sources ?? [])].map(([child, sources]) => [child, sources.length])).toEqual([['f1', 20], ['f2', 40]])
  expect(api.reads).toEqual(['f1', 'lamp-0'])
})

test('of quantities of as many children, those with a sum come first', async () => {
  api.types.set('Room', { temperature: { type: 'DOUBLE', unitOfMeasure: 'Celsius' }, energy: { type: 'DOUBLE', unitOfMeasure: 'kWh' } })
  api.ofType.set('Room', ['r1', 'r2'])
  const quantities = await findQuantities(api, 'w', node('f', node('r1'), node('r2')))

  expect(quantities.map(({ name }) => name)).toEqual(['energy', 'temperature'])
})

test('a temperature has no sum, and an entity without components costs one request', async () => {
  api.ofType.set('Zone', ['z1', 'z2'])
  const quantities = await findQuantities(api, 'w', node('f', node('stairs'), node('z1'), node('z2')))

  expect(quantities).toMatchObject([{ name: 'temperature', hasSum: false }])
  expect(api.reads).toEqual(['stairs', 'z1'])
})

test('too many values below the children are not read', async () => {
  const lamps = Array.from({ length: MAX_SOURCES + 1 }, (_, index) => `lamp-${index}`)
  api.ofType.set('Lamp', lamps)

  expect(await findQuantities(api, 'w', node('b', node('f1', ...lamps.map((id) => node(id)))))).toEqual([])
})

const children = ['a', 'b', 'c', 'd'].map((id) => node(id))
const power: Quantity = {
  name: 'power',
  unit: 'W',
  hasSum: true,
  sources: new Map(children.slice(0, 3).map(({ id }) => [id, [source(id, 'meter', 'power')]])),
}
const readings = (values: Record<string, Reading>) => (binding: Binding) => values[binding.entityId] ?? {}

test('children are ranked, the highest first, with their part of the sum; those without a value come last', () => {
  const { rows, sum, mean } = summarise(power, children, readings({ a: { value: 10 }, b: { value: 30 }, c: { value: 10 } }))

  expect(rows.map(({ id, rank, share }) => [id, rank, share])).toEqual([
    ['b', 1, 0.6],
    ['a', 2, 0.2],
    ['c', 2, 0.2],
    ['d', undefined, undefined],
  ])
  expect([sum, mean]).toEqual([50, 50 / 3])
})

test('negative values have no parts, and a quantity without a sum has the mean of its sources', () => {
  const negative = summarise(power, children, readings({ a: { value: -10 }, b: { value: 30 } }))
  expect(negative.rows[0]).not.toHaveProperty('share')
  const sources = new Map([['a', [source('z1', 'zone', 't'), source('z2', 'zone', 't')]]])
  const zones: Quantity = { name: 't', unit: 'Celsius', hasSum: false, sources }
  const mean = summarise(zones, children, readings({ z1: { value: 20 }, z2: { value: 22, isStale: true } }))
  expect(mean.rows[0]).toMatchObject({ id: 'a', value: 21, isStale: true })
  expect(mean).not.toHaveProperty('sum')
})

test('a failed value is kept with its error', () => {
  const { rows } = summarise(power, children, readings({ a: { value: 10, error: 'busy' } }))
  expect(rows[0]).toMatchObject({ id: 'a', value: 10, error: 'busy' })
})

test('a sum says which of the children it leaves out, also in part', () => {
  const sources = new Map([
    ['a', [source('a1', 'lamp', 'power'), source('a2', 'lamp', 'power')]],
    ['b', [source('b1', 'lamp', 'power')]],
    ['c', [source('c1', 'lamp', 'power')]],
  ])
  const summary = summarise({ ...power, sources }, children, readings({ a1: { value: 5 }, b1: { value: 7 } }))

  expect([summary.sum, summary.known, summary.total]).toEqual([12, 1, 3])
  expect(summary.rows.find(({ id }) => id === 'a')).toMatchObject({ value: 5, isPartial: true })
  expect(summary.rows.find(({ id }) => id === 'b')).not.toHaveProperty('isPartial')
})

/** What the children of an entity measure: found with few requests, summed up, and ranked. */

import type { Api, Component, EntitySummary } from '../api/api'
import type { Binding, Reading } from './feed'

/** Entities that are read to find out what there is to measure: one of each component type. */
const MAX_READS = 12
/** Values of one quantity. Of more, each child's own value is shown, not that of what is below it. */
export const MAX_SOURCES = 400
const NUMERIC_TYPES = new Set(['DOUBLE', 'INTEGER', 'LONG'])
/** Units whose values of two things have no sum. Temperatures and ratios have a mean only. */
const UNITS_WITHOUT_SUM = new Set([
  'celsius', 'fahrenheit', 'kelvin', 'percent', 'degc', 'degf', '°c', '°f', 'k', '%', 'bar', 'mbar', 'pa', 'hpa', 'kpa', 'mpa', 'psi',
  'v', 'mv', 'kv', 'volt', 'hz', 'khz', 'mhz', 'rpm', '1/min', 'm/s', 'mm/s', 'km/h', 'db', 'db(a)', 'ph', 'ppm', 'ppb', 'deg', 'degree', '°',
])

export interface OverviewNode {
  readonly id: string
  readonly name: string
  readonly children: readonly OverviewNode[]
}

/** A number that children have, themselves or in what is below them. */
export interface Quantity {
  readonly name: string
  /** The service's `unitOfMeasure`. */
  readonly unit: string
  readonly hasSum: boolean
  /** Where the value of a child comes from, by the child's id. */
  readonly sources: ReadonlyMap<string, readonly Binding[]>
}

/** Find the quantities of the children of an entity: those of most children first, and of these, those with a sum. */
export async function findQuantities(api: Api, workspaceId: string, parent: OverviewNode): Promise<Quantity[]> {
  const childOf = childOfEach(parent)
  const unseen = new Set(childOf.keys())
  const types = new Set<string>()
  const bindings = new Map<string, { name: string; unit: string; found: Binding[] }>()
  for (let reads = 0; reads < MAX_READS && unseen.size > 0; reads += 1) {
    const [entityId = ''] = unseen
    unseen.delete(entityId)
    const { components = {} } = await api.entity(workspaceId, entityId)
    for (const [componentName, component] of Object.entries(components)) {
      const series = numericSeries(component)
      const { componentTypeId } = component
      if (componentTypeId === undefined || types.has(componentTypeId) || series.length === 0) continue
      types.add(componentTypeId)
      const entities = await api.entities(workspaceId, { componentTypeId })
      const below = entities.filter((entity: EntitySummary) => childOf.has(entity.entityId))
      for (const { entityId: id } of below) unseen.delete(id)
      for (const { name, unit } of series) {
        const key = `${name}\n${unit}`
        const quantity = bindings.get(key) ?? { name, unit, found: [] }
        bindings.set(key, quantity)
        quantity.found.push(...below.map(({ entityId: id }) => ({ entityId: id, componentName, propertyName: name })))
      }
    }
  }
  const quantities = [...bindings.values()].map(({ name, unit, found }): Quantity => {
    const hasSum = !UNITS_WITHOUT_SUM.has(unit.toLowerCase())
    return { name, unit, hasSum, sources: sourcesByChild(found, childOf) }
  })
  return quantities
    .filter(({ sources }) => sources.size > 0)
    .sort((a, b) => b.sources.size - a.sources.size || Number(b.hasSum) - Number(a.hasSum))
}

function numericSeries(component: Component): { name: string; unit: string }[] {
  return Object.entries(component.properties ?? {}).flatMap(([name, { definition }]) => {
    const isNumeric = NUMERIC_TYPES.has(definition?.dataType?.type ?? '')
    return definition?.isTimeSeries && isNumeric ? [{ name, unit: definition.dataType?.unitOfMeasure ?? '' }] : []
  })
}

/** The child above each entity below the parent, the children first. */
function childOfEach(parent: OverviewNode): Map<string, string> {
  const childOf = new Map<string, string>()
  let level = parent.children.map((node) => ({ node, child: node.id }))
  while (level.length > 0) {
    for (const { node, child } of level) childOf.set(node.id, child)
    level = level.flatMap(({ node, child }) => node.children.map((next) => ({ node: next, child })))
  }
  return childOf
}

function sourcesByChild(bindings: readonly Binding[], childOf: ReadonlyMap<string, string>): Map<string, Binding[]> {
  const own = new Map<string, Binding[]>()
  const below = new Map<string, Binding[]>()
  for (const binding of bindings) {
    const child = childOf.get(binding.entityId) ?? ''
    const into = binding.entityId === child ? own : below
    const sources = into.get(child)
    if (sources) sources.push(binding)
    else into.set(child, [binding])
  }
  const isShort = [...below.values()].reduce((count, sources) => count + sources.length, 0) <= MAX_SOURCES
  return new Map([...(isShort ? below : []), ...own])
}

export interface Row {
  readonly id: string
  readonly name: string
  /** Absent while no value is known. */
  readonly value?: number
  /** 1 for the highest value; equal values have equal ranks. Absent without a value. */
  readonly rank?: number
  /** Part of the sum, from 0 to 1. Absent for a quantity without a sum, or with negative values. */
  readonly share?: number
  readonly isStale: boolean
  /** Whether the value leaves out some of what is below the child, whose values are not known. */
  readonly isPartial?: true
  readonly error?: string
}

export interface Summary {
  readonly rows: readonly Row[]
  readonly sum?: number
  readonly mean?: number
  /** How many of the children with the quantity have a whole value: sum and mean leave out the others. */
  readonly known: number
  readonly total: number
}

/** Rank children by a quantity, the highest value first. @param readingOf The newest reading of a source. */
export function summarise(
  quantity: Quantity,
  children: readonly OverviewNode[],
  readingOf: (binding: Binding) => Reading,
): Summary {
  const rows = children.map(({ id, name }) => {
    const readings = (quantity.sources.get(id) ?? []).map(readingOf)
    const values = readings.flatMap(({ value }) => (typeof value === 'number' ? [value] : []))
    const value = combine(values, quantity.hasSum)
    const error = readings.find((reading) => reading.error !== undefined)?.error
    return {
      id,
      name,
      isStale: readings.some(({ isStale }) => isStale === true),
      ...(value === undefined ? {} : { value }),
      ...(value !== undefined && values.length < readings.length ? { isPartial: true as const } : {}),
      ...(error === undefined ? {} : { error }),
    }
  })
  const values = rows.flatMap(({ value }) => (value === undefined ? [] : [value]))
  const sum = quantity.hasSum ? combine(values, true) : undefined
  const mean = combine(values, false)
  const canShare = sum !== undefined && sum > 0 && values.every((value) => value >= 0)
  const ranked = rows.map((row): Row => {
    const { value } = row
    if (value === undefined) return row
    const rank = 1 + values.filter((other) => other > value).length
    return { ...row, rank, ...(canShare ? { share: value / sum } : {}) }
  })
  // Sorting keeps the order of children with equal values.
  ranked.sort((a, b) => (b.value ?? -Infinity) - (a.value ?? -Infinity) || 0)
  const known = rows.filter(({ value, isPartial }) => value !== undefined && !isPartial).length
  const total = rows.filter(({ id }) => quantity.sources.has(id)).length
  return { rows: ranked, known, total, ...(sum === undefined ? {} : { sum }), ...(mean === undefined ? {} : { mean }) }
}

function combine(values: readonly number[], isSum: boolean): number | undefined {
  if (values.length === 0) return undefined
  const sum = values.reduce((total, value) => total + value, 0)
  return isSum ? sum : sum / values.length
}

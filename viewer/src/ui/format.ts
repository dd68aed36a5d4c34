/** Formats values, units, ages and times for the page. */

import type { Value } from '../data/feed'
import type { PropertyKey } from '../state/link'

const numberFormat = new Intl.NumberFormat('en', { maximumSignificantDigits: 6, useGrouping: false })
const UNITS: Readonly<Record<string, string>> = {
  celsius: '°C',
  fahrenheit: '°F',
  kelvin: 'K',
  percent: '%',
  count: '',
  none: '',
  volt: 'V',
  ampere: 'A',
  watt: 'W',
  kilowatt: 'kW',
  meters: 'm',
}

export function formatValue(value: Value | undefined): string {
  if (value === undefined) return '–'
  if (typeof value === 'number') return Number.isInteger(value) ? String(value) : numberFormat.format(value)
  if (value === '') return '""'
  return String(value)
}

export function formatUnit(unit: string | undefined): string {
  return unit === undefined ? '' : (UNITS[unit.toLowerCase()] ?? unit)
}

/**
 * Name the series of a chart: by property, with the entity where there are several of them, and with the component
 * where two of an entity have the property, such as a part and what it is part of.
 */
export function seriesLabels(keys: readonly PropertyKey[], nameOf: (entityId: string) => string): string[] {
  const hasSeveralEntities = new Set(keys.map((key) => key.entityId)).size > 1
  return keys.map((key) => {
    const { entityId, componentName, propertyName } = key
    const isShared = keys.some(
      (other) =>
        other.entityId === entityId && other.propertyName === propertyName && other.componentName !== componentName,
    )
    return [...(hasSeveralEntities ? [nameOf(entityId)] : []), ...(isShared ? [componentName] : []), propertyName].join(' ')
  })
}

const AGE_UNITS: readonly (readonly [string, number])[] = [
  ['d', 86_400],
  ['h', 3_600],
  ['min', 60],
]

/** Format an age as `12 s`, `3 min`, `2 h` or `5 d`, rounded down. */
export function formatAge(milliseconds: number): string {
  const seconds = Math.max(Math.floor(milliseconds / 1000), 0)
  for (const [unit, length] of AGE_UNITS) {
    if (seconds >= length) return `${Math.floor(seconds / length)} ${unit}`
  }
  return `${seconds} s`
}

const timeFormat = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' })

export function formatTime(milliseconds: number): string {
  return timeFormat.format(milliseconds)
}

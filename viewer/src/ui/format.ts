/** Formats values, units, ages and times for the page, in the language and with the clock of the browser. */

import type { Value } from '../data/feed'
import type { Zone } from '../data/range'
import type { PropertyKey } from '../state/link'

const numberFormat = new Intl.NumberFormat(undefined, { maximumSignificantDigits: 6, useGrouping: false })
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
 * Name the series of a chart: by entity and property, and with the component where two of an entity have the property,
 * such as a part and what it is part of.
 */
export function seriesLabels(keys: readonly PropertyKey[], nameOf: (entityId: string) => string): string[] {
  return keys.map((key) => {
    const { entityId, componentName, propertyName } = key
    const isShared = keys.some(
      (other) =>
        other.entityId === entityId && other.propertyName === propertyName && other.componentName !== componentName,
    )
    return [nameOf(entityId), ...(isShared ? [componentName] : []), propertyName].join(' ')
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

let zone: Zone = 'local'

/** Show times in a zone from now on. */
export function setZone(newZone: Zone): void {
  zone = newZone
}

/** Format an instant with its date. */
export function formatTime(milliseconds: number): string {
  return timeFormat({ dateStyle: 'medium', timeStyle: 'medium' }).format(milliseconds)
}

/** Format a range of times, with a date only once if it is the same. */
export function formatPeriod(from: number, to: number): string {
  return timeFormat({ dateStyle: 'medium', timeStyle: 'short' }).formatRange(from, to)
}

/** The name of the zone in which times are shown, at a time: `CET`, `GMT+2` or `UTC`. */
export function zoneName(milliseconds: number): string {
  const parts = timeFormat({ timeZoneName: 'short' }).formatToParts(milliseconds)
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? ''
}

/** The name of the zone in a range of times, or both names if the clocks change in it: `CET / CEST`. */
export function zoneNames(from: number, to: number): string {
  return [...new Set([zoneName(from), zoneName(to)])].join(' / ')
}

const DAY_S = 86_400

/**
 * Label the ticks of a time axis: with the time of day, and a date on a second line where a day begins.
 *
 * @param ticks Seconds since 1970.
 * @param tickDistance Seconds from one tick to the next.
 */
export function timeLabels(ticks: readonly number[], tickDistance: number): string[] {
  const dateFormat = timeFormat(
    tickDistance >= 300 * DAY_S
      ? { year: 'numeric' }
      : tickDistance >= 28 * DAY_S
        ? { month: 'short', year: 'numeric' }
        : { month: 'short', day: 'numeric' },
  )
  if (tickDistance >= DAY_S) return ticks.map((tick) => dateFormat.format(tick * 1000))
  const format = timeFormat({
    hour: 'numeric',
    minute: '2-digit',
    ...(tickDistance < 60 ? { second: '2-digit' } : {}),
    ...(tickDistance < 1 ? { fractionalSecondDigits: 3 } : {}),
  })
  let lastDate = ''
  return ticks.map((tick) => {
    const date = dateFormat.format(tick * 1000)
    const time = format.format(tick * 1000)
    if (date === lastDate) return time
    lastDate = date
    return `${time}\n${date}`
  })
}

const timeFormats = new Map<string, Intl.DateTimeFormat>()

/** A format for times in the zone of the page. Creating one takes long. */
function timeFormat(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = JSON.stringify([options, zone])
  let format = timeFormats.get(key)
  if (!format) {
    format = new Intl.DateTimeFormat(undefined, { ...options, ...(zone === 'utc' ? { timeZone: 'UTC' } : {}) })
    timeFormats.set(key, format)
  }
  return format
}

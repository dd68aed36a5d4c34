import type { DataValue } from '../api/api'
import type { Value } from './feed'

/** The value in a DataValue: as it is if it is a scalar, else as text; undefined if there is none. */
export function plain(found: DataValue | undefined): Value | undefined {
  if (!found) return undefined
  const scalar =
    found.doubleValue ?? found.integerValue ?? found.longValue ?? found.booleanValue ?? found.stringValue
  if (scalar !== undefined) return scalar
  if (found.expression !== undefined) return found.expression
  if (found.listValue) return `[${found.listValue.map((one) => String(plain(one) ?? '')).join(', ')}]`
  if (found.mapValue) {
    const entries = Object.entries(found.mapValue).map(([key, one]) => `${key}: ${String(plain(one) ?? '')}`)
    return `{${entries.join(', ')}}`
  }
  const target = found.relationshipValue
  if (target) return [target.targetEntityId, target.targetComponentName].filter(Boolean).join('/')
  return undefined
}

/** Milliseconds since 1970 of an RFC 3339 time with any number of digits. Without an offset it is UTC. */
export function milliseconds(time: string | undefined): number | undefined {
  if (!time) return undefined
  const zoned = /(Z|[+-]\d\d:?\d\d)$/i.test(time) ? time : `${time}Z`
  const found = Date.parse(zoned.replace(/(\.\d{3})\d+/, '$1'))
  return Number.isNaN(found) ? undefined : found
}

/** Conversion of the service's values and times. */

import type { DataValue } from '../api/api'
import type { Value } from './feed'

/** The value of a DataValue: a scalar as it is, anything else as text; undefined if it is empty. */
export function scalarValue(dataValue: DataValue | undefined): Value | undefined {
  if (!dataValue) return undefined
  const scalar =
    dataValue.doubleValue ??
    dataValue.integerValue ??
    dataValue.longValue ??
    dataValue.booleanValue ??
    dataValue.stringValue
  if (scalar !== undefined) return scalar
  if (dataValue.expression !== undefined) return dataValue.expression
  if (dataValue.listValue) return `[${dataValue.listValue.map((item) => String(scalarValue(item) ?? '')).join(', ')}]`
  if (dataValue.mapValue) {
    const entries = Object.entries(dataValue.mapValue).map(([key, item]) => `${key}: ${String(scalarValue(item) ?? '')}`)
    return `{${entries.join(', ')}}`
  }
  const target = dataValue.relationshipValue
  if (target) return [target.targetEntityId, target.targetComponentName].filter(Boolean).join('/')
  return undefined
}

/** Parse an RFC 3339 time with any number of digits as milliseconds since 1970. A time without an offset is UTC. */
export function parseTime(time: string | undefined): number | undefined {
  if (!time) return undefined
  const zonedTime = /(Z|[+-]\d\d:?\d\d)$/i.test(time) ? time : `${time}Z`
  const milliseconds = Date.parse(zonedTime.replace(/(\.\d{3})\d+/, '$1'))
  return Number.isNaN(milliseconds) ? undefined : milliseconds
}

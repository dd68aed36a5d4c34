/** Which alarms a list shows, and in which order. Pure. */

import type { Alarm } from './alarms'
import { SEVERITIES, type Severity } from './severity'

export type AlarmColumn = 'severity' | 'machine' | 'message' | 'since'

export interface AlarmOrder {
  readonly column: AlarmColumn
  readonly isDescending: boolean
}

/** The worst first, and of those the newest. */
export const DEFAULT_ORDER: AlarmOrder = { column: 'severity', isDescending: true }

export interface AlarmFilter {
  /** Text in the name, id, message or note. */
  readonly text: string
  /** `active`: neither normal nor acknowledged. */
  readonly severity: 'all' | 'active' | Severity
}

type NameOf = (entityId: string) => string

const compareTexts = new Intl.Collator(undefined, { numeric: true }).compare

export function filterAlarms(alarms: readonly Alarm[], { text, severity }: AlarmFilter, nameOf: NameOf): Alarm[] {
  const words = text.trim().toLowerCase()
  return alarms.filter((alarm) => {
    const isSeverity =
      severity === 'all' || (severity === 'active' ? alarm.severity !== 'acknowledged' : alarm.severity === severity)
    const content = [nameOf(alarm.entityId), alarm.entityId, alarm.message, alarm.note].join('\n').toLowerCase()
    return isSeverity && content.includes(words)
  })
}

export function sortAlarms(alarms: readonly Alarm[], { column, isDescending }: AlarmOrder, nameOf: NameOf): Alarm[] {
  const compare: Readonly<Record<AlarmColumn, (a: Alarm, b: Alarm) => number>> = {
    severity: (a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity),
    machine: (a, b) => compareTexts(nameOf(a.entityId), nameOf(b.entityId)),
    message: (a, b) => compareTexts(a.message ?? '', b.message ?? ''),
    since: (a, b) => a.since - b.since,
  }
  const sign = isDescending ? -1 : 1
  return [...alarms].sort((a, b) => sign * compare[column](a, b) || b.since - a.since || compareTexts(a.id, b.id))
}

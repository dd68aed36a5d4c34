/** What the states of an alarm mean, in both vocabularies: that of the service's type, and that with levels. */

export type Severity = 'normal' | 'acknowledged' | 'warning' | 'critical'

const RANKS: readonly Severity[] = ['normal', 'acknowledged', 'warning', 'critical']
const STATES: Readonly<Record<string, Severity>> = {
  NORMAL: 'normal',
  ACTIVE: 'critical',
  CRITICAL: 'critical',
  WARNING: 'warning',
  ACKNOWLEDGED: 'acknowledged',
  SNOOZE_DISABLED: 'acknowledged',
}

/** Of `com.amazon.iottwinmaker.alarm.basic`, and that in which types of alarms may say how bad it is. */
export const STATUS_PROPERTIES = ['alarm_status', 'alarmStatus'] as const

export function isAlarmStatus(propertyName: string): boolean {
  return (STATUS_PROPERTIES as readonly string[]).includes(propertyName)
}

/** Undefined for a state that is none. */
export function severityOf(state: unknown): Severity | undefined {
  return typeof state === 'string' && Object.hasOwn(STATES, state) ? STATES[state] : undefined
}

export function worse(one: Severity, other: Severity): Severity {
  return RANKS.indexOf(one) >= RANKS.indexOf(other) ? one : other
}

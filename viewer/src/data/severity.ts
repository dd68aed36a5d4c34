/** Severities of alarm states: those of the service's `alarm_status`, and those of `alarmStatus` with levels. */

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

/** Properties with an alarm's state: that of `com.amazon.iottwinmaker.alarm.basic`, and the one with levels. */
export const STATUS_PROPERTIES = ['alarm_status', 'alarmStatus'] as const

export function isAlarmStatus(propertyName: string): boolean {
  return (STATUS_PROPERTIES as readonly string[]).includes(propertyName)
}

/** The severity of a state; undefined if it is not a state of an alarm. */
export function severityOf(state: unknown): Severity | undefined {
  return typeof state === 'string' && Object.hasOwn(STATES, state) ? STATES[state] : undefined
}

export function worse(a: Severity, b: Severity): Severity {
  return RANKS.indexOf(a) >= RANKS.indexOf(b) ? a : b
}

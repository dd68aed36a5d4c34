/** Severities of alarm states: those of the service's `alarm_status`, and those of a property with levels. */

export type Severity = 'normal' | 'acknowledged' | 'warning' | 'critical'

/** From the least to the worst. */
export const SEVERITIES: readonly Severity[] = ['normal', 'acknowledged', 'warning', 'critical']
const STATES: Readonly<Record<string, Severity>> = {
  NORMAL: 'normal',
  ACTIVE: 'critical',
  CRITICAL: 'critical',
  WARNING: 'warning',
  ACKNOWLEDGED: 'acknowledged',
  SNOOZE_DISABLED: 'acknowledged',
}

/** The severity of a state; undefined if it is not a state of an alarm. */
export function severityOf(state: unknown): Severity | undefined {
  return typeof state === 'string' && Object.hasOwn(STATES, state) ? STATES[state] : undefined
}

export function worse(a: Severity, b: Severity): Severity {
  return SEVERITIES.indexOf(a) >= SEVERITIES.indexOf(b) ? a : b
}

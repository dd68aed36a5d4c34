/** The one state of an alarm that has a state in two vocabularies. Pure. */

import { type Severity, severityOf } from './severity'

/** The states of an alarm at one time, as its properties have them; one of them may be absent. */
export interface AlarmState {
  /** Milliseconds since 1970. */
  readonly time: number
  /** Value of `alarm_status`. */
  readonly status?: string
  /** Value of the property with levels. */
  readonly level?: string
}

/** The severity; undefined if neither value is a state of an alarm. */
export function severityOfState({ status, level }: AlarmState): Severity | undefined {
  const byStatus = severityOf(status)
  // An operator acknowledges in `alarm_status`; until the alarm is evaluated, the level is the former one.
  return byStatus === 'acknowledged' ? byStatus : (severityOf(level) ?? byStatus)
}

/** The state as a value of `alarm_status`. */
export function asStatus(state: AlarmState): string {
  const severity = severityOfState(state)
  if (severity === 'normal') return 'NORMAL'
  if (severity !== 'acknowledged') return 'ACTIVE'
  return state.status === 'SNOOZE_DISABLED' ? state.status : 'ACKNOWLEDGED'
}

/** The state as a value of the property with levels, which have none for snoozing. An active alarm is critical. */
export function asLevel(state: AlarmState): string {
  return (severityOfState(state) ?? 'normal').toUpperCase()
}

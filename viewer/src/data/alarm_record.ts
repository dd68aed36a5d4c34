/** What is known of one alarm: its states since it was normal, its message and its note. Pure. */

import { type AlarmState, asStatus, severityOfState } from './alarm_state'
import { type Severity, worse } from './severity'

/** How long a state that this page wrote counts, although the answers do not have it: reading may lag behind writing. */
const WRITTEN_MS = 60_000
/** States that are kept; more are needed only if an alarm changes often without ending. */
const MAX_STATES = 100

interface Text {
  readonly time: number
  readonly text: string
}

interface RecordedState extends AlarmState {
  /** Until when the state counts without being in an answer; absent if an answer had it. */
  readonly keptUntil?: number
}

export interface AlarmSummary {
  /** That of the newest state. */
  readonly severity: Severity
  /** `alarm_status` of the newest state: of an acknowledged alarm, whether it is snoozed. */
  readonly status: string
  /** Time of the newest state. */
  readonly time: number
  /** Since when the alarm has not been normal. */
  readonly since: number
  /** False if the alarm may be older: the states before are not read. */
  readonly isSinceExact: boolean
  readonly message?: string
  /** When it was acknowledged. */
  readonly acknowledgedAt?: number
  readonly note?: string
  /** The worst severity before it was acknowledged; absent if those states are not read. */
  readonly formerSeverity?: Severity
}

export class AlarmRecord {
  /** Newest first, back to the newest normal state. */
  private states: readonly RecordedState[] = []
  private message: Text | undefined
  private note: Text | undefined
  /** Whether there are no states before the oldest one. */
  private isComplete = false

  /** The newest state. */
  get newest(): AlarmState | undefined {
    return this.states[0]
  }

  /** Take over the states of an answer, which has all of them since a time. */
  addStates(states: readonly AlarmState[], since: number, now: number): void {
    const times = new Set(states.map(({ time }) => time))
    const kept = this.states.filter(
      ({ time, keptUntil }) => !times.has(time) && (time <= since || (keptUntil !== undefined && keptUntil > now)),
    )
    const valid = states.filter((state) => severityOfState(state) !== undefined)
    this.setStates([...kept, ...valid])
  }

  /** Add a state that this page wrote. */
  addWritten(state: AlarmState, note: string | undefined, now: number): void {
    this.setStates([...this.states, { ...state, keptUntil: now + WRITTEN_MS }])
    if (note !== undefined) this.addNote(state.time, note)
  }

  addMessage(time: number, text: string): void {
    if (!this.message || time >= this.message.time) this.message = { time, text }
  }

  addNote(time: number, text: string): void {
    if (!this.note || time >= this.note.time) this.note = { time, text }
  }

  /** There are no states before those that were added. */
  complete(): void {
    this.isComplete = true
  }

  /** The alarm; undefined if it has no state. */
  summary(): AlarmSummary | undefined {
    const [newest] = this.states
    if (!newest) return undefined
    const severity = severityOfState(newest) as Severity
    const present = this.stretch((candidate) => candidate !== 'normal')
    const raised = present.states.at(-1) ?? newest
    const isRaised = severity !== 'normal'
    return {
      severity,
      status: asStatus(newest),
      time: newest.time,
      since: isRaised ? raised.time : newest.time,
      isSinceExact: isRaised ? present.isExact : true,
      ...(isRaised && this.message ? { message: this.message.text } : {}),
      ...(severity === 'acknowledged' ? this.acknowledgement() : {}),
    }
  }

  private acknowledgement(): Pick<AlarmSummary, 'acknowledgedAt' | 'note' | 'formerSeverity'> {
    const { states, isExact } = this.stretch((severity) => severity === 'acknowledged')
    const start = states.at(-1)
    if (!start) return {}
    const before = this.states.slice(states.length).map(severityOfState)
    const active = before.slice(0, before.indexOf('normal') < 0 ? undefined : before.indexOf('normal'))
    const former = active.reduce<Severity>((worst, severity) => worse(worst, severity ?? 'normal'), 'normal')
    // A note counts for the acknowledgement that it was written with, not for a later one.
    const hasNote = this.note !== undefined && (isExact || states.some(({ time }) => time === this.note?.time))
    const note = hasNote && this.note && this.note.time >= start.time ? this.note.text : undefined
    return {
      acknowledgedAt: start.time,
      ...(note === undefined ? {} : { note }),
      ...(former === 'normal' || former === 'acknowledged' ? {} : { formerSeverity: former }),
    }
  }

  /** The newest states for which a condition holds, and whether the state before them is known. */
  private stretch(holds: (severity: Severity) => boolean) {
    const end = this.states.findIndex((state) => !holds(severityOfState(state) as Severity))
    const states = end < 0 ? this.states : this.states.slice(0, end)
    return { states, isExact: end >= 0 || this.isComplete }
  }

  private setStates(states: readonly RecordedState[]): void {
    const sorted = [...states].sort((a, b) => b.time - a.time)
    const normal = sorted.findIndex((state) => severityOfState(state) === 'normal')
    const needed = normal < 0 ? sorted : sorted.slice(0, normal + 1)
    if (needed.length > MAX_STATES) this.isComplete = false
    this.states = needed.slice(0, MAX_STATES)
  }
}

/** The alarm of a component in the details: since when, why, and who acknowledged it with which note. */

import type { Alarm } from '../data/alarms'
import { h } from './dom'
import { formatAge, formatTime } from './format'

export interface AlarmCardOptions {
  readonly obstacle: (alarm: Alarm) => string | undefined
  /** The user wants to acknowledge an alarm. */
  readonly onAcknowledge: (alarm: Alarm) => void
}

/** Describe an alarm in one line, such as `critical for 5 min`. */
export function describeState({ severity, status, since, isSinceExact, formerSeverity }: Alarm, now: number): string {
  const state = status === 'SNOOZE_DISABLED' ? 'snoozed' : severity
  const former = formerSeverity ? `, was ${formerSeverity}` : ''
  return `${state}${former}, for ${isSinceExact ? '' : 'more than '}${formatAge(now - since)}`
}

/** Fill an element with an alarm; without an alarm it is empty. */
export function fillAlarmCard(element: HTMLElement, alarm: Alarm | undefined, now: number, options: AlarmCardOptions): void {
  if (!alarm) return element.replaceChildren()
  const { severity, since, message, note, acknowledgedAt } = alarm
  const state = h('p', { title: `since ${formatTime(since)}` })
  state.append(h('span', { class: 'badge', 'data-severity': severity }, describeState(alarm, now)))
  const lines: HTMLElement[] = [state]
  if (message) lines.push(h('p', {}, message))
  if (acknowledgedAt !== undefined) {
    const text = `Acknowledged ${formatTime(acknowledgedAt)}${note ? ': ' : ''}`
    lines.push(h('p', { class: 'muted' }, text, ...(note ? [h('q', {}, note)] : [])))
  } else lines.push(createAcknowledgeButton(alarm, options))
  element.replaceChildren(...lines)
}

/** A button that acknowledges an alarm, or that says why this is not possible. */
export function createAcknowledgeButton(alarm: Alarm, { obstacle, onAcknowledge }: AlarmCardOptions): HTMLElement {
  const reason = obstacle(alarm)
  // A button that is disabled gets no focus, so that its reason would reach no keyboard user.
  const attributes = { type: 'button', class: 'acknowledge', 'aria-disabled': reason ? 'true' : undefined, title: reason }
  const button = h('button', attributes, 'Acknowledge')
  button.addEventListener('click', () => {
    if (!reason) onAcknowledge(alarm)
  })
  return reason ? h('span', { class: 'cannot-acknowledge' }, button, h('span', { class: 'muted' }, reason)) : button
}

/** The alarms in the header: how many there are of each severity, or that this is not known. */

import type { Alarms } from '../data/alarms'
import type { Severity } from '../data/severity'
import { h, setAttribute } from './dom'

export interface AlarmSummaryOptions {
  /** The user asks for the next entity with an alarm of a severity. */
  readonly onAlarm: (severity: Severity) => void
  /** The user opens or closes the list of alarms. */
  readonly onList: () => void
}

export class AlarmSummary {
  readonly element: HTMLElement
  private readonly status = h('span', { class: 'alarms', role: 'status', 'aria-label': 'Alarms' })
  private readonly list = h('button', { type: 'button', class: 'alarm-list-button', 'aria-expanded': 'false' }, 'Alarm list')
  private shown = ''

  constructor(private readonly options: AlarmSummaryOptions) {
    this.list.addEventListener('click', () => options.onList())
    this.element = h('span', { class: 'alarm-summary' }, this.status, this.list)
  }

  setListOpen(isOpen: boolean): void {
    setAttribute(this.list, 'aria-expanded', String(isOpen))
  }

  show(alarms: Alarms): void {
    const counts = new Map<Severity, number>()
    for (const { severity } of alarms.list) counts.set(severity, (counts.get(severity) ?? 0) + 1)
    const hasAlarms = alarms.state === 'unknown' || alarms.entityCount > 0
    this.element.hidden = !hasAlarms
    // The status is read out when it changes.
    const content = JSON.stringify([[...counts], alarms.state, alarms.withoutState, alarms.error])
    if (content === this.shown) return
    this.shown = content
    const badges = (['critical', 'warning', 'acknowledged'] as const)
      .filter((severity) => counts.has(severity))
      .map((severity) => this.createBadge(severity, counts.get(severity) ?? 0))
    this.status.replaceChildren(...badges, ...describe(alarms, badges.length > 0))
  }

  private createBadge(severity: Severity, count: number): HTMLElement {
    const title = `Go to the next ${severity} alarm`
    const badge = h('button', { type: 'button', class: 'badge', 'data-severity': severity, title }, `${count} ${severity}`)
    badge.addEventListener('click', () => this.options.onAlarm(severity))
    return badge
  }
}

/** What is not known, or that there is no alarm. */
function describe({ state, error, withoutState, entityCount }: Alarms, hasAlarms: boolean): HTMLElement[] {
  if (state === 'unknown') {
    return error
      ? [h('span', { class: 'problem', title: error }, 'alarms unknown')]
      : [h('span', { class: 'muted' }, 'alarms not known yet')]
  }
  const title = withoutState > 0 ? `${withoutState} of ${entityCount} alarms have no state yet` : undefined
  const missing = withoutState > 0 ? [h('span', { class: 'muted', title }, `${withoutState} without state`)] : []
  const clear = hasAlarms || withoutState >= entityCount ? [] : [h('span', { class: 'all-clear' }, 'no alarms')]
  const stale = error ? [h('span', { class: 'problem', title: error }, 'alarms not up to date')] : []
  return [...clear, ...missing, ...stale]
}

/** The list of the alarms that are not normal: sorted, filtered, acknowledged. Loaded when it is opened. */

import { type AlarmColumn, type AlarmFilter, type AlarmOrder, DEFAULT_ORDER, filterAlarms, sortAlarms } from '../data/alarm_order'
import type { Alarm, Alarms } from '../data/alarms'
import { clock } from '../data/clock'
import { type AlarmCardOptions, createAcknowledgeButton } from './alarm_card'
import { h, setAttribute, setText } from './dom'
import { formatAge, formatTime } from './format'

export interface AlarmListOptions extends AlarmCardOptions {
  /** The name of an entity. */
  readonly nameOf: (entityId: string) => string
  readonly onSelect: (entityId: string) => void
  readonly onWall: () => void
  readonly onClose: () => void
}

/** More rows would slow down the page, and a user filters rather than reads them. */
const MAX_ROWS = 200
const COLUMNS: readonly (readonly [AlarmColumn, string])[] = [
  ['severity', 'Severity'],
  ['machine', 'Machine'],
  ['message', 'Message'],
  ['since', 'Since'],
]
const SEVERITY_CHOICES: readonly (readonly [AlarmFilter['severity'], string])[] = [
  ['all', 'All'],
  ['active', 'Not acknowledged'],
  ['critical', 'Critical'],
  ['warning', 'Warning'],
  ['acknowledged', 'Acknowledged'],
]

interface Row {
  readonly element: HTMLTableRowElement
  readonly age: HTMLElement
  /** The alarm and what is shown beside it, as JSON. */
  readonly content: string
  readonly alarm: Alarm
}

export class AlarmList {
  readonly element: HTMLElement
  private readonly search = h('input', { type: 'search', placeholder: 'Filter', 'aria-label': 'Filter alarms' })
  private readonly severity = h('select', { 'aria-label': 'Severity' })
  private readonly status = h('p', { class: 'muted alarm-list-status', role: 'status' })
  private readonly headers = new Map<AlarmColumn, HTMLElement>()
  private readonly body = h('tbody')
  private rows = new Map<string, Row>()
  private order: AlarmOrder = DEFAULT_ORDER
  private alarms: Alarms | undefined

  constructor(private readonly options: AlarmListOptions) {
    for (const [value, label] of SEVERITY_CHOICES) this.severity.append(h('option', { value }, label))
    this.search.addEventListener('input', () => this.draw())
    this.severity.addEventListener('change', () => this.draw())
    const close = h('button', { type: 'button', class: 'remove', 'aria-label': 'Close the alarm list' }, '×')
    close.addEventListener('click', () => options.onClose())
    const wall = h('button', { type: 'button', title: 'Large type, one alarm after the other' }, 'Wall view')
    wall.addEventListener('click', () => options.onWall())
    const tools = h('div', { class: 'alarm-list-tools' }, h('h2', {}, 'Alarms'), this.search, this.severity, wall, close)
    const head = h('tr')
    for (const [column, label] of COLUMNS) head.append(this.createHeader(column, label))
    head.append(h('td'))
    const table = h('table', {}, h('caption', { class: 'visually-hidden' }, 'Alarms'), h('thead', {}, head), this.body)
    this.element = h('section', { class: 'alarm-list', 'aria-label': 'Alarm list' }, tools, this.status, table)
    this.element.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape' || this.search.value) return
      event.stopPropagation()
      options.onClose()
    })
  }

  /** Show alarms; called again when they or the names of entities change. */
  show(alarms: Alarms): void {
    this.alarms = alarms
    this.draw()
  }

  /** Update the ages. */
  tick(now: number): void {
    for (const { age, alarm } of this.rows.values()) setText(age, describeAge(alarm, now))
  }

  focus(): void {
    this.search.focus()
  }

  private createHeader(column: AlarmColumn, label: string): HTMLElement {
    const button = h('button', { type: 'button' }, label)
    button.addEventListener('click', () => {
      // Texts begin with A; of severities and times, the worst and the newest are first.
      const isFirstDescending = column === 'severity' || column === 'since'
      const isSame = this.order.column === column
      this.order = { column, isDescending: isSame ? !this.order.isDescending : isFirstDescending }
      this.draw()
    })
    const header = h('th', { scope: 'col' }, button)
    this.headers.set(column, header)
    return header
  }

  private draw(): void {
    if (!this.alarms) return
    const { nameOf } = this.options
    for (const [column, header] of this.headers) {
      const direction = this.order.isDescending ? 'descending' : 'ascending'
      setAttribute(header, 'aria-sort', column === this.order.column ? direction : undefined)
    }
    const filter = { text: this.search.value, severity: this.severity.value as AlarmFilter['severity'] }
    const matches = sortAlarms(filterAlarms(this.alarms.list, filter, nameOf), this.order, nameOf)
    const former = this.rows
    this.rows = new Map(matches.slice(0, MAX_ROWS).map((alarm) => [alarm.id, this.rowOf(alarm, former)]))
    const elements = [...this.rows.values()].map(({ element }) => element)
    // Rows that stay in place keep the focus.
    if (elements.some((element, index) => this.body.children[index] !== element) || elements.length !== this.body.children.length) {
      this.body.replaceChildren(...elements)
    }
    setText(this.status, describeList(this.alarms, matches.length))
  }

  private rowOf(alarm: Alarm, former: ReadonlyMap<string, Row>): Row {
    const { nameOf, obstacle } = this.options
    const name = nameOf(alarm.entityId)
    const content = JSON.stringify([alarm, name, obstacle(alarm)])
    const existing = former.get(alarm.id)
    if (existing?.content === content) return existing
    const { severity, status, formerSeverity, message, note, acknowledgedAt, entityId, since } = alarm
    const state = h('span', { class: 'badge', 'data-severity': severity }, status === 'SNOOZE_DISABLED' ? 'snoozed' : severity)
    const machine = h('button', { type: 'button', class: 'link', title: entityId }, name)
    machine.addEventListener('click', () => this.options.onSelect(entityId))
    const age = h('span', {}, describeAge(alarm, clock.now()))
    const action =
      acknowledgedAt === undefined
        ? createAcknowledgeButton(alarm, this.options)
        : h('span', { class: 'muted' }, `acknowledged ${formatTime(acknowledgedAt)}`)
    const element = h(
      'tr',
      { 'data-alarm': entityId },
      h('td', {}, state, ...(formerSeverity ? [h('span', { class: 'muted' }, ` was ${formerSeverity}`)] : [])),
      h('th', { scope: 'row' }, machine),
      h('td', {}, message ?? '', ...(note ? [h('p', { class: 'note' }, h('q', {}, note))] : [])),
      h('td', { title: formatTime(since) }, age),
      h('td', {}, action),
    )
    return { element, age, content, alarm }
  }
}

function describeAge({ since, isSinceExact }: Alarm, now: number): string {
  return `${isSinceExact ? '' : 'more than '}${formatAge(now - since)}`
}

function describeList({ state, list, withoutState, error }: Alarms, shown: number): string {
  if (state === 'unknown') return error ? `Alarms unknown: ${error}` : 'Reading alarms …'
  const parts = [list.length === 0 ? 'No alarms.' : `${shown} of ${list.length} alarms.`]
  if (shown > MAX_ROWS) parts.push(`The first ${MAX_ROWS} are shown; filter to see others.`)
  if (withoutState > 0) parts.push(`${withoutState} alarms have no state yet.`)
  if (error) parts.push(`Not up to date: ${error}; trying again.`)
  return parts.join(' ')
}

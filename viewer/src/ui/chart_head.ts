/** The tools above the charts: time range and zone, pin, and what can be saved; and the state of reading. */

import { clock } from '../data/clock'
import { bounds, type Calendar, DEFAULT_CALENDAR, DEFAULT_RANGE, formatRange, isLive, parseRange, RANGES, type Range, zoomOut } from '../data/range'
import type { Series } from '../data/series'
import { h, setText } from './dom'
import { formatPeriod, zoneNames } from './format'

export interface HeadOptions {
  readonly onRange: (range: Range) => void
  readonly onZone: (zone: Calendar['zone']) => void
  readonly onPin: (isPinned: boolean) => void
  readonly onSave: (form: 'csv' | 'png') => void
}

/** The range menu: names by the form of a range in links. */
const NAMES: Readonly<Record<string, string>> = {
  ...Object.fromEntries(RANGES.map((name) => [name, `Last ${name}`])),
  today: 'Today',
  yesterday: 'Yesterday',
  shift: 'This shift',
  lastshift: 'Last shift',
}
const CHOOSE = 'choose'

export class ChartHead {
  readonly element: HTMLElement
  private readonly select = h('select', { 'aria-label': 'Range' })
  private readonly live: HTMLButtonElement
  private readonly pin: HTMLButtonElement
  private readonly zone: HTMLButtonElement
  private readonly period = h('span', { class: 'period' })
  private readonly status = h('span', { class: 'muted', role: 'status' })
  private range: Range = DEFAULT_RANGE
  /** The range that `Back to live` returns to. */
  private lastLiveRange: Range = DEFAULT_RANGE
  private calendar: Calendar = DEFAULT_CALENDAR

  constructor(private readonly options: HeadOptions) {
    for (const [value, name] of Object.entries(NAMES)) this.select.append(h('option', { value }, name))
    this.select.append(h('option', { value: CHOOSE }, 'From … to …'))
    this.select.addEventListener('change', () => this.chooseRange())
    this.live = button('Back to live', () => options.onRange(this.lastLiveRange), { class: 'live' })
    this.pin = button('Pin', () => options.onPin(this.pin.getAttribute('aria-pressed') !== 'true'), {
      class: 'pin',
      'aria-pressed': 'false',
      title: 'Keep these series while other entities are selected',
    })
    this.zone = button('', () => options.onZone(this.calendar.zone === 'utc' ? 'local' : 'utc'), { class: 'zone', 'aria-pressed': 'false' })
    this.element = h(
      'div',
      { class: 'chart-tools' },
      this.select,
      button('Zoom out', () => options.onRange(zoomOut(this.range, clock.now(), this.calendar))),
      this.live,
      this.period,
      this.zone,
      this.pin,
      h(
        'span',
        { class: 'save-tools', role: 'group', 'aria-label': 'Save and print' },
        button('CSV', () => options.onSave('csv'), { 'aria-label': 'Save the values as CSV' }),
        button('PNG', () => options.onSave('png'), { 'aria-label': 'Save the charts as a PNG picture' }),
        button('Print', () => print()),
      ),
      this.status,
    )
  }

  /** The times of the range as text. */
  get times(): string {
    return `${this.period.textContent} ${this.zone.textContent}`
  }

  setRange(range: Range, calendar: Calendar): void {
    this.range = range
    this.calendar = calendar
    if (isLive(range)) this.lastLiveRange = range
    const name = formatRange(range)
    this.select.querySelector('[data-custom]')?.remove()
    if (!(name in NAMES)) {
      const label = 'last' in range ? `Last ${name}` : 'Zoomed'
      this.select.prepend(h('option', { value: name, 'data-custom': true }, label))
    }
    this.select.value = name
    this.live.hidden = isLive(range)
  }

  /** Show start and end of the range. */
  showTimes(from: number, to: number): void {
    setText(this.period, formatPeriod(from, to))
    setText(this.zone, zoneNames(from, to))
    const isUtc = this.calendar.zone === 'utc'
    this.zone.setAttribute('aria-pressed', String(isUtc))
    this.zone.setAttribute('aria-label', `Time zone ${zoneNames(from, to)}; show times in UTC`)
    this.zone.title = isUtc ? 'Show times in the zone of the browser' : 'Show times in UTC'
  }

  setPinned(isPinned: boolean): void {
    this.pin.setAttribute('aria-pressed', String(isPinned))
    setText(this.pin, isPinned ? 'Pinned' : 'Pin')
  }

  showStatus(series: readonly Series[]): void {
    const errors = new Set(series.map(({ error }) => error).filter((error) => error !== undefined))
    const messages: string[] = []
    for (const error of errors) messages.push(`Reading failed: ${error}; trying again.`)
    if (errors.size === 0 && series.some(({ isComplete }) => !isComplete)) messages.push('Reading …')
    if (series.length > 0 && errors.size === 0 && series.every(({ isComplete }) => isComplete)) {
      const isEmpty = series.every(({ points, before }) => points.length === 0 && !before)
      if (isEmpty) messages.push('No values in this time range.')
    }
    if (series.some(({ isSampled }) => isSampled)) {
      messages.push('Many values: lines join samples, bands are the lowest and highest value at each. Zoom in to read all.')
    }
    setText(this.status, messages.join(' '))
  }

  private chooseRange(): void {
    if (this.select.value !== CHOOSE) {
      const range = parseRange(this.select.value)
      if (range) this.options.onRange(range)
      return
    }
    this.select.value = formatRange(this.range)
    void this.openPicker()
  }

  /** Let the user choose start and end. The code for it is loaded when it is used. */
  private async openPicker(): Promise<void> {
    const { openTimePicker } = await import('./time_picker')
    const { zone } = this.calendar
    openTimePicker({ ...bounds(this.range, clock.now(), this.calendar), zone, parent: this.element, onRange: this.options.onRange })
  }
}

function button(text: string, onClick: () => void, attributes: Record<string, string> = {}): HTMLButtonElement {
  const element = h('button', { type: 'button', ...attributes }, text)
  element.addEventListener('click', onClick)
  return element
}

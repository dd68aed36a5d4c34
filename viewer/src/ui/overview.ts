/** The overview of an entity with children: a table of them by value, with alarms, sum and rank. */

import './overview.css'

import type { Api } from '../api/api'
import type { Binding, Feed, Reading } from '../data/feed'
import { findQuantities, type OverviewNode, type Quantity, type Row, summarise } from '../data/overview'
import type { Severity } from '../data/severity'
import { h, setText } from './dom'
import { formatUnit, formatValue } from './format'

export interface OverviewOptions {
  readonly api: Api
  readonly feed: Feed
  readonly workspaceId: string
  readonly onSelect: (entityId: string) => void
  /** The worst alarm of an entity and of what is below it, and how many there are; undefined without one. */
  readonly alarmOf: (entityId: string) => { readonly severity: Severity; readonly count: number } | undefined
}

/** Values arrive one by one, and are drawn together. */
const DRAW_DELAY_MS = 200
const MEAN_DIGITS = 4
const COLUMNS = ['Rank', 'Name', 'Alarms', 'Value', 'Share'] as const

export class Overview {
  readonly element = h('section', { class: 'overview', 'aria-label': 'Overview of the children', hidden: true })
  private readonly select = h('select', { 'aria-label': 'Quantity' })
  private readonly status = h('p', { class: 'muted' })
  private readonly body = h('tbody')
  private readonly foot = h('tfoot')
  private readonly table: HTMLElement
  /** Whether finding out what the children measure failed. */
  hasFailed = false
  private parent: OverviewNode | undefined
  private quantities: readonly Quantity[] = []
  private quantity: Quantity | undefined
  private readings = new Map<string, Reading>()
  private unsubscribes: (() => void)[] = []
  private timer: ReturnType<typeof setTimeout> | undefined

  constructor(private readonly options: OverviewOptions) {
    this.select.addEventListener('change', () => this.choose(this.quantities[this.select.selectedIndex]))
    this.table = h(
      'table',
      {},
      h('caption', { class: 'visually-hidden' }, 'Children by value, the highest first'),
      h('thead', {}, h('tr', {}, ...COLUMNS.map((name) => h('th', { scope: 'col' }, name)))),
      this.body,
      this.foot,
    )
    this.element.append(h('h3', {}, 'Overview'), this.select, this.status, this.table)
  }

  /** Show the children of an entity; nothing for one without children. */
  async show(parent: OverviewNode | undefined): Promise<void> {
    this.clear()
    const shown = parent && parent.children.length > 0 ? parent : undefined
    this.parent = shown
    this.element.hidden = !shown
    if (!shown) return
    this.showQuantities([], `Looking for what ${shown.children.length} children measure …`)
    try {
      const quantities = await findQuantities(this.options.api, this.options.workspaceId, shown)
      if (this.parent === shown) this.showQuantities(quantities, '')
    } catch (error) {
      if (this.parent !== shown) return
      this.hasFailed = true
      this.showQuantities([], `Reading failed: ${error instanceof Error ? error.message : String(error)}`)
    }
  }

  /** Alarms changed: show them. */
  updateAlarms(): void {
    if (this.parent) this.draw()
  }

  private showQuantities(quantities: readonly Quantity[], status: string): void {
    this.quantities = quantities
    this.select.replaceChildren(...quantities.map((quantity) => h('option', {}, nameOf(quantity))))
    this.select.hidden = quantities.length === 0
    setText(this.status, status)
    this.choose(quantities[0])
  }

  private choose(quantity: Quantity | undefined): void {
    this.stopReading()
    this.quantity = quantity
    for (const binding of [...(quantity?.sources.values() ?? [])].flat()) {
      const key = keyOf(binding)
      this.unsubscribes.push(
        this.options.feed.subscribe(binding, (reading) => {
          this.readings.set(key, reading)
          this.schedule()
        }),
      )
    }
    this.draw()
  }

  private schedule(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined
      this.draw()
    }, DRAW_DELAY_MS)
  }

  private draw(): void {
    const { parent, quantity } = this
    if (!parent) return
    const unit = quantity ? formatUnit(quantity.unit) : ''
    const children = parent.children
    const { rows, sum, mean, known, total } = quantity
      ? summarise(quantity, children, (binding) => this.readings.get(keyOf(binding)) ?? {})
      : { rows: children.map(({ id, name }): Row => ({ id, name, isStale: false })), known: 0, total: 0 }
    // A sum without some of the children must not look like one of all.
    const part = known < total ? ` of ${known} of ${total}` : ''
    const focused = (this.body.contains(document.activeElement) && document.activeElement?.getAttribute('data-entity')) || undefined
    this.body.replaceChildren(...rows.map((row) => this.createRow(row, unit)))
    if (focused !== undefined) this.body.querySelector<HTMLElement>(`[data-entity="${CSS.escape(focused)}"]`)?.focus()
    this.foot.replaceChildren(
      ...(sum === undefined ? [] : [createTotal(`Sum${part}`, sum, unit)]),
      ...(mean === undefined ? [] : [createTotal(`Mean${part}`, Number(mean.toPrecision(MEAN_DIGITS)), unit)]),
    )
  }

  private createRow({ id, name, value, rank, share, isStale, isPartial, error }: Row, unit: string): HTMLElement {
    const button = h('button', { type: 'button', class: 'link', 'data-entity': id }, name)
    button.addEventListener('click', () => this.options.onSelect(id))
    const alarm = this.options.alarmOf(id)
    const badge = alarm
      ? [h('span', { class: 'badge', 'data-severity': alarm.severity }, `${alarm.count} ${alarm.severity}`)]
      : []
    const state = error !== undefined ? 'failed' : isStale ? 'stale' : isPartial ? 'partial' : 'fresh'
    const text = value === undefined ? '–' : `${formatValue(value)}${unit && ` ${unit}`}`
    const meter = share === undefined ? [] : [createMeter(share)]
    return h(
      'tr',
      { 'data-state': state, title: error },
      h('td', {}, rank === undefined ? '' : String(rank)),
      h('th', { scope: 'row' }, button),
      h('td', {}, ...badge),
      h('td', { class: 'value' }, text, ...(state === 'fresh' ? [] : [h('span', { class: 'age' }, ` ${state}`)])),
      h('td', {}, ...meter),
    )
  }

  private clear(): void {
    this.stopReading()
    this.parent = undefined
    this.quantity = undefined
    this.body.replaceChildren()
    this.foot.replaceChildren()
  }

  private stopReading(): void {
    for (const unsubscribe of this.unsubscribes) unsubscribe()
    this.unsubscribes = []
    this.readings = new Map()
    clearTimeout(this.timer)
    this.timer = undefined
  }
}

function createTotal(name: string, value: number, unit: string): HTMLElement {
  const text = `${formatValue(value)}${unit && ` ${unit}`}`
  return h('tr', {}, h('td'), h('th', { scope: 'row' }, name), h('td'), h('td', { class: 'value' }, text), h('td'))
}

function createMeter(share: number): HTMLElement {
  const bar = h('span', { class: 'share-bar', 'aria-hidden': 'true' })
  bar.style.width = `${share * 100}%`
  return h('span', { class: 'share' }, bar, h('span', {}, `${Math.round(share * 100)} %`))
}

function nameOf({ name, unit }: Quantity): string {
  const text = formatUnit(unit)
  return `${name}${text && ` (${text})`}`
}

function keyOf({ entityId, componentName, propertyName }: Binding): string {
  return [entityId, componentName, propertyName].join('\n')
}

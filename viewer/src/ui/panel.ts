/** The properties of the selected entity: value, unit, age and error of each. */

import { type Api, type Component, type Entity, ownOrigins, type Property } from '../api/api'
import { externalUrl } from '../api/external_url'
import { clock } from '../data/clock'
import type { Feed, Reading } from '../data/feed'
import { severityOfState } from '../data/alarm_state'
import { ALARM_STATUS, isAlarmState } from '../data/alarm_type'
import { severityOf } from '../data/severity'
import { scalarValue } from '../data/values'
import { formatKey, type PropertyKey } from '../state/link'
import { h, setAttribute, setText } from './dom'
import { formatAge, formatTime, formatUnit, formatValue } from './format'

const CHARTABLE_TYPES = new Set(['DOUBLE', 'INTEGER', 'LONG', 'BOOLEAN', 'STRING'])

export interface PanelOptions {
  readonly api: Api
  readonly feed: Feed
  readonly workspaceId: string
  readonly staleAfterMs: number
  /** The user adds a property to the charts, or removes it. */
  readonly onChart: (key: PropertyKey, isCharted: boolean) => void
  /** An entity is read, with the time series that it has. */
  readonly onEntity: (entity: Entity, series: readonly PropertyKey[]) => void
  /** An element with the alarm of a component; undefined if it is no alarm. */
  readonly alarmCard: (entity: Entity, componentName: string, component: Component) => HTMLElement | undefined
}

interface Row {
  readonly key: PropertyKey
  readonly element: HTMLElement
  readonly value: HTMLElement
  readonly age: HTMLElement
  readonly checkbox: HTMLInputElement | undefined
  readonly isTimeSeries: boolean
  /** Whether the value is the state of an alarm, which has a severity. */
  readonly isAlarmState: boolean
  reading: Reading
}

export class Panel {
  readonly element: HTMLElement
  private readonly body: HTMLElement
  private rows: Row[] = []
  private unsubscribes: (() => void)[] = []
  private entityId: string | undefined
  private charted = new Set<string>()
  private link: string | undefined
  private source: { readonly api: Api; readonly feed: Feed }

  constructor(private readonly options: PanelOptions) {
    this.source = options
    this.body = h('div', { class: 'panel-body' })
    this.element = h('section', { class: 'panel', 'aria-label': 'Selected entity', tabindex: -1 }, this.body)
    this.clear()
  }

  /** Show the link of the selected tag; undefined removes it. */
  setLink(link: string | undefined): void {
    this.link = link
    this.body.querySelector('.nav-link')?.remove()
    const element = createLink(link, ownOrigins(this.source.api))
    if (element) this.body.querySelector('header')?.append(element)
  }

  /** Show entities of another twin from now on. */
  setSource(source: { readonly api: Api; readonly feed: Feed }): void {
    this.source = source
    this.entityId = undefined
    this.clear()
  }

  /** Show a text in place of an entity. */
  showText(text: string): void {
    this.entityId = undefined
    this.clear()
    this.body.replaceChildren(h('p', { class: 'muted' }, text))
  }

  async show(entityId: string | undefined): Promise<void> {
    if (entityId === this.entityId) return
    this.entityId = entityId
    this.clear()
    if (entityId === undefined) return
    this.body.replaceChildren(h('p', { class: 'muted' }, `Reading ${entityId} …`))
    try {
      const entity = await this.source.api.entity(this.options.workspaceId, entityId)
      if (this.entityId === entityId) this.fill(entity)
    } catch (error) {
      if (this.entityId !== entityId) return
      const message = error instanceof Error ? error.message : String(error)
      const retry = h('button', { type: 'button' }, 'Try again')
      retry.addEventListener('click', () => {
        this.entityId = undefined
        void this.show(entityId)
      })
      this.body.replaceChildren(h('p', { class: 'problem', role: 'alert' }, `${entityId}: ${message} `, retry))
    }
  }

  /** Read the entity again if reading it failed. */
  retry(): void {
    this.body.querySelector<HTMLButtonElement>('.problem button')?.click()
  }

  setCharted(keys: readonly PropertyKey[]): void {
    this.charted = new Set(keys.map(formatKey))
    for (const row of this.rows) if (row.checkbox) row.checkbox.checked = this.charted.has(formatKey(row.key))
  }

  /** Update the ages of values. */
  tick(now: number): void {
    for (const row of this.rows) this.showAge(row, now)
  }

  private clear(): void {
    for (const unsubscribe of this.unsubscribes) unsubscribe()
    this.unsubscribes = []
    this.rows = []
    this.body.replaceChildren(h('p', { class: 'muted' }, 'Select an entity in the tree or in the scene.'))
  }

  private fill(entity: Entity): void {
    const header = h('header', {}, h('h2', {}, entity.entityName))
    if (entity.description) header.append(h('p', {}, entity.description))
    header.append(technicalIds(entity))
    this.body.replaceChildren(header)
    this.setLink(this.link)
    const series: PropertyKey[] = []
    for (const [name, component] of Object.entries(entity.components ?? {})) {
      this.body.append(this.addSection(entity, name, component, series))
    }
    if (!this.body.querySelector('section')) this.body.append(h('p', { class: 'muted' }, 'This entity has no components.'))
    this.options.onEntity(entity, series)
    this.setCharted(this.rows.map((row) => row.key).filter((key) => this.charted.has(formatKey(key))))
  }

  private addSection(entity: Entity, name: string, component: Component, series: PropertyKey[]): HTMLElement {
    const table = h('table', {}, h('caption', { class: 'visually-hidden' }, `Properties of ${name}`))
    for (const [propertyName, property] of timeSeriesFirst(component)) {
      const key = { entityId: entity.entityId, componentName: name, propertyName }
      const row = this.createRow(key, property)
      this.rows.push(row)
      table.append(row.element)
      if (row.checkbox) series.push(key)
      this.bindRow(row, property)
    }
    const section = h('section', { 'aria-label': name }, h('h3', { title: component.componentTypeId }, name))
    const problem = component.status?.error?.message
    if (problem) section.append(h('p', { class: 'problem' }, problem))
    const alarm = this.options.alarmCard(entity, name, component)
    if (alarm) section.append(alarm)
    section.append(table)
    return section
  }

  private createRow(key: PropertyKey, property: Property): Row {
    const definition = property.definition ?? {}
    const isTimeSeries = definition.isTimeSeries === true
    const isChartable = isTimeSeries && CHARTABLE_TYPES.has(definition.dataType?.type ?? '')
    const label = definition.displayName ?? key.propertyName
    const checkbox = isChartable
      ? h('input', { type: 'checkbox', 'aria-label': `Chart ${label}`, title: 'Show in the charts' })
      : undefined
    checkbox?.addEventListener('change', () => this.options.onChart(key, checkbox.checked))
    const value = h('output', { class: 'value' })
    const age = h('span', { class: 'age muted' })
    const unit = formatUnit(definition.dataType?.unitOfMeasure)
    const element = h(
      'tr',
      { 'data-property': formatKey(key) },
      h('td', {}, ...(checkbox ? [checkbox] : [])),
      h('th', { scope: 'row' }, label),
      h('td', {}, value, ...(unit ? [h('span', { class: 'unit muted' }, ` ${unit}`)] : [])),
      h('td', {}, age),
    )
    return {
      key,
      element,
      value,
      age,
      checkbox,
      isTimeSeries,
      isAlarmState: isAlarmState(key.propertyName, property.definition),
      reading: {},
    }
  }

  private bindRow(row: Row, property: Property): void {
    const definition = property.definition ?? {}
    const isStoredInEntity = !definition.isTimeSeries && !definition.isStoredExternally
    if (isStoredInEntity) {
      const value = scalarValue(property.value ?? definition.defaultValue)
      this.showReading(row, value === undefined ? {} : { value })
      return
    }
    const binding = { ...row.key, ...(definition.isTimeSeries ? {} : { isStaticData: true }) }
    this.unsubscribes.push(this.source.feed.subscribe(binding, (reading) => this.showReading(row, reading)))
  }

  private showReading(row: Row, reading: Reading): void {
    row.reading = reading
    setText(row.value, reading.isPending ? '…' : formatValue(reading.value))
    if (row.isAlarmState) this.showSeverity(row.key.componentName)
    this.showAge(row, clock.now())
  }

  /** Mark the states of an alarm by its one severity: `ACTIVE` alone does not tell a warning from a critical alarm. */
  private showSeverity(componentName: string): void {
    const states = this.rows.filter(({ key, isAlarmState }) => isAlarmState && key.componentName === componentName)
    const valueOf = (isStatus: boolean) => states.find(({ key }) => (key.propertyName === ALARM_STATUS) === isStatus)?.reading.value
    const [status, level] = [valueOf(true), valueOf(false)].map((value) => (typeof value === 'string' ? value : undefined))
    const severity = severityOfState({ time: 0, ...(status === undefined ? {} : { status }), ...(level === undefined ? {} : { level }) })
    for (const { value, reading } of states) {
      setAttribute(value, 'data-severity', severityOf(reading.value) && severity)
    }
  }

  private showAge(row: Row, now: number): void {
    const { time, error, value } = row.reading
    const age = time === undefined ? undefined : now - time
    // A state lasts until the next one, so that it is never stale.
    const isState = row.value.hasAttribute('data-severity') || typeof value === 'string'
    const isStale = row.isTimeSeries && age !== undefined && age > this.options.staleAfterMs && !isState
    const ageText = age === undefined ? '' : `${formatAge(age)} ago`
    setAttribute(row.element, 'data-state', error === undefined ? (isStale ? 'stale' : 'fresh') : 'failed')
    setText(row.age, error === undefined ? (isStale ? `stale, ${ageText}` : ageText) : `failed${ageText && `, ${ageText}`}`)
    const timeText = time === undefined ? undefined : formatTime(time)
    setAttribute(row.age, 'title', [timeText, error].filter(Boolean).join('\n') || undefined)
  }
}

function timeSeriesFirst(component: Component): [string, Property][] {
  const properties = Object.entries(component.properties ?? {})
  const isTimeSeries = ([, property]: [string, Property]) => property.definition?.isTimeSeries === true
  return [...properties.filter(isTimeSeries), ...properties.filter((entry) => !isTimeSeries(entry))]
}

/** The ids of an entity and of the types of its components, folded: operators need them for a report only. */
function technicalIds({ entityId, components }: Entity): HTMLElement {
  const list = h('dl', {}, h('dt', {}, 'Entity'), h('dd', {}, h('code', {}, entityId)))
  for (const [name, { componentTypeId }] of Object.entries(components ?? {})) {
    if (componentTypeId) list.append(h('dt', {}, name), h('dd', {}, h('code', {}, componentTypeId)))
  }
  return h('details', { class: 'technical-ids' }, h('summary', {}, 'Technical ids'), list)
}

function createLink(link: string | undefined, origins: readonly string[]): HTMLElement | undefined {
  const url = link && externalUrl(link, origins)
  if (!url) return undefined
  return h('p', { class: 'nav-link' }, h('a', { href: url.href, target: '_blank', rel: 'noopener noreferrer' }, link))
}

/** Properties of the selected entity, with what is known of each: value, unit, age, and what is wrong. */

import { type Api, type Component, type Entity, type Property } from '../api/api'
import type { Feed, Reading } from '../data/feed'
import { isAlarmStatus, severityOf } from '../data/severity'
import { plain } from '../data/values'
import { formatKey, type PropertyKey } from '../state/link'
import { h, setAttribute, setText } from './dom'
import { formatAge, formatTime, formatUnit, formatValue } from './format'

const CHARTABLE = new Set(['DOUBLE', 'INTEGER', 'LONG', 'BOOLEAN', 'STRING'])

export interface PanelOptions {
  readonly api: Api
  readonly feed: Feed
  readonly workspaceId: string
  readonly staleAfterMs: number
  /** Somebody wants a property in the charts, or out of them. */
  readonly onChart: (key: PropertyKey, isWanted: boolean) => void
  /** The time series of the entity that is shown are known. */
  readonly onEntity: (entity: Entity, series: readonly PropertyKey[]) => void
}

interface Row {
  readonly key: PropertyKey
  readonly element: HTMLElement
  readonly value: HTMLElement
  readonly age: HTMLElement
  readonly box: HTMLInputElement | undefined
  /** States last until the next one, and what does not change with time has no age. */
  readonly ages: boolean
  reading: Reading
}

export class Panel {
  readonly element: HTMLElement
  private readonly body: HTMLElement
  private rows: Row[] = []
  private leave: (() => void)[] = []
  private shown: string | undefined
  private charted = new Set<string>()
  private link: string | undefined

  constructor(private readonly options: PanelOptions) {
    this.body = h('div', { class: 'panel-body' })
    this.element = h('section', { class: 'panel', 'aria-label': 'Selected entity', tabindex: -1 }, this.body)
    this.clear()
  }

  /** The link of a tag that was selected, or none. */
  setLink(link: string | undefined): void {
    this.link = link
    const found = this.body.querySelector('.nav-link')
    found?.remove()
    const element = linkElement(link)
    if (element) this.body.querySelector('header')?.append(element)
  }

  async show(entityId: string | undefined): Promise<void> {
    if (entityId === this.shown) return
    this.shown = entityId
    this.clear()
    if (entityId === undefined) return
    this.body.replaceChildren(h('p', { class: 'muted' }, `Reading ${entityId} …`))
    try {
      const entity = await this.options.api.entity(this.options.workspaceId, entityId)
      if (this.shown === entityId) this.fill(entity)
    } catch (error) {
      if (this.shown !== entityId) return
      const message = error instanceof Error ? error.message : String(error)
      const again = h('button', { type: 'button' }, 'Try again')
      again.addEventListener('click', () => {
        this.shown = undefined
        void this.show(entityId)
      })
      this.body.replaceChildren(h('p', { class: 'problem', role: 'alert' }, `${entityId}: ${message} `, again))
    }
  }

  /** Reads the entity if it could not be read before. */
  retry(): void {
    const again = this.body.querySelector<HTMLButtonElement>('.problem button')
    again?.click()
  }

  setCharted(keys: readonly PropertyKey[]): void {
    this.charted = new Set(keys.map(formatKey))
    for (const row of this.rows) if (row.box) row.box.checked = this.charted.has(formatKey(row.key))
  }

  /** Writes ages anew, for time goes by. */
  tick(now: number): void {
    for (const row of this.rows) this.mark(row, now)
  }

  private clear(): void {
    for (const leave of this.leave) leave()
    this.leave = []
    this.rows = []
    this.body.replaceChildren(h('p', { class: 'muted' }, 'Select an entity in the tree or in the scene.'))
  }

  private fill(entity: Entity): void {
    const header = h('header', {}, h('h2', {}, entity.entityName), h('code', { class: 'muted' }, entity.entityId))
    if (entity.description) header.append(h('p', {}, entity.description))
    this.body.replaceChildren(header)
    this.setLink(this.link)
    const series: PropertyKey[] = []
    for (const [name, component] of Object.entries(entity.components ?? {})) {
      this.body.append(this.section(entity, name, component, series))
    }
    if (!this.body.querySelector('section')) this.body.append(h('p', { class: 'muted' }, 'It has no components.'))
    this.options.onEntity(entity, series)
    this.setCharted([...this.charted].length > 0 ? this.keysCharted() : [])
  }

  private keysCharted(): PropertyKey[] {
    return this.rows.filter((row) => this.charted.has(formatKey(row.key))).map((row) => row.key)
  }

  private section(entity: Entity, name: string, component: Component, series: PropertyKey[]): HTMLElement {
    const table = h('table', {}, h('caption', { class: 'unseen' }, `Properties of ${name}`))
    for (const [propertyName, property] of ordered(component)) {
      const key = { entityId: entity.entityId, componentName: name, propertyName }
      const row = this.row(key, property)
      this.rows.push(row)
      table.append(row.element)
      if (row.box) series.push(key)
      this.follow(row, property)
    }
    const type = h('span', { class: 'muted' }, component.componentTypeId ?? '')
    const section = h('section', { 'aria-label': name }, h('h3', {}, name, ' ', type))
    const problem = component.status?.error?.message
    if (problem) section.append(h('p', { class: 'problem' }, problem))
    section.append(table)
    return section
  }

  private row(key: PropertyKey, property: Property): Row {
    const definition = property.definition ?? {}
    const isSeries = definition.isTimeSeries === true
    const canChart = isSeries && CHARTABLE.has(definition.dataType?.type ?? '')
    const label = definition.displayName ?? key.propertyName
    const box = canChart
      ? h('input', { type: 'checkbox', 'aria-label': `Chart ${label}`, title: 'Show in the charts' })
      : undefined
    box?.addEventListener('change', () => this.options.onChart(key, box.checked))
    const value = h('output', { class: 'value' })
    const age = h('span', { class: 'age muted' })
    const unit = formatUnit(definition.dataType?.unitOfMeasure)
    const element = h(
      'tr',
      { 'data-property': formatKey(key) },
      h('td', {}, ...(box ? [box] : [])),
      h('th', { scope: 'row' }, label),
      h('td', {}, value, ...(unit ? [h('span', { class: 'unit muted' }, ` ${unit}`)] : [])),
      h('td', {}, age),
    )
    return { key, element, value, age, box, ages: isSeries, reading: {} }
  }

  private follow(row: Row, property: Property): void {
    const definition = property.definition ?? {}
    const isOwn = !definition.isTimeSeries && !definition.isStoredExternally
    if (isOwn) {
      this.take(row, reading(plain(property.value ?? definition.defaultValue)))
      return
    }
    const binding = { ...row.key, ...(definition.isTimeSeries ? {} : { isStaticData: true }) }
    this.leave.push(this.options.feed.watch(binding, (found) => this.take(row, found)))
  }

  private take(row: Row, found: Reading): void {
    row.reading = found
    setText(row.value, formatValue(found.value))
    const severity = isAlarmStatus(row.key.propertyName) ? severityOf(found.value) : undefined
    setAttribute(row.value, 'data-severity', severity)
    this.mark(row, Date.now())
  }

  private mark(row: Row, now: number): void {
    const { time, error, value } = row.reading
    const age = time === undefined ? undefined : now - time
    const isState = row.value.hasAttribute('data-severity') || typeof value === 'string'
    const isStale = row.ages && age !== undefined && age > this.options.staleAfterMs && !isState
    const words = age === undefined ? '' : `${formatAge(age)} ago`
    setAttribute(row.element, 'data-state', error === undefined ? (isStale ? 'stale' : 'fresh') : 'failed')
    setText(row.age, error === undefined ? (isStale ? `stale, ${words}` : words) : `failed${words && `, ${words}`}`)
    const when = time === undefined ? undefined : formatTime(time)
    setAttribute(row.age, 'title', [when, error].filter(Boolean).join('\n') || undefined)
  }
}

function reading(value: Reading['value']): Reading {
  return value === undefined ? {} : { value }
}

/** What changes with time first, as it is what people look for. */
function ordered(component: Component): [string, Property][] {
  const all = Object.entries(component.properties ?? {})
  const isSeries = ([, property]: [string, Property]) => property.definition?.isTimeSeries === true
  return [...all.filter(isSeries), ...all.filter((one) => !isSeries(one))]
}

function linkElement(link: string | undefined): HTMLElement | undefined {
  if (!link) return undefined
  const url = URL.parse(link, location.href)
  // A scene is somebody else's text: a link leads to a page, and runs nothing.
  if (!url || !/^https?:$/.test(url.protocol)) return undefined
  return h('p', { class: 'nav-link' }, h('a', { href: url.href, target: '_blank', rel: 'noopener noreferrer' }, link))
}

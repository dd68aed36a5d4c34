/** The charts: the properties that the user pinned, otherwise those of the selected entity. */

import type { Api, Entity, PropertyDefinition } from './api/api'
import { isAlarmState } from './data/alarm_type'
import { type Calendar, DEFAULT_SHIFTS } from './data/range'
import { type Series, SeriesReader } from './data/series'
import { type RuleStatements, thresholdsOf } from './data/thresholds'
import { formatKey, type PropertyKey } from './state/link'
import type { Store } from './state/store'
import { Charts } from './ui/charts'
import type { Theme } from './ui/colours'
import { formatUnit, seriesLabels, setZone } from './ui/format'

/** Most properties of the selected entity that the charts show by default. */
const MAX_CHARTED = 6

export interface ChartPaneOptions {
  readonly api: Api
  readonly workspaceId: string
  readonly store: Store
  /** Milliseconds between requests for values. */
  readonly refreshMs: number
  /** The name of an entity; undefined while it is not read. */
  readonly nameOf: (entityId: string) => string | undefined
  /** The charts show these properties. */
  readonly onCharted: (keys: readonly PropertyKey[]) => void
  /** The rules of the scene that are bound to a property. */
  readonly rulesOf: (key: PropertyKey) => readonly RuleStatements[]
  /** When shifts begin, in minutes after midnight. */
  readonly shifts?: readonly number[] | undefined
}

export class ChartPane {
  private readonly charts: Charts
  private api: Api
  private reader: SeriesReader | undefined
  /** Properties and range that the reader reads, as JSON. */
  private chartedKey = ''
  private series: readonly Series[] = []
  /** The selected entity with its time series. */
  private selection: { readonly entity: Entity; readonly series: readonly PropertyKey[] } | undefined
  /** The property of the tag that the user clicked. */
  private picked: PropertyKey | undefined
  private readonly units = new Map<string, string>()

  constructor(private readonly options: ChartPaneOptions) {
    const { store } = options
    this.api = options.api
    this.charts = new Charts({
      onRange: (range) => store.update({ range }),
      onZone: (zone) => store.update({ zone: zone === 'utc' ? zone : undefined }),
      onPin: (isPinned) => store.update({ properties: isPinned ? this.chartedProperties() : [] }),
      onRemove: (series) => this.setCharted(series.key, false),
    })
  }

  get element(): HTMLElement {
    return this.charts.element
  }

  setTheme(theme: Theme): void {
    this.charts.setTheme(theme)
  }

  /** Read values of another twin from now on. */
  setApi(api: Api): void {
    this.api = api
    this.chartedKey = ''
  }

  /** No entity is selected, or the selected one is not read yet. */
  clearEntity(): void {
    this.selection = undefined
    this.picked = undefined
  }

  /** Show a property of the selected entity in any case, unless other properties are pinned. */
  pick(key: PropertyKey | undefined): void {
    this.picked = key
    this.update()
  }

  /** Show the thresholds of the present scene. */
  updateThresholds(): void {
    this.showSeries(this.series)
  }

  /** The selected entity is read. @param series The time series that it has. */
  setEntity(entity: Entity, series: readonly PropertyKey[]): void {
    this.selection = { entity, series }
    for (const key of series) this.setUnit(key, entity)
    this.update()
  }

  /** Add a property to the charts, or remove it. */
  setCharted(key: PropertyKey, isCharted: boolean): void {
    const others = this.chartedProperties().filter((other) => formatKey(other) !== formatKey(key))
    this.options.store.update({ properties: isCharted ? [...others, key] : others })
  }

  /** Show what the view state says. */
  update(): void {
    const { workspaceId, store, refreshMs, onCharted } = this.options
    const { range, properties, zone } = store.state
    const calendar: Calendar = { zone: zone === 'utc' ? 'utc' : 'local', shifts: this.options.shifts ?? DEFAULT_SHIFTS }
    const keys = this.chartedProperties()
    setZone(calendar.zone)
    this.charts.setRange(range, calendar)
    this.charts.setPinned(properties.length > 0)
    onCharted(keys)
    void this.readUnits(keys)
    const chartedKey = JSON.stringify([keys, range, calendar])
    if (chartedKey === this.chartedKey) return
    this.chartedKey = chartedKey
    this.reader?.stop()
    this.reader = new SeriesReader({
      api: this.api,
      workspaceId,
      keys,
      range,
      calendar,
      interval: refreshMs,
      onChange: (series) => this.showSeries(series),
    })
    this.reader.start()
  }

  /** Read the values again if reading them failed. */
  retry(): void {
    this.reader?.retry()
  }

  private chartedProperties(): readonly PropertyKey[] {
    const { properties } = this.options.store.state
    if (properties.length > 0) return properties
    const series = this.selection?.series ?? []
    // Of an alarm, only one state is charted; its other properties describe the same alarm.
    const states = series.filter((key) => isAlarmState(key.propertyName, this.definitionOf(key)))
    const alarmComponents = new Set(states.map((key) => key.componentName))
    const others = series.filter((key) => !alarmComponents.has(key.componentName))
    const shown = [...others, ...states.slice(-1)].slice(0, MAX_CHARTED)
    const picked = this.picked && series.find((key) => formatKey(key) === formatKey(this.picked!))
    if (!picked || shown.includes(picked)) return shown
    return [...shown.slice(0, MAX_CHARTED - 1), picked]
  }

  private showSeries(series: readonly Series[]): void {
    this.series = series
    const keys = series.map(({ key }) => key)
    const labels = seriesLabels(keys, (entityId) => this.options.nameOf(entityId) ?? entityId)
    const lines = series.map((item, index) => ({
      series: item,
      label: labels[index] ?? '',
      unit: this.units.get(formatKey(item.key)) ?? '',
      thresholds: thresholdsOf(this.options.rulesOf(item.key), item.key.propertyName),
    }))
    this.charts.show(lines)
  }

  /** Read the units of charted properties whose entity was not selected before, for example those of a link. */
  private async readUnits(keys: readonly PropertyKey[]): Promise<void> {
    const { store, workspaceId } = this.options
    const missing = new Set(keys.filter((key) => !this.units.has(formatKey(key))).map((key) => key.entityId))
    missing.delete(this.selection?.entity.entityId ?? store.state.entity ?? '')
    for (const entityId of missing) {
      const ownKeys = keys.filter((key) => key.entityId === entityId)
      for (const key of ownKeys) this.units.set(formatKey(key), '')
      try {
        const entity = await this.api.entity(workspaceId, entityId)
        for (const key of ownKeys) this.setUnit(key, entity)
        this.showSeries(this.series)
      } catch {
        // The chart is useful without units, and the header shows that there is no response.
      }
    }
  }

  /** The definition of a property of the selected entity. */
  private definitionOf({ componentName, propertyName }: PropertyKey): PropertyDefinition | undefined {
    return this.selection?.entity.components?.[componentName]?.properties?.[propertyName]?.definition
  }

  private setUnit(key: PropertyKey, entity: Entity): void {
    const property = entity.components?.[key.componentName]?.properties?.[key.propertyName]
    this.units.set(formatKey(key), formatUnit(property?.definition?.dataType?.unitOfMeasure))
  }
}

/** The page: one workspace with its scene, tree, properties and charts. */

import type { Api, Entity, EntitySummary } from './api/api'
import { AlarmMonitor } from './data/alarms'
import type { Connection } from './data/connection'
import { LiveFeed } from './data/live'
import { Poller } from './data/poller'
import { type Action, entitiesOfBoth, idOnSide, type Review, type Side } from './data/review'
import { type Series, SeriesReader } from './data/series'
import { isAlarmStatus, type Severity } from './data/severity'
import type { Selection } from './scene/view'
import { ScenePane } from './scene_pane'
import type { SceneSource } from './scene_slot'
import { formatKey, type PropertyKey, type ViewState } from './state/link'
import type { Store } from './state/store'
import { ChangeList, type Target } from './ui/changes'
import { Charts } from './ui/charts'
import type { Theme } from './ui/colours'
import { h } from './ui/dom'
import { formatUnit, seriesLabels } from './ui/format'
import { Header } from './ui/header'
import { Panel } from './ui/panel'
import { applyTheme, chosenTheme, onSystemThemeChange, storeTheme } from './ui/theme'
import { TreeView } from './ui/tree'

const ENTITIES_INTERVAL_MS = 120_000
/** Reading 50,000 entities takes 250 requests, which others of the account wait for. */
const ENTITIES_MAX_SHARE = 0.05
const TICK_MS = 5_000
/** Most properties of the selected entity that the charts show by default. */
const MAX_CHARTED = 6
const TABS = { scene: 'Scene', changes: 'Changes', tree: 'Entities', panel: 'Details', charts: 'Charts' } as const

export interface AppOptions {
  readonly api: Api
  readonly connection: Connection
  readonly store: Store
  readonly workspaces: readonly string[]
  readonly workspaceId: string
  readonly staleAfterMs: number
  /** Milliseconds between requests for values. */
  readonly refreshMs: number
  /** Whether values are samples of `twin preview`. */
  readonly isSample: boolean
  /** A planned change, of which the page shows both states. */
  readonly review?: Review | undefined
  /** The twin before the change; absent if all of it is added. */
  readonly before?: Api | undefined
}

export class App {
  readonly element: HTMLElement
  /** Where values come from, by the state of the twin. */
  private readonly sources: Readonly<Record<Side, SceneSource>>
  private side: Side = 'after'
  private readonly header: Header
  private readonly tree: TreeView
  private readonly panel: Panel
  private readonly charts: Charts
  private readonly alarms: AlarmMonitor
  private readonly scene: ScenePane
  private readonly changes: ChangeList | undefined
  private readonly entityPoller: Poller
  private theme: Theme = chosenTheme()
  private severities: ReadonlyMap<string, Severity> = new Map()
  private seriesReader: SeriesReader | undefined
  /** Properties and range that the reader reads, as JSON. */
  private chartedKey = ''
  private chartedSeries: readonly Series[] = []
  /** The selected entity with its time series, which the charts show unless the user chose others. */
  private selection: { readonly entity: Entity; readonly series: readonly PropertyKey[] } | undefined
  private readonly units = new Map<string, string>()

  constructor(private readonly options: AppOptions) {
    const { api, workspaceId, connection, store, review, before } = options
    const sourceOf = (sideApi: Api): SceneSource => ({
      api: sideApi,
      feed: new LiveFeed({ api: sideApi, workspaceId, connection, interval: options.refreshMs }),
    })
    const source = sourceOf(api)
    this.sources = { after: source, before: before ? sourceOf(before) : source }
    this.changes = review && new ChangeList(review, (target) => this.goToChange(target))
    this.header = new Header({
      onWorkspace: (workspace) => {
        location.hash = `workspace=${encodeURIComponent(workspace)}`
      },
      onScene: (scene) => store.update({ scene, camera: undefined }),
      onCamera: (camera) => store.update({ camera }),
      onTheme: () => this.toggleTheme(),
      onAlarm: (severity) => this.goToAlarm(severity),
      onSide: before && ((side) => store.update({ side: side === 'before' ? side : undefined })),
      isSample: options.isSample,
    })
    this.tree = new TreeView({ onSelect: (entity) => this.navigate({ entity }, 'panel') })
    this.panel = new Panel({
      ...source,
      workspaceId,
      staleAfterMs: options.staleAfterMs,
      onChart: (key, isCharted) => this.setCharted(key, isCharted),
      onEntity: (entity, series) => this.onEntityRead(entity, series),
    })
    this.charts = new Charts({
      onRange: (range) => store.update({ range }),
      onFollow: () => store.update({ properties: [] }),
      onRemove: (series) => this.setCharted(series.key, false),
    })
    this.alarms = new AlarmMonitor({
      api,
      workspaceId,
      interval: options.refreshMs,
      onChange: ({ severities, error }) => this.showAlarms(severities, error),
    })
    this.entityPoller = new Poller({
      task: async () => this.showEntities(await this.readEntities()),
      interval: ENTITIES_INTERVAL_MS,
      maxShare: ENTITIES_MAX_SHARE,
      onError: () => undefined, // The header shows that there is no response.
    })
    this.scene = new ScenePane({
      source,
      before: before && this.sources.before,
      review,
      store,
      workspaceId,
      theme: this.theme,
      onPick: (selection) => this.onScenePick(selection),
      onScenes: (ids, shown) => this.header.setScenes(ids, shown),
      onCameras: (names) => this.header.setCameras(names),
    })
    const aside = this.changes ? [h('div', { class: 'aside' }, this.changes.element, this.panel.element)] : [this.panel.element]
    this.element = h(
      'div',
      { class: 'app', 'data-tab': 'scene' },
      this.header.element,
      this.tree.element,
      this.scene.element,
      this.charts.element,
      ...aside,
      this.createTabs(),
    )
  }

  start(): void {
    const { workspaceId, workspaces, connection, store } = this.options
    this.setTheme(this.theme)
    onSystemThemeChange((theme) => this.setTheme(theme))
    this.header.setWorkspaces(workspaces, workspaceId)
    this.header.setScenes([], undefined)
    this.header.setCameras([])
    connection.subscribe((state) => {
      this.header.setConnection(state)
      if (state.isUp) this.retry()
    })
    store.subscribe((state, previous) => this.onStateChange(state, previous))
    addEventListener('keydown', (event) => this.onKey(event))
    setInterval(() => this.tick(), TICK_MS)
    this.charts.setRange(store.state.range)
    this.showSide(store.state.side)
    this.select(store.state.entity)
    this.drawCharts()
    this.entityPoller.kick()
    this.alarms.start()
    this.scene.start()
  }

  private createTabs(): HTMLElement {
    const nav = h('nav', { class: 'tabs', 'aria-label': 'Views' })
    for (const [tab, label] of Object.entries(TABS)) {
      if (tab === 'changes' && !this.changes) continue
      const button = h('button', { type: 'button', 'data-tab': tab, 'aria-pressed': String(tab === 'scene') }, label)
      button.addEventListener('click', () => this.showTab(tab))
      nav.append(button)
    }
    return nav
  }

  private showTab(tab: string): void {
    this.element.dataset['tab'] = tab
    for (const button of this.element.querySelectorAll<HTMLElement>('.tabs button')) {
      button.setAttribute('aria-pressed', String(button.dataset['tab'] === tab))
    }
  }

  private navigate(change: Parameters<Store['update']>[0], tab: keyof typeof TABS): void {
    this.options.store.update(change)
    this.showTab(tab)
  }

  private onStateChange(state: ViewState, previous: ViewState): void {
    if ((state.workspace ?? this.options.workspaceId) !== this.options.workspaceId) {
      location.reload()
      return
    }
    if (state.scene !== previous.scene) this.scene.start()
    else if (state.camera && state.camera !== previous.camera) this.scene.showCamera(state.camera)
    const isOtherSide = state.side !== previous.side
    if (isOtherSide) this.showSide(state.side)
    if (isOtherSide || state.entity !== previous.entity) this.select(state.entity)
    this.charts.setRange(state.range)
    this.drawCharts()
  }

  private select(entityId: string | undefined): void {
    this.selection = undefined
    this.panel.setLink(undefined)
    this.tree.select(entityId)
    this.scene.selectEntity(entityId)
    const { review } = this.options
    const id = entityId !== undefined && review ? idOnSide(review, this.side, entityId) : entityId
    if (entityId !== undefined && id === undefined) this.panel.showText(`${entityId} does not exist ${this.side} the change.`)
    else void this.panel.show(id)
  }

  /** Show a state of a planned change in all parts of the page. */
  private showSide(name: string | undefined): void {
    const side = name === 'before' && this.options.before ? 'before' : 'after'
    this.header.setSide(side)
    this.scene.showSide(side)
    if (side === this.side) return
    this.side = side
    this.panel.setSource(this.sources[side])
  }

  /** Go to a thing that a planned change concerns, in the state that has it. */
  private goToChange(target: Target): void {
    const { action } = target
    const side = action === 'removed' ? 'before' : action === 'added' ? undefined : this.options.store.state.side
    if (target.kind === 'entity') return this.navigate({ entity: target.entityId, side }, 'tree')
    const scene = target.sceneId === this.scene.sceneId ? this.options.store.state.scene : target.sceneId
    this.navigate({ scene, side, camera: undefined }, 'scene')
    if (target.kind === 'node') this.scene.showNode(target.sceneId, target.path)
  }

  /** The entities; of a planned change, those of both states. */
  private async readEntities(): Promise<readonly EntitySummary[]> {
    const { api, before, review, workspaceId } = this.options
    const entities = await api.entities(workspaceId, undefined, (count) => this.tree.showProgress(count))
    return review && before ? entitiesOfBoth(review, await before.entities(workspaceId), entities) : entities
  }

  private onEntityRead(entity: Entity, series: readonly PropertyKey[]): void {
    this.selection = { entity, series }
    for (const key of series) {
      const property = entity.components?.[key.componentName]?.properties?.[key.propertyName]
      this.units.set(formatKey(key), formatUnit(property?.definition?.dataType?.unitOfMeasure))
    }
    this.drawCharts()
  }

  private showEntities(entities: readonly EntitySummary[]): void {
    this.tree.setEntities(entities)
    const changes = Object.entries(this.options.review?.entities ?? {})
    this.tree.setChanges(new Map(changes.map(([id, { action }]): [string, Action] => [id, action])))
    this.drawCharts()
  }

  private showAlarms(severities: ReadonlyMap<string, Severity>, error: string | undefined): void {
    this.severities = severities
    this.tree.setAlarms(severities)
    this.header.setAlarms(severities, error)
  }

  private goToAlarm(severity: Severity): void {
    const ids = [...this.severities].filter(([, candidate]) => candidate === severity).map(([id]) => id)
    const entity = ids[(ids.indexOf(this.options.store.state.entity ?? '') + 1) % ids.length]
    if (entity) this.navigate({ entity }, 'panel')
  }

  private retry(): void {
    this.entityPoller.retry()
    this.alarms.retry()
    this.scene.retry()
    this.panel.retry()
    this.seriesReader?.retry()
  }

  private tick(): void {
    const now = Date.now()
    this.header.tick(now)
    this.panel.tick(now)
  }

  /** The properties in the charts: those that the user chose, otherwise those of the selected entity. */
  private chartedProperties(): readonly PropertyKey[] {
    const { properties } = this.options.store.state
    if (properties.length > 0) return properties
    const series = this.selection?.series ?? []
    // Of an alarm, only one state is charted; its other properties describe the same alarm.
    const states = series.filter((key) => isAlarmStatus(key.propertyName))
    const alarmComponents = new Set(states.map((key) => key.componentName))
    const others = series.filter((key) => !alarmComponents.has(key.componentName))
    return [...others, ...states.slice(-1)].slice(0, MAX_CHARTED)
  }

  private setCharted(key: PropertyKey, isCharted: boolean): void {
    const others = this.chartedProperties().filter((other) => formatKey(other) !== formatKey(key))
    this.options.store.update({ properties: isCharted ? [...others, key] : others })
  }

  private drawCharts(): void {
    const { workspaceId, store } = this.options
    const { api } = this.sources[this.side]
    const keys = this.chartedProperties()
    this.charts.setFollowing(store.state.properties.length === 0)
    this.panel.setCharted(keys)
    void this.readUnits(keys)
    const chartedKey = JSON.stringify([keys, store.state.range, this.side])
    if (chartedKey === this.chartedKey) return
    this.chartedKey = chartedKey
    this.seriesReader?.stop()
    this.seriesReader = new SeriesReader({
      api,
      workspaceId,
      keys,
      range: store.state.range,
      interval: this.options.refreshMs,
      onChange: (series) => this.showSeries(series),
    })
    this.seriesReader.start()
  }

  private showSeries(series: readonly Series[]): void {
    this.chartedSeries = series
    const keys = series.map(({ key }) => key)
    const labels = seriesLabels(keys, (entityId) => this.tree.name(entityId) ?? entityId)
    const units = series.map(({ key }) => this.units.get(formatKey(key)) ?? '')
    this.charts.show(series, labels, units)
  }

  /** Read the units of charted properties whose entity was not selected before, for example those of a link. */
  private async readUnits(keys: readonly PropertyKey[]): Promise<void> {
    const missing = new Set(keys.filter((key) => !this.units.has(formatKey(key))).map((key) => key.entityId))
    missing.delete(this.selection?.entity.entityId ?? this.options.store.state.entity ?? '')
    for (const entityId of missing) {
      for (const key of keys) if (key.entityId === entityId) this.units.set(formatKey(key), '')
      try {
        const entity = await this.sources[this.side].api.entity(this.options.workspaceId, entityId)
        for (const key of keys) {
          if (key.entityId !== entityId) continue
          const property = entity.components?.[key.componentName]?.properties?.[key.propertyName]
          this.units.set(formatKey(key), formatUnit(property?.definition?.dataType?.unitOfMeasure))
        }
        this.showSeries(this.chartedSeries)
      } catch {
        // The chart is useful without units, and the header shows that there is no response.
      }
    }
  }

  private onScenePick(selection: Selection | undefined): void {
    if (!selection?.entityId) {
      if (!selection) this.options.store.update({ entity: undefined })
      this.panel.setLink(selection?.navLink)
      return
    }
    const { entityId, componentName, propertyName, navLink } = selection
    const hasProperty = componentName !== undefined && propertyName !== undefined
    const properties = hasProperty ? [{ entityId, componentName, propertyName }] : []
    this.options.store.update({ entity: entityId, properties })
    this.panel.setLink(navLink)
  }

  private toggleTheme(): void {
    const theme = this.theme === 'dark' ? 'light' : 'dark'
    storeTheme(theme)
    this.setTheme(theme)
  }

  private setTheme(theme: Theme): void {
    this.theme = theme
    applyTheme(theme)
    this.header.setTheme(theme)
    this.charts.setTheme(theme)
    this.scene.setTheme(theme)
  }

  private onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const target = event.target as HTMLElement
    const isTyping = target.matches('input[type=search], select, textarea')
    const side = this.options.store.state.side === 'before' ? undefined : 'before'
    if (this.changes && !isTyping && (event.key === 'n' || event.key === 'p')) this.changes.go(event.key === 'n' ? 1 : -1)
    else if (this.options.before && !isTyping && event.key === 'b') this.options.store.update({ side })
    else if (event.key === '/' && !isTyping) {
      event.preventDefault()
      this.showTab('tree')
      this.tree.search.focus()
      this.tree.search.select()
    } else if (event.key === 'Escape') {
      if (isTyping) target.blur()
      else this.options.store.update({ entity: undefined })
    }
  }
}


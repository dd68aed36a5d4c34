/** The page: one workspace with its scene, tree, properties and charts. */

import { type Api, ApiError, type Entity, type EntitySummary, type Scene } from './api/api'
import { AlarmWatch } from './data/alarms'
import type { Connection } from './data/connection'
import { LiveFeed } from './data/live'
import { Poller } from './data/poller'
import { type Series, SeriesReader } from './data/series'
import { isAlarmStatus, type Severity } from './data/severity'
import { type Problem, SceneView } from './scene/view'
import { formatKey, type PropertyKey, type Shown } from './state/link'
import type { Store } from './state/store'
import { Charts } from './ui/charts'
import type { Theme } from './ui/colours'
import { h } from './ui/dom'
import { formatUnit } from './ui/format'
import { Header } from './ui/header'
import { Panel } from './ui/panel'
import { applyTheme, chosenTheme, storeTheme, watchSystemTheme } from './ui/theme'
import { TreeView } from './ui/tree'

const ENTITIES_INTERVAL_MS = 120_000
const TICK_MS = 5_000
/** Of an entity, without being asked for. */
const MOST_CHARTED = 6
const TABS = { scene: 'Scene', tree: 'Entities', panel: 'Details', charts: 'Charts' } as const

export interface AppOptions {
  readonly api: Api
  readonly connection: Connection
  readonly store: Store
  readonly workspaces: readonly string[]
  readonly workspaceId: string
  readonly staleAfterMs: number
  /** From one request for values to the next. */
  readonly refreshMs: number
  /** Values are samples that are made up. */
  readonly isSample: boolean
}

export class App {
  readonly element: HTMLElement
  private readonly feed: LiveFeed
  private readonly header: Header
  private readonly tree: TreeView
  private readonly panel: Panel
  private readonly charts: Charts
  private readonly alarms: AlarmWatch
  private readonly sceneBox = h('div', { class: 'scene-view' })
  private readonly problems = h('div', { class: 'scene-problems', role: 'alert' })
  private readonly entities: Poller
  private readonly scene: Poller
  private view: SceneView | undefined
  /** Whether files of the scene are missing because there was no answer. */
  private isSceneLacking = false
  private scenes: readonly Scene[] | undefined
  private theme: Theme = chosenTheme()
  private severities: ReadonlyMap<string, Severity> = new Map()
  private reader: SeriesReader | undefined
  private charted = ''
  private shownSeries: readonly Series[] = []
  /** Time series of the selected entity, which are shown unless others are asked for. */
  private own: { readonly entity: Entity; readonly series: readonly PropertyKey[] } | undefined
  private readonly units = new Map<string, string>()

  constructor(private readonly options: AppOptions) {
    const { api, workspaceId, connection, store } = options
    this.feed = new LiveFeed({ api, workspaceId, connection, interval: options.refreshMs })
    this.header = new Header({
      onWorkspace: (workspace) => {
        location.hash = `workspace=${encodeURIComponent(workspace)}`
      },
      onScene: (scene) => store.update({ scene, camera: undefined }),
      onCamera: (camera) => store.update({ camera }),
      onTheme: () => this.toggleTheme(),
      onAlarm: (severity) => this.goToAlarm(severity),
      isSample: options.isSample,
    })
    this.tree = new TreeView({ onSelect: (entity) => this.go({ entity }, 'panel') })
    this.panel = new Panel({
      api,
      feed: this.feed,
      workspaceId,
      staleAfterMs: options.staleAfterMs,
      onChart: (key, isWanted) => this.chart(key, isWanted),
      onEntity: (entity, series) => this.known(entity, series),
    })
    this.charts = new Charts({
      onRange: (range) => store.update({ range }),
      onFollow: () => store.update({ properties: [] }),
      onRemove: (series) => this.chart(series.key, false),
    })
    this.alarms = new AlarmWatch({
      api,
      workspaceId,
      interval: options.refreshMs,
      onChange: (found) => this.alarmed(found.severities, found.error),
    })
    this.entities = new Poller({
      task: async () => this.listed(await api.entities(workspaceId)),
      interval: ENTITIES_INTERVAL_MS,
      onError: () => undefined, // the header says that there is no answer
    })
    this.scene = new Poller({
      task: () => this.showScene(),
      interval: Infinity,
      onError: (error) => this.showProblems([{ level: 'fatal', message: `${error.message}; trying again` }]),
    })
    const scene = h('main', { class: 'scene', 'aria-label': 'Scene' }, this.sceneBox, this.problems)
    this.element = h(
      'div',
      { class: 'app', 'data-tab': 'scene' },
      this.header.element,
      this.tree.element,
      scene,
      this.charts.element,
      this.panel.element,
      this.tabs(),
    )
  }

  start(): void {
    const { workspaceId, workspaces, connection, store } = this.options
    this.setTheme(this.theme)
    watchSystemTheme((theme) => this.setTheme(theme))
    this.header.setWorkspaces(workspaces, workspaceId)
    this.header.setScenes([], undefined)
    this.header.setCameras([])
    connection.watch((state) => {
      this.header.setConnection(state)
      if (state.isUp) this.retry()
    })
    store.watch((shown, before) => this.follow(shown, before))
    addEventListener('keydown', (event) => this.key(event))
    setInterval(() => this.tick(), TICK_MS)
    this.charts.setRange(store.shown.range)
    this.select(store.shown.entity)
    this.drawCharts()
    this.entities.kick()
    this.alarms.start()
    this.scene.kick()
  }

  private tabs(): HTMLElement {
    const nav = h('nav', { class: 'tabs', 'aria-label': 'Views' })
    for (const [tab, label] of Object.entries(TABS)) {
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

  private go(change: Partial<Shown>, tab: keyof typeof TABS): void {
    this.options.store.update(change)
    this.showTab(tab)
  }

  private follow(shown: Shown, before: Shown): void {
    if ((shown.workspace ?? this.options.workspaceId) !== this.options.workspaceId) {
      location.reload() // everything is another
      return
    }
    if (shown.scene !== before.scene) this.scene.kick()
    else if (shown.camera && shown.camera !== before.camera) this.view?.showCamera(shown.camera)
    if (shown.entity !== before.entity) this.select(shown.entity)
    this.charts.setRange(shown.range)
    this.drawCharts()
  }

  private select(entityId: string | undefined): void {
    this.own = undefined
    this.panel.setLink(undefined)
    this.tree.select(entityId)
    this.view?.select(entityId)
    if (entityId) this.view?.flyTo(entityId)
    void this.panel.show(entityId)
  }

  private known(entity: Entity, series: readonly PropertyKey[]): void {
    this.own = { entity, series }
    for (const key of series) {
      const property = entity.components?.[key.componentName]?.properties?.[key.propertyName]
      this.units.set(formatKey(key), formatUnit(property?.definition?.dataType?.unitOfMeasure))
    }
    this.drawCharts()
  }

  private listed(found: readonly EntitySummary[]): void {
    this.tree.setEntities(found)
    this.drawCharts()
  }

  private alarmed(severities: ReadonlyMap<string, Severity>, error: string | undefined): void {
    this.severities = severities
    this.tree.setAlarms(severities)
    this.header.setAlarms(severities, error)
  }

  private goToAlarm(severity: Severity): void {
    const ids = [...this.severities].filter(([, found]) => found === severity).map(([id]) => id)
    const entity = ids[(ids.indexOf(this.options.store.shown.entity ?? '') + 1) % ids.length]
    if (entity) this.go({ entity }, 'panel')
  }

  private retry(): void {
    this.entities.retry()
    this.alarms.retry()
    if (this.isSceneLacking) this.scene.kick()
    else this.scene.retry()
    this.panel.retry()
    this.reader?.retry()
  }

  private tick(): void {
    const now = Date.now()
    this.header.tick(now)
    this.panel.tick(now)
  }

  /** What charts show: what was asked for, else what the selected entity has. */
  private wanted(): readonly PropertyKey[] {
    const asked = this.options.store.shown.properties
    if (asked.length > 0) return asked
    const states = this.own?.series.filter((key) => isAlarmStatus(key.propertyName)) ?? []
    const components = new Set(states.map((key) => key.componentName))
    // Of an alarm its state says it all.
    const others = this.own?.series.filter((key) => !components.has(key.componentName)) ?? []
    return [...others, ...states.slice(-1)].slice(0, MOST_CHARTED)
  }

  private chart(key: PropertyKey, isWanted: boolean): void {
    const others = this.wanted().filter((one) => formatKey(one) !== formatKey(key))
    this.options.store.update({ properties: isWanted ? [...others, key] : others })
  }

  private drawCharts(): void {
    const { api, workspaceId, store } = this.options
    const keys = this.wanted()
    this.charts.setFollowing(store.shown.properties.length === 0)
    this.panel.setCharted(keys)
    void this.learnUnits(keys)
    const charted = JSON.stringify([keys, store.shown.range])
    if (charted === this.charted) return
    this.charted = charted
    this.reader?.stop()
    this.reader = new SeriesReader({
      api,
      workspaceId,
      keys,
      range: store.shown.range,
      interval: this.options.refreshMs,
      onChange: (series) => this.showSeries(series),
    })
    this.reader.start()
  }

  private showSeries(series: readonly Series[]): void {
    this.shownSeries = series
    const several = new Set(series.map((one) => one.key.entityId)).size > 1
    const labels = series.map(({ key }) => {
      const name = this.tree.name(key.entityId) ?? key.entityId
      return several ? `${name} ${key.propertyName}` : key.propertyName
    })
    const units = series.map((one) => this.units.get(formatKey(one.key)) ?? '')
    this.charts.show(series, labels, units)
  }

  /** A link may ask for properties of entities that nobody has looked at. */
  private async learnUnits(keys: readonly PropertyKey[]): Promise<void> {
    const missing = new Set(keys.filter((key) => !this.units.has(formatKey(key))).map((key) => key.entityId))
    missing.delete(this.own?.entity.entityId ?? this.options.store.shown.entity ?? '')
    for (const entityId of missing) {
      for (const key of keys) if (key.entityId === entityId) this.units.set(formatKey(key), '')
      try {
        const entity = await this.options.api.entity(this.options.workspaceId, entityId)
        for (const key of keys) {
          if (key.entityId !== entityId) continue
          const property = entity.components?.[key.componentName]?.properties?.[key.propertyName]
          this.units.set(formatKey(key), formatUnit(property?.definition?.dataType?.unitOfMeasure))
        }
        this.showSeries(this.shownSeries)
      } catch {
        // Without units it is still a chart; that there is no answer is said elsewhere.
      }
    }
  }

  private async showScene(): Promise<void> {
    const { api, workspaceId, store } = this.options
    this.scenes ??= await api.scenes(workspaceId)
    const wanted = store.shown.scene
    const scene = this.scenes.find((one) => one.sceneId === wanted) ?? this.scenes[0]
    const ids = this.scenes.map((one) => one.sceneId)
    this.header.setScenes(ids, scene?.sceneId)
    const document = scene && new TextDecoder().decode(await api.object(scene.contentLocation))
    this.view?.dispose()
    this.view = undefined
    this.header.setCameras([])
    const problems: Problem[] = []
    if (wanted !== undefined && wanted !== scene?.sceneId) {
      problems.push({ level: 'warning', message: `there is no scene "${wanted}"` })
    }
    this.showProblems(problems)
    if (!scene || document === undefined) {
      this.sceneBox.replaceChildren(h('p', { class: 'fatal muted' }, 'This workspace has no scene.'))
      return
    }
    this.sceneBox.replaceChildren()
    this.isSceneLacking = false
    this.view = new SceneView({
      element: this.sceneBox,
      feed: this.feed,
      fetchAsset: (uri) => this.fetchAsset(uri),
      onSelect: (selected) => this.picked(selected),
      theme: this.theme,
    })
    problems.push(...(await this.view.load(document, scene.contentLocation)))
    this.showProblems(problems)
    this.header.setCameras(this.view.cameras)
    const { entity, camera } = store.shown
    this.view.select(entity)
    if (camera) this.view.showCamera(camera)
    else if (entity) this.view.flyTo(entity)
  }

  private async fetchAsset(uri: string): Promise<ArrayBuffer> {
    try {
      return await this.options.api.object(uri)
    } catch (error) {
      this.isSceneLacking ||= error instanceof ApiError && error.isPassing
      throw error
    }
  }

  private picked(selected: Parameters<ConstructorParameters<typeof SceneView>[0]['onSelect']>[0]): void {
    if (!selected?.entityId) {
      if (!selected) this.options.store.update({ entity: undefined })
      this.panel.setLink(selected?.navLink)
      return
    }
    const { entityId, componentName, propertyName, navLink } = selected
    const isSeries = componentName !== undefined && propertyName !== undefined
    const key = isSeries ? [{ entityId, componentName, propertyName }] : []
    this.options.store.update({ entity: entityId, properties: key })
    this.panel.setLink(navLink)
  }

  private showProblems(problems: readonly Problem[]): void {
    this.problems.replaceChildren()
    if (problems.length === 0) return
    const list = h('ul')
    for (const { level, message, node } of problems) {
      list.append(h('li', { 'data-level': level }, node ? `${node}: ${message}` : message))
    }
    const close = h('button', { type: 'button', class: 'remove', 'aria-label': 'Close' }, '×')
    close.addEventListener('click', () => this.problems.replaceChildren())
    this.problems.append(close, list)
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
    this.view?.setTheme(theme)
  }

  private key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const target = event.target as HTMLElement
    const isTyping = target.matches('input[type=search], select, textarea')
    if (event.key === '/' && !isTyping) {
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


/** The page: one workspace with its scene, tree, properties and charts. Each part has a module; this one connects them. */

import type { Api } from './api/api'
import { AlarmPane } from './alarm_pane'
import { ChartPane } from './chart_pane'
import { clock } from './data/clock'
import type { Connection } from './data/connection'
import { LiveFeed } from './data/live'
import type { Priority } from './data/priority'
import type { Review } from './data/review'
import { EntityPane } from './entity_pane'
import { OverviewSlot } from './overview_slot'
import { TabFeed } from './data/tab_feed'
import type { Tabs } from './data/tabs'
import { ReviewMode } from './review_mode'
import type { Selection } from './scene/view'
import { ScenePane } from './scene_pane'
import type { SceneSource } from './scene_slot'
import { formatLink, type ViewState } from './state/link'
import type { Store } from './state/store'
import type { Theme } from './ui/colours'
import { createCopyLink } from './ui/copy_link'
import { Header } from './ui/header'
import { Layout, type Tab } from './ui/layout'
import { Panel } from './ui/panel'
import { applyTheme, chosenTheme, onSystemThemeChange, storeTheme } from './ui/theme'

const TICK_MS = 5_000

export interface AppOptions {
  /** Other tabs with the same twin, which share what they read. */
  readonly tabs?: Tabs | undefined
  /** The API for requests of a priority. */
  readonly apiAt: (priority: Priority) => Api
  readonly connection: Connection
  readonly store: Store
  readonly workspaces: readonly string[]
  readonly workspaceId: string
  readonly staleAfterMs: number
  /** Milliseconds between requests for values. */
  readonly refreshMs: number
  /** When shifts begin, in minutes after midnight. */
  readonly shifts?: readonly number[] | undefined
  /** Whether values are samples of `twin preview`. */
  readonly isSample: boolean
  /** Why the user may write no values; undefined if the user may, or if only the service decides. */
  readonly writeObstacle?: string | undefined
  /** The user who signed in, for the header. */
  readonly account?: HTMLElement | undefined
  /** A planned change, of which the page shows both states. */
  readonly review?: Review | undefined
  /** The twin before the change; absent if all of it is added. */
  readonly before?: Api | undefined
}

export class App {
  private readonly layout: Layout
  private readonly review: ReviewMode
  private readonly header: Header
  private readonly entities: EntityPane
  private readonly panel: Panel
  private readonly overview: OverviewSlot
  private readonly charts: ChartPane
  private readonly alarms: AlarmPane
  private readonly scene: ScenePane
  private theme: Theme = chosenTheme()

  constructor(private readonly options: AppOptions) {
    const { workspaceId, connection, store, review, refreshMs } = options
    const api = options.apiAt('visible')
    const feedOf = (apiAt: (priority: Priority) => Api): LiveFeed =>
      new LiveFeed({ apiAt, workspaceId, connection, interval: refreshMs, staleAfterMs: options.staleAfterMs })
    const { tabs } = options
    this.alarms = new AlarmPane({
      api,
      tabs,
      onAnswer: (componentTypeId, answer) => liveFeed.take(componentTypeId, answer),
      workspaceId,
      store,
      refreshMs,
      writeObstacle: options.writeObstacle,
      nameOf: (entityId) => this.entities.nameOf(entityId),
      navigate: (change, tab) => this.navigate(change, tab),
      onChange: (alarms) => {
        this.entities.setAlarms(alarms)
        this.overview.updateAlarms()
      },
      showCamera: (name) => this.scene.showCamera(name),
    })
    const apiAt = (priority: Priority): Api => this.alarms.withOneState(options.apiAt(priority))
    const liveFeed = feedOf(apiAt)
    const sharedFeed = tabs ? new TabFeed({ feed: liveFeed, tabs, connection, interval: refreshMs }) : liveFeed
    const source = { api: apiAt('visible'), feed: this.alarms.withStates(sharedFeed) }
    const formerApi = options.before
    const before: SceneSource | undefined = formerApi && { api: formerApi, feed: feedOf(() => formerApi) }
    this.review = new ReviewMode({
      source,
      before,
      review,
      store,
      workspaceId,
      navigate: (change, tab) => this.navigate(change, tab),
      sceneId: () => this.scene.sceneId,
      showNode: (sceneId, path) => this.scene.showNode(sceneId, path),
    })
    this.header = new Header({
      onWorkspace: (workspace) => {
        location.hash = `workspace=${encodeURIComponent(workspace)}`
      },
      onScene: (scene) => store.update({ scene, camera: undefined }),
      onCamera: (camera) => {
        // A camera may be chosen again after the user has moved on from it.
        store.update({ camera })
        this.scene.showCamera(camera)
      },
      onTheme: () => this.toggleTheme(),
      alarms: this.alarms.summary.element,
      onSide: before && ((side) => store.update({ side: side === 'before' ? side : undefined })),
      isSample: options.isSample,
    })
    this.entities = new EntityPane({
      api,
      workspaceId,
      review: this.review,
      onSelect: (entity) => this.navigate({ entity }, 'panel'),
      onRead: () => {
        this.charts.update()
        this.alarms.refresh()
      },
    })
    this.charts = new ChartPane({
      api: source.api,
      workspaceId,
      store,
      refreshMs,
      nameOf: (entityId) => this.entities.nameOf(entityId),
      onCharted: (keys) => this.panel.setCharted(keys),
      rulesOf: (key) => this.scene.rulesOf(key),
      shifts: options.shifts,
    })
    this.panel = new Panel({
      api: apiAt('selected'),
      feed: source.feed.at('selected'),
      workspaceId,
      staleAfterMs: options.staleAfterMs,
      onChart: (key, isCharted) => this.charts.setCharted(key, isCharted),
      onEntity: (entity, series) => this.charts.setEntity(entity, series),
      alarmCard: (...component) => this.alarms.card(...component),
    })
    this.overview = new OverviewSlot({
      source: () => this.review.source,
      workspaceId,
      onSelect: (entity) => this.navigate({ entity }, 'panel'),
      nodeOf: (entityId) => this.entities.tree.node(entityId),
      badgeOf: (entityId) => this.entities.tree.badge(entityId),
    })
    this.panel.element.append(this.overview.element)
    this.scene = new ScenePane({
      source,
      before,
      review,
      store,
      workspaceId,
      staleAfterMs: options.staleAfterMs,
      theme: this.theme,
      onPick: (selection) => this.onScenePick(selection),
      onScenes: (ids, shown) => {
        this.header.setScenes(ids, shown)
        this.alarms.setScenes(ids, shown)
      },
      onCameras: (names) => {
        this.header.setCameras(names)
        this.alarms.setCameras(names)
        this.charts.updateThresholds()
      },
    })
    this.header.element.append(createCopyLink(() => this.link()))
    if (options.account) this.header.element.append(options.account)
    this.layout = new Layout({
      header: this.header.element,
      tree: this.entities.element,
      scene: this.scene.element,
      charts: this.charts.element,
      panel: this.panel.element,
      changes: this.review.changes?.element,
    })
    this.layout.element.append(this.alarms.element)
  }

  get element(): HTMLElement {
    return this.layout.element
  }

  start(): void {
    const { workspaceId, workspaces, connection, store } = this.options
    this.setTheme(this.theme)
    onSystemThemeChange((theme) => this.setTheme(theme))
    addEventListener('beforeprint', () => this.setPrinted(true))
    addEventListener('afterprint', () => this.setPrinted(false))
    this.header.setWorkspaces(workspaces, workspaceId)
    this.header.setScenes([], undefined)
    this.header.setCameras([])
    this.header.setConnection(connection)
    connection.subscribe((state) => {
      if (state.isUp) this.retry()
    })
    store.subscribe((state, previous) => this.onStateChange(state, previous))
    addEventListener('keydown', (event) => this.onKey(event))
    setInterval(() => this.tick(), TICK_MS)
    this.showSide(store.state.side)
    this.select(store.state.entity)
    this.charts.update()
    this.entities.start()
    this.alarms.start()
    this.scene.start()
    if (store.state.pose) this.scene.setPose(store.state.pose)
  }

  /** A link to what the page shows, with the position of the camera. */
  private link(): string {
    const { workspaces, workspaceId, store } = this.options
    const { camera: _, pose: __, ...state } = store.state
    const pose = this.scene.pose()
    const hash = formatLink({ ...state, ...(workspaces.length > 1 ? { workspace: workspaceId } : {}), ...(pose ? { pose } : {}) })
    return location.href.split('#')[0] + hash
  }

  private navigate(change: Parameters<Store['update']>[0], tab: Tab): void {
    this.options.store.update(change)
    this.layout.showTab(tab)
  }

  private onStateChange(state: ViewState, previous: ViewState): void {
    if ((state.workspace ?? this.options.workspaceId) !== this.options.workspaceId) {
      location.reload()
      return
    }
    if (state.scene !== previous.scene) this.scene.start()
    else if (state.camera && state.camera !== previous.camera) this.scene.showCamera(state.camera)
    if (state.view !== previous.view) void this.alarms.update(state)
    if (state.pose && state.pose !== previous.pose) this.scene.setPose(state.pose)
    const isOtherSide = state.side !== previous.side
    if (isOtherSide) this.showSide(state.side)
    if (isOtherSide || state.entity !== previous.entity) this.select(state.entity)
    this.charts.update()
  }

  private select(entityId: string | undefined): void {
    this.charts.clearEntity()
    this.panel.setLink(undefined)
    this.entities.select(entityId)
    this.scene.selectEntity(entityId)
    const id = entityId === undefined ? undefined : this.review.idOf(entityId)
    if (entityId !== undefined && id === undefined) {
      this.panel.showText(`${entityId} does not exist ${this.review.side} the change.`)
    } else void this.panel.show(id)
    void this.overview.select(id)
  }

  /** Show a state of a planned change in all parts of the page. */
  private showSide(name: string | undefined): void {
    const isOther = this.review.setSide(name)
    const { side, source } = this.review
    this.header.setSide(side)
    this.scene.showSide(side)
    if (!isOther) return
    this.panel.setSource(source)
    this.charts.setApi(source.api)
  }

  private retry(): void {
    this.entities.retry()
    this.alarms.retry()
    this.scene.retry()
    this.panel.retry()
    this.overview.retry()
    this.charts.retry()
  }

  private tick(): void {
    const now = clock.now()
    this.header.tick()
    this.panel.tick(now)
    this.alarms.tick(now)
  }

  private onScenePick(selection: Selection | undefined): void {
    if (!selection?.entityId) {
      if (!selection) this.options.store.update({ entity: undefined })
      this.panel.setLink(selection?.navLink)
      return
    }
    const { entityId, componentName, propertyName, navLink } = selection
    const hasProperty = componentName !== undefined && propertyName !== undefined
    this.options.store.update({ entity: entityId })
    this.charts.pick(hasProperty ? { entityId, componentName, propertyName } : undefined)
    this.panel.setLink(navLink)
  }

  private toggleTheme(): void {
    const theme = this.theme === 'dark' ? 'light' : 'dark'
    storeTheme(theme)
    this.setTheme(theme)
  }

  private setTheme(theme: Theme): void {
    this.theme = theme
    this.header.setTheme(theme)
    this.paint(theme)
  }

  /** Paper is white: print in light colours, with a still picture of the scene. */
  private setPrinted(isPrinted: boolean): void {
    this.paint(isPrinted ? 'light' : this.theme)
    this.scene.setPrinted(isPrinted)
  }

  private paint(theme: Theme): void {
    applyTheme(theme)
    this.charts.setTheme(theme)
    this.scene.setTheme(theme)
  }

  private onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const target = event.target as HTMLElement
    const isTyping = target.matches('input[type=search], select, textarea')
    if (!isTyping && this.review.onKey(event.key)) return
    if (event.key === '/' && !isTyping) {
      event.preventDefault()
      this.layout.showTab('tree')
      this.entities.tree.search.focus()
      this.entities.tree.search.select()
    } else if (event.key === 'Escape') {
      if (isTyping) target.blur()
      else this.options.store.update({ entity: undefined })
    }
  }
}

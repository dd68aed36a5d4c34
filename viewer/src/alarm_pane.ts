/** The alarms of the page: read once, and shown in the header, the tree, the details, the list and the wall view. */

import './ui/alarms.css'

import type { Api, Component, Entity, PropertyHistory } from './api/api'
import { Acknowledger, alarmComponents } from './data/acknowledgement'
import { withAgreedStates, withOneAlarmState } from './data/alarm_api'
import { AlarmStates } from './data/alarm_states'
import { isAlarmState } from './data/alarm_type'
import { type Alarm, AlarmMonitor, type Alarms, UNKNOWN_ALARMS } from './data/alarms'
import { clock } from './data/clock'
import type { PrioritizedFeed } from './data/live'
import type { Severity } from './data/severity'
import type { Answer } from './data/shared_answers'
import type { Tabs } from './data/tabs'
import type { WallContent } from './data/wall_cycle'
import type { ViewState } from './state/link'
import type { Store } from './state/store'
import { type AlarmCardOptions, fillAlarmCard } from './ui/alarm_card'
import type { AlarmList } from './ui/alarm_list'
import { AlarmSummary } from './ui/alarm_summary'
import { h, setAttribute } from './ui/dom'
import type { Tab } from './ui/layout'
import type { Wall } from './ui/wall'

export interface AlarmPaneOptions {
  readonly api: Api
  readonly workspaceId: string
  readonly store: Store
  /** Milliseconds between requests. */
  readonly refreshMs: number
  /** Why the user may write no values; undefined if the user may, or if only the service decides. */
  readonly writeObstacle: string | undefined
  /** The name of an entity; undefined while it is not read. */
  readonly nameOf: (entityId: string) => string | undefined
  /** Change the view state, and show a tab of small screens. */
  readonly navigate: (change: Parameters<Store['update']>[0], tab: Tab) => void
  readonly onChange: (alarms: Alarms) => void
  /** The properties of all alarms of a type are read, since a time. */
  readonly onAnswer: (componentTypeId: string, answer: Answer<readonly PropertyHistory[]>) => void
  /** Other tabs, with which requests are shared. */
  readonly tabs: Tabs | undefined
  readonly showCamera: (name: string) => void
}

interface Card {
  readonly element: HTMLElement
  readonly entity: Entity
  readonly componentName: string
}

export class AlarmPane {
  /** The alarms in the header. */
  readonly summary: AlarmSummary
  /** Place of the list. */
  readonly element = h('div', { class: 'alarm-pane', hidden: true })
  private readonly monitor: AlarmMonitor
  private readonly states: AlarmStates
  private readonly acknowledger: Acknowledger
  private readonly cardOptions: AlarmCardOptions
  private alarms: Alarms = UNKNOWN_ALARMS
  /** Cards of the selected entity. */
  private cards: readonly Card[] = []
  private list: AlarmList | undefined
  private wall: Wall | undefined
  /** What the wall view shows beside alarms. */
  private content: Omit<WallContent, 'alarms'> = { sceneIds: [], sceneId: undefined, cameras: [] }

  constructor(private readonly options: AlarmPaneOptions) {
    const { api, workspaceId, refreshMs, writeObstacle, store } = options
    this.monitor = new AlarmMonitor({
      api,
      workspaceId,
      interval: refreshMs,
      tabs: options.tabs,
      onChange: (alarms) => this.show(alarms),
      onAnswer: (type, answer) =>
        options.onAnswer(type.id, { ...answer, content: withAgreedStates(answer.content, type) }),
    })
    this.acknowledger = new Acknowledger({ api, workspaceId, monitor: this.monitor, writeObstacle })
    this.states = new AlarmStates({
      newest: (alarm) => this.monitor.newest(alarm),
      findComponent: (alarm) => this.acknowledger.findComponent(alarm),
    })
    this.cardOptions = {
      obstacle: (alarm) => this.acknowledger.obstacle(alarm),
      onAcknowledge: (alarm) => void this.acknowledge(alarm),
    }
    this.summary = new AlarmSummary({
      onAlarm: (severity) => this.goToNext(severity),
      onList: () => store.update({ view: store.state.view === 'alarms' ? undefined : 'alarms' }),
    })
    this.summary.show(this.alarms)
  }

  /** Wrap an API so that both states of an alarm agree in its histories. */
  withOneState(api: Api): Api {
    return withOneAlarmState(api, () => this.monitor.types)
  }

  /** Let a feed have the states of the alarms as soon as they are known. */
  withStates(feed: PrioritizedFeed): PrioritizedFeed {
    return this.states.over(feed)
  }

  start(): void {
    this.monitor.start()
    void this.update(this.options.store.state)
  }

  retry(): void {
    this.monitor.retry()
  }

  /** Update the ages. */
  tick(now: number): void {
    this.fillCards(now)
    this.list?.tick(now)
  }

  /** The names of entities are read. */
  refresh(): void {
    this.list?.show(this.alarms)
  }

  /** The scenes of the workspace are read, or another one is shown. */
  setScenes(sceneIds: readonly string[], sceneId: string | undefined): void {
    this.content = { ...this.content, sceneIds, sceneId }
    this.wall?.nameScene()
  }

  setCameras(cameras: readonly string[]): void {
    this.content = { ...this.content, cameras }
  }

  /** Open or close the list and the wall view, as the view state says. */
  async update({ view }: ViewState): Promise<void> {
    const isWall = view === 'wall'
    const isOpen = isWall || view === 'alarms'
    this.summary.setListOpen(isOpen)
    this.element.hidden = !isOpen
    setAttribute(this.element.closest('.app') ?? this.element, 'data-view', isOpen ? view : undefined)
    if (!isWall) this.leaveWall()
    if (!isOpen) return
    const isNew = !this.list
    const list = await this.loadList()
    list.show(this.alarms)
    if (isNew && !isWall) list.focus()
    if (isWall) await this.enterWall()
  }

  /** An element with the alarm of a component, which changes with it; undefined if the component is no alarm. */
  card(entity: Entity, componentName: string, component: Component): HTMLElement | undefined {
    const properties = Object.entries(component.properties ?? {})
    if (!properties.some(([name, { definition }]) => isAlarmState(name, definition))) return undefined
    const element = h('div', { class: 'alarm-card' })
    // Only the entity that is selected now has cards.
    this.cards = [...this.cards.filter((card) => card.entity === entity), { element, entity, componentName }]
    this.fillCards(clock.now())
    return element
  }

  private show(alarms: Alarms): void {
    this.alarms = alarms
    this.summary.show(alarms)
    this.list?.show(alarms)
    this.wall?.show(alarms)
    void this.states.update(alarms.list)
    this.fillCards(clock.now())
    this.options.onChange(alarms)
  }

  private fillCards(now: number): void {
    for (const { element, entity, componentName } of this.cards) {
      const alarm = this.alarms.list.find(
        (candidate) =>
          candidate.entityId === entity.entityId &&
          (candidate.componentName ?? alarmComponents(entity, candidate)[0]) === componentName,
      )
      fillAlarmCard(element, alarm, now, this.cardOptions)
    }
  }

  private goToNext(severity: Severity): void {
    const { store, navigate } = this.options
    const ids = [...new Set(this.alarms.list.filter((alarm) => alarm.severity === severity).map(({ entityId }) => entityId))]
    const entity = ids[(ids.indexOf(store.state.entity ?? '') + 1) % ids.length]
    if (entity) navigate({ entity }, 'panel')
  }

  private async acknowledge(alarm: Alarm): Promise<void> {
    const { openAcknowledgeDialog } = await import('./ui/acknowledge_dialog')
    openAcknowledgeDialog({
      alarm,
      name: this.nameOf(alarm.entityId),
      noteObstacle: this.acknowledger.noteObstacle(alarm),
      acknowledge: async (note) => {
        try {
          await this.acknowledger.acknowledge(alarm, note)
        } finally {
          // A refusal is the reason why others cannot be acknowledged either.
          this.fillCards(clock.now())
          this.list?.show(this.alarms)
        }
      },
    })
  }

  private async loadList(): Promise<AlarmList> {
    if (this.list) return this.list
    const { AlarmList } = await import('./ui/alarm_list')
    const { store, navigate } = this.options
    if (this.list) return this.list
    this.list = new AlarmList({
      ...this.cardOptions,
      nameOf: (entityId) => this.nameOf(entityId),
      onSelect: (entity) => navigate({ entity }, 'panel'),
      onWall: () => store.update({ view: 'wall' }),
      onClose: () => store.update({ view: undefined }),
    })
    this.element.append(this.list.element)
    return this.list
  }

  private async enterWall(): Promise<void> {
    const { Wall } = await import('./ui/wall')
    const { store, showCamera } = this.options
    if (this.wall || store.state.view !== 'wall') return
    // The page changes the state by itself here, so that the Back button skips these changes.
    const change = (next: Parameters<Store['update']>[0]) => store.update(next, true)
    this.wall = new Wall({
      nameOf: (entityId) => this.nameOf(entityId),
      content: () => this.content,
      now: () => clock.now(),
      onCamera: (name) => {
        change({ entity: undefined })
        showCamera(name)
      },
      onScene: (scene) => change({ scene, camera: undefined, entity: undefined }),
      onAlarm: ({ entityId }) => change({ entity: entityId }),
      onLeave: () => store.update({ view: undefined }),
    })
    this.element.prepend(this.wall.element)
    this.wall.show(this.alarms)
    this.wall.start()
  }

  private leaveWall(): void {
    this.wall?.stop()
    this.wall?.element.remove()
    this.wall = undefined
  }

  private nameOf(entityId: string): string {
    return this.options.nameOf(entityId) ?? entityId
  }
}

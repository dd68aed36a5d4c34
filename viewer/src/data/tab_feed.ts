/**
 * Lets the tabs of a browser that show the same twin to the same user read its values once: one of them, the leader,
 * makes the requests and sends the readings to the others. A tab without a leader that answers reads by itself.
 */

import type { Connection } from './connection'
import type { Binding, Reading } from './feed'
import type { PrioritizedFeed } from './live'
import { highest, type Priority } from './priority'
import { type Tabs, type TabMessage, isDemand } from './tabs'

type Listener = (reading: Reading) => void

export interface TabFeedOptions {
  /** Reads values by requests. */
  readonly feed: PrioritizedFeed & { age(): number }
  readonly tabs: Tabs
  readonly connection: Connection
  /** Milliseconds between requests for values. */
  readonly interval: number
}

/** Longest pause between messages to tabs that have a leader, in milliseconds. */
const BEAT_MS = 2_000
/** Without hearing of the leader for so long, a tab reads by itself: a browser may have frozen the leader. */
const LOST_MS = 8_000
/** Without hearing of a tab for so long, the leader no longer reads for it. */
const GONE_MS = 30_000

/** What the leader reads for another tab. */
interface Served {
  readonly stops: Map<string, () => void>
  heardAt: number
}

/** A property that this tab shows. */
interface Shown {
  readonly binding: Binding
  readonly listeners: Map<Listener, Priority>
  reading: Reading
  /** Priority at which it is read now: by this tab, or by the leader. */
  priority: Priority | undefined
  /** Ends reading by this tab. */
  stop: (() => void) | undefined
}

export class TabFeed implements PrioritizedFeed {
  private readonly shown = new Map<string, Shown>()
  /** What this tab reads for others, as the leader: by tab and property. */
  private readonly served = new Map<string, Served>()
  private readonly outbox = new Map<string, [string, Reading][]>()
  private demands = new Map<string, Shown>()
  private isLeader = false
  private heardAt = -Infinity
  private leaderAge = 0
  private readonly timer: ReturnType<typeof setInterval>

  constructor(private readonly options: TabFeedOptions) {
    const { tabs, connection, interval } = options
    connection.addAge(() => this.age(), interval)
    tabs.start({
      onLead: () => this.lead(),
      onEnd: () => this.leave(),
      onMessage: (message) => this.receive(message),
    })
    connection.subscribe(({ name }) => {
      // A tab whose user is signed out shows no values that another tab reads.
      if (name === 'signed-out') this.leave()
      else if (!tabs.isOpen && !tabs.isHidden) tabs.open()
    })
    this.timer = setInterval(() => this.beat(), BEAT_MS)
  }

  at(priority: Priority) {
    return { subscribe: (binding: Binding, listener: Listener) => this.subscribe(binding, listener, priority) }
  }

  subscribe(binding: Binding, listener: Listener, priority: Priority = 'visible'): () => void {
    const key = keyOf(binding)
    const shown = this.shown.get(key) ?? { binding, listeners: new Map<Listener, Priority>(), reading: { isPending: true }, priority: undefined, stop: undefined }
    this.shown.set(key, shown)
    shown.listeners.set(listener, priority)
    listener(shown.reading)
    this.read(key, shown)
    return () => {
      shown.listeners.delete(listener)
      if (this.shown.get(key) !== shown) return
      if (shown.listeners.size > 0) return this.read(key, shown)
      this.shown.delete(key)
      shown.stop?.()
      if (!this.isLeader) this.options.tabs.send({ to: 'leader', release: [key] })
    }
  }

  dispose(): void {
    clearInterval(this.timer)
    this.leave()
  }

  /** Whether a leader answers, so that this tab makes no requests for values. */
  private get isFollower(): boolean {
    return !this.isLeader && this.options.tabs.isOpen && performance.now() - this.heardAt < LOST_MS
  }

  /** Read a property at the highest priority of its listeners, unless that is done. */
  private read(key: string, shown: Shown): void {
    const priority = highest(shown.listeners.values())
    if (priority === shown.priority) return
    shown.priority = priority
    if (this.isFollower) this.demand(key, shown)
    else this.readHere(shown, priority)
  }

  private readHere(shown: Shown, priority: Priority): void {
    const stop = shown.stop
    shown.stop = this.options.feed.at(priority).subscribe(shown.binding, (reading) => this.show(shown, reading))
    stop?.()
  }

  private show(shown: Shown, latest: Reading): void {
    // Another reader begins without a value; the last one stays until it has one.
    const isLost = latest.value === undefined && shown.reading.value !== undefined
    if (isLost && latest.error === undefined) return
    const reading = isLost ? { ...shown.reading, ...latest } : latest
    shown.reading = reading
    for (const listener of [...shown.listeners.keys()]) listener(reading)
  }

  /** Ask the leader for readings, for all properties of the present task in one message. */
  private demand(key: string, shown: Shown): void {
    if (this.demands.size === 0) queueMicrotask(() => this.sendDemands())
    this.demands.set(key, shown)
  }

  private sendDemands(): void {
    const demands = [...this.demands.values()].map(({ binding, priority = 'visible' }) => ({ binding, priority }))
    this.demands = new Map()
    this.options.tabs.send({ to: 'leader', demands })
  }

  private receive(message: TabMessage): void {
    if (isDemand(message)) {
      if (this.isLeader) this.serve(message)
      return
    }
    if (this.isLeader || !this.options.tabs.isOpen) return
    const wasFollower = this.isFollower
    this.heardAt = performance.now()
    this.leaderAge = message.age ?? this.leaderAge
    if (!wasFollower || message.isNew) this.follow()
    for (const [key, reading] of message.readings ?? []) {
      const shown = this.shown.get(key)
      if (shown) this.show(shown, reading)
    }
  }

  /** Leave the requests to the leader. */
  private follow(): void {
    for (const [key, shown] of this.shown) {
      shown.stop?.()
      shown.stop = undefined
      this.demand(key, shown)
    }
  }

  private lead(): void {
    this.isLeader = true
    this.readAllHere()
    this.options.tabs.send({ to: 'all', isNew: true, age: 0 })
  }

  /** Stop taking part: the page is hidden, or its user is signed out. */
  private leave(): void {
    const { tabs } = this.options
    if (!tabs.isOpen && !this.isLeader) return
    if (!this.isLeader) tabs.send({ to: 'leader', release: 'all' })
    for (const tab of [...this.served.keys()]) this.stopServing(tab)
    this.isLeader = false
    this.heardAt = -Infinity
    tabs.close()
    this.readAllHere()
  }

  private readAllHere(): void {
    for (const shown of this.shown.values()) if (!shown.stop) this.readHere(shown, shown.priority ?? 'visible')
  }

  private serve(message: Extract<TabMessage, { to: 'leader' }>): void {
    const { from = '', demands = [], release = [] } = message
    // A tab that is not served yet has to send what it shows.
    if (demands.length === 0 && release.length === 0 && !this.served.has(from)) {
      this.options.tabs.send({ to: from, isNew: true, age: this.options.feed.age() })
      return
    }
    const { stops } = this.served.get(from) ?? { stops: new Map<string, () => void>() }
    this.served.set(from, { stops, heardAt: performance.now() })
    for (const { binding, priority } of demands) {
      const key = keyOf(binding)
      const stop = stops.get(key)
      stops.set(key, this.options.feed.at(priority).subscribe(binding, (reading) => this.post(from, key, reading)))
      stop?.()
    }
    if (release === 'all') return this.stopServing(from)
    for (const key of release) {
      stops.get(key)?.()
      stops.delete(key)
    }
  }

  private stopServing(tab: string): void {
    for (const stop of this.served.get(tab)?.stops.values() ?? []) stop()
    this.served.delete(tab)
  }

  /** Send a reading to a tab, all of the present task in one message. */
  private post(tab: string, key: string, reading: Reading): void {
    const readings = this.outbox.get(tab)
    if (readings) return void readings.push([key, reading])
    this.outbox.set(tab, [[key, reading]])
    queueMicrotask(() => {
      this.options.tabs.send({ to: tab, readings: this.outbox.get(tab) ?? [] })
      this.outbox.delete(tab)
    })
  }

  private beat(): void {
    if (this.isLeader) {
      const gone = [...this.served].filter(([, { heardAt }]) => performance.now() - heardAt > GONE_MS)
      for (const [tab] of gone) this.stopServing(tab)
      this.options.tabs.send({ to: 'all', age: this.options.feed.age() })
    } else if (this.options.tabs.isOpen) {
      this.options.tabs.send({ to: 'leader' })
      if (!this.isFollower) this.readAllHere()
    }
  }

  private age(): number {
    return this.isFollower ? this.leaderAge + performance.now() - this.heardAt : 0
  }
}

function keyOf({ entityId, componentName, propertyName, isStaticData = false }: Binding): string {
  return JSON.stringify([entityId, componentName, propertyName, isStaticData])
}

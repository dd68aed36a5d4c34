/** The newest values of properties, polled: one request for all properties of an entity's component. */

import { type Api, ApiError, type DataValue, MOST_PROPERTIES } from '../api/api'
import type { Connection } from './connection'
import type { Binding, Feed, Reading, Value } from './feed'
import { Limiter } from './limiter'
import { AHEAD_MS, INTERVAL_MS, Poller } from './poller'
import { milliseconds, plain } from './values'

type Listener = (reading: Reading) => void

export interface LiveOptions {
  readonly api: Api
  readonly workspaceId: string
  readonly connection: Connection
  /** Milliseconds from one request to the next. */
  readonly interval?: number
}

/** Static properties change with the definition only. */
const STATIC_INTERVAL_MS = 30_000
/** A browser opens six connections to a host; some are left for what users do. */
const AT_ONCE = 4
/** How far back the newest value is looked for. */
const LOOK_BACK_MS = 30 * 86_400_000
/** How late values may come when there was none before. */
const LATE_MS = 600_000

export class LiveFeed implements Feed {
  private readonly groups = new Map<string, Group>()
  private readonly limiter = new Limiter(AT_ONCE)

  constructor(private readonly options: LiveOptions) {
    options.connection.watch((state) => {
      if (state.isUp) for (const group of this.groups.values()) group.retry()
    })
  }

  watch(binding: Binding, listener: Listener): () => void {
    const key = [binding.entityId, binding.componentName, binding.isStaticData === true].join('\n')
    let group = this.groups.get(key)
    if (!group) {
      group = new Group(binding, this.options, this.limiter)
      this.groups.set(key, group)
    }
    const found = group
    const leave = found.join(binding.propertyName, listener)
    return () => {
      leave()
      if (found.isEmpty && this.groups.get(key) === found) {
        this.groups.delete(key)
        found.stop()
      }
    }
  }

  dispose(): void {
    for (const group of this.groups.values()) group.stop()
    this.groups.clear()
  }
}

/** All watched properties of one component. */
class Group {
  private readonly topics = new Map<string, Topic>()
  private readonly poller: Poller
  /** Properties that are asked for alone, because a request with them was refused. */
  private readonly alone = new Set<string>()
  private isScheduled = false

  constructor(
    private readonly binding: Binding,
    private readonly options: LiveOptions,
    private readonly limiter: Limiter,
  ) {
    const interval = options.interval ?? INTERVAL_MS
    this.poller = new Poller({
      task: () => this.poll(),
      interval: binding.isStaticData ? Math.max(interval, STATIC_INTERVAL_MS) : interval,
      onError: () => undefined, // each property has been told
    })
  }

  get isEmpty(): boolean {
    return this.topics.size === 0
  }

  join(name: string, listener: Listener): () => void {
    let topic = this.topics.get(name)
    if (!topic) {
      topic = new Topic()
      this.topics.set(name, topic)
      this.schedule()
    }
    const found = topic
    found.listeners.add(listener)
    listener(found.reading)
    return () => {
      found.listeners.delete(listener)
      if (found.listeners.size === 0 && this.topics.get(name) === found) this.topics.delete(name)
    }
  }

  retry(): void {
    this.poller.retry()
  }

  stop(): void {
    this.poller.stop()
  }

  /** Waits until all who come now have come, and asks for all of them at once. */
  private schedule(): void {
    if (this.isScheduled) return
    this.isScheduled = true
    queueMicrotask(() => {
      this.isScheduled = false
      this.poller.kick()
    })
  }

  private async poll(): Promise<void> {
    const failures: unknown[] = []
    for (const names of this.parts()) {
      try {
        await this.limiter.run(() => this.ask(names))
      } catch (error) {
        if (names.length > 1 && isRefused(error)) failures.push(...(await this.askEach(names)))
        else failures.push(this.fail(names, error))
      }
    }
    // Only what may pass is a reason to wait longer, or else one wrong name would slow the others down.
    const passing = failures.find((error) => !isRefused(error))
    if (passing !== undefined) throw passing
  }

  private parts(): string[][] {
    const together = [...this.topics.keys()].filter((name) => !this.alone.has(name))
    const parts: string[][] = []
    for (let first = 0; first < together.length; first += MOST_PROPERTIES) {
      parts.push(together.slice(first, first + MOST_PROPERTIES))
    }
    for (const name of this.alone) if (this.topics.has(name)) parts.push([name])
    return parts
  }

  /** One of them is wrong: find out which, so that the others come together again the next time. */
  private async askEach(names: readonly string[]): Promise<unknown[]> {
    const failures: unknown[] = []
    for (const name of names) {
      try {
        await this.limiter.run(() => this.ask([name]))
      } catch (error) {
        if (isRefused(error)) this.alone.add(name)
        failures.push(this.fail([name], error))
      }
    }
    return failures
  }

  private fail(names: readonly string[], error: unknown): unknown {
    const message = error instanceof Error ? error.message : String(error)
    for (const name of names) this.topics.get(name)?.fail(message)
    return error
  }

  private async ask(names: readonly string[]): Promise<void> {
    const wanted = names.filter((name) => this.topics.has(name))
    if (wanted.length === 0) return
    if (this.binding.isStaticData) await this.askStatic(wanted)
    else await this.askNewest(wanted)
    for (const name of wanted) this.alone.delete(name)
  }

  private async askStatic(names: readonly string[]): Promise<void> {
    const { entityId, componentName } = this.binding
    const found = await this.options.api.values(this.options.workspaceId, entityId, componentName, names)
    for (const name of names) this.topics.get(name)?.take(plain(found[name]), undefined)
  }

  private async askNewest(names: readonly string[]): Promise<void> {
    const now = Date.now()
    const { entityId, componentName } = this.binding
    const page = await this.options.api.history(this.options.workspaceId, {
      entityId,
      componentName,
      selectedProperties: names,
      startTime: new Date(Math.min(...names.map((name) => this.since(name, now)))).toISOString(),
      endTime: new Date(now + AHEAD_MS).toISOString(),
      orderByTime: 'DESCENDING',
      maxResults: 1,
    })
    const newest = new Map<string, { time: number; value: DataValue | undefined }>()
    for (const item of page.items) {
      const name = item.entityPropertyReference.propertyName
      for (const one of item.values ?? []) {
        const time = milliseconds(one.time)
        if (time !== undefined && time >= (newest.get(name)?.time ?? -Infinity)) {
          newest.set(name, { time, value: one.value })
        }
      }
    }
    for (const name of names) {
      const topic = this.topics.get(name)
      if (!topic) continue
      topic.asked = now
      const found = newest.get(name)
      if (found && found.time >= (topic.reading.time ?? -Infinity)) topic.take(plain(found.value), found.time)
      else topic.take(topic.reading.value, topic.reading.time)
    }
  }

  /** Where the search for a newer value begins: it is no longer than it has to be. */
  private since(name: string, now: number): number {
    const topic = this.topics.get(name)
    // Starts are exclusive, and a value may be replaced by another one of the same time.
    if (topic?.reading.time !== undefined) return topic.reading.time - 1
    return topic?.asked === undefined ? now - LOOK_BACK_MS : topic.asked - LATE_MS
  }
}

class Topic {
  reading: Reading = {}
  /** When a request for it last succeeded, in milliseconds since 1970. */
  asked: number | undefined
  readonly listeners = new Set<Listener>()

  take(value: Value | undefined, time: number | undefined): void {
    this.become({ ...(value === undefined ? {} : { value }), ...(time === undefined ? {} : { time }) })
  }

  fail(error: string): void {
    this.become({ ...this.reading, error })
  }

  private become(reading: Reading): void {
    const { value, time, error } = this.reading
    if (value === reading.value && time === reading.time && error === reading.error) return
    this.reading = reading
    for (const listener of [...this.listeners]) listener(reading)
  }
}

function isRefused(error: unknown): boolean {
  return error instanceof ApiError && !error.isPassing
}

/** Polls the newest values of properties, with one request for all subscribed properties of a component. */

import { type Api, ApiError, type DataValue, MAX_PROPERTIES } from '../api/api'
import type { Connection } from './connection'
import type { Binding, Feed, Reading, Value } from './feed'
import { Limiter } from './limiter'
import { INTERVAL_MS, MAX_CLOCK_SKEW_MS, Poller } from './poller'
import { parseTime, scalarValue } from './values'

type Listener = (reading: Reading) => void

export interface LiveOptions {
  readonly api: Api
  readonly workspaceId: string
  readonly connection: Connection
  /** Milliseconds between requests. */
  readonly interval?: number
}

/** Static properties change with a deployment only. */
const STATIC_INTERVAL_MS = 30_000
/** A browser opens six connections to a host; the rest is for what the user requests. */
const MAX_CONCURRENT = 4
/** How far back the first request looks for a value. */
const LOOK_BACK_MS = 30 * 86_400_000
/** How far before the last request a property without a value is looked for, as values may arrive late. */
const MAX_DELAY_MS = 600_000

export class LiveFeed implements Feed {
  private readonly pollers = new Map<string, ComponentPoller>()
  private readonly limiter = new Limiter(MAX_CONCURRENT)

  constructor(private readonly options: LiveOptions) {
    options.connection.subscribe((state) => {
      if (state.isUp) for (const poller of this.pollers.values()) poller.retry()
    })
  }

  subscribe(binding: Binding, listener: Listener): () => void {
    const key = [binding.entityId, binding.componentName, binding.isStaticData === true].join('\n')
    const poller = this.pollers.get(key) ?? new ComponentPoller(binding, this.options, this.limiter)
    this.pollers.set(key, poller)
    const unsubscribe = poller.subscribe(binding.propertyName, listener)
    return () => {
      unsubscribe()
      if (poller.isEmpty && this.pollers.get(key) === poller) {
        this.pollers.delete(key)
        poller.stop()
      }
    }
  }

  dispose(): void {
    for (const poller of this.pollers.values()) poller.stop()
    this.pollers.clear()
  }
}

/** Polls the subscribed properties of one component. */
class ComponentPoller {
  private readonly subscriptions = new Map<string, PropertySubscription>()
  private readonly poller: Poller
  /** Properties that are requested separately, because the service refused a request for them. */
  private readonly refused = new Set<string>()
  private isScheduled = false

  constructor(
    private readonly component: Binding,
    private readonly options: LiveOptions,
    private readonly limiter: Limiter,
  ) {
    const interval = options.interval ?? INTERVAL_MS
    this.poller = new Poller({
      task: () => this.poll(),
      interval: component.isStaticData ? Math.max(interval, STATIC_INTERVAL_MS) : interval,
      onError: () => undefined, // Each subscription has got the error.
    })
  }

  get isEmpty(): boolean {
    return this.subscriptions.size === 0
  }

  subscribe(name: string, listener: Listener): () => void {
    let subscription = this.subscriptions.get(name)
    if (!subscription) {
      subscription = new PropertySubscription()
      this.subscriptions.set(name, subscription)
      this.schedule()
    }
    const { listeners, reading } = subscription
    listeners.add(listener)
    listener(reading)
    return () => {
      listeners.delete(listener)
      if (listeners.size === 0 && this.subscriptions.get(name) === subscription) this.subscriptions.delete(name)
    }
  }

  retry(): void {
    this.poller.retry()
  }

  stop(): void {
    this.poller.stop()
  }

  /** Poll once after all subscriptions of the present task are made. */
  private schedule(): void {
    if (this.isScheduled) return
    this.isScheduled = true
    queueMicrotask(() => {
      this.isScheduled = false
      this.poller.kick()
    })
  }

  private async poll(): Promise<void> {
    const errors: unknown[] = []
    for (const names of this.batches()) {
      try {
        await this.limiter.run(() => this.request(names))
      } catch (error) {
        if (names.length > 1 && isRefused(error)) errors.push(...(await this.requestEach(names)))
        else errors.push(this.reportError(names, error))
      }
    }
    // Only transient errors delay the next poll; otherwise one wrong name would slow down all properties.
    const transientError = errors.find((error) => !isRefused(error))
    if (transientError !== undefined) throw transientError
  }

  private batches(): string[][] {
    const names = [...this.subscriptions.keys()].filter((name) => !this.refused.has(name))
    const batches: string[][] = []
    for (let first = 0; first < names.length; first += MAX_PROPERTIES) {
      batches.push(names.slice(first, first + MAX_PROPERTIES))
    }
    for (const name of this.refused) if (this.subscriptions.has(name)) batches.push([name])
    return batches
  }

  /** Request each property separately after a batch was refused, to find which of them the service refuses. */
  private async requestEach(names: readonly string[]): Promise<unknown[]> {
    const errors: unknown[] = []
    for (const name of names) {
      try {
        await this.limiter.run(() => this.request([name]))
      } catch (error) {
        if (isRefused(error)) this.refused.add(name)
        errors.push(this.reportError([name], error))
      }
    }
    return errors
  }

  private reportError(names: readonly string[], error: unknown): unknown {
    const message = error instanceof Error ? error.message : String(error)
    for (const name of names) this.subscriptions.get(name)?.setError(message)
    return error
  }

  private async request(names: readonly string[]): Promise<void> {
    const subscribed = names.filter((name) => this.subscriptions.has(name))
    if (subscribed.length === 0) return
    if (this.component.isStaticData) await this.requestStatic(subscribed)
    else await this.requestNewest(subscribed)
    for (const name of subscribed) this.refused.delete(name)
  }

  private async requestStatic(names: readonly string[]): Promise<void> {
    const { entityId, componentName } = this.component
    const values = await this.options.api.values(this.options.workspaceId, entityId, componentName, names)
    for (const name of names) this.subscriptions.get(name)?.setValue(scalarValue(values[name]), undefined)
  }

  private async requestNewest(names: readonly string[]): Promise<void> {
    const now = Date.now()
    const { entityId, componentName } = this.component
    const page = await this.options.api.history(this.options.workspaceId, {
      entityId,
      componentName,
      selectedProperties: names,
      startTime: new Date(Math.min(...names.map((name) => this.startTime(name, now)))).toISOString(),
      endTime: new Date(now + MAX_CLOCK_SKEW_MS).toISOString(),
      orderByTime: 'DESCENDING',
      maxResults: 1,
    })
    const newest = new Map<string, { time: number; value: DataValue | undefined }>()
    for (const item of page.items) {
      const name = item.entityPropertyReference.propertyName
      for (const sample of item.values ?? []) {
        const time = parseTime(sample.time)
        if (time !== undefined && time >= (newest.get(name)?.time ?? -Infinity)) {
          newest.set(name, { time, value: sample.value })
        }
      }
    }
    for (const name of names) {
      const subscription = this.subscriptions.get(name)
      if (!subscription) continue
      subscription.requestedAt = now
      const { value, time } = subscription.reading
      const sample = newest.get(name)
      if (sample && sample.time >= (time ?? -Infinity)) subscription.setValue(scalarValue(sample.value), sample.time)
      else subscription.setValue(value, time)
    }
  }

  /** Start of the time range in which a newer value may be, as short as possible. */
  private startTime(name: string, now: number): number {
    const subscription = this.subscriptions.get(name)
    // The start of a request is exclusive, and a value may be replaced by another one with the same time.
    if (subscription?.reading.time !== undefined) return subscription.reading.time - 1
    return subscription?.requestedAt === undefined ? now - LOOK_BACK_MS : subscription.requestedAt - MAX_DELAY_MS
  }
}

/** The reading of one property, and those who listen to it. */
class PropertySubscription {
  reading: Reading = {}
  /** When the last successful request was sent, in milliseconds since 1970. */
  requestedAt: number | undefined
  readonly listeners = new Set<Listener>()

  setValue(value: Value | undefined, time: number | undefined): void {
    this.setReading({ ...(value === undefined ? {} : { value }), ...(time === undefined ? {} : { time }) })
  }

  setError(error: string): void {
    this.setReading({ ...this.reading, error })
  }

  private setReading(reading: Reading): void {
    const { value, time, error } = this.reading
    if (value === reading.value && time === reading.time && error === reading.error) return
    this.reading = reading
    for (const listener of [...this.listeners]) listener(reading)
  }
}

/** Whether the service refuses a request, so that the same request fails again. */
function isRefused(error: unknown): boolean {
  return error instanceof ApiError && !error.isTransient
}

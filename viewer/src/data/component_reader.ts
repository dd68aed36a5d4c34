/** Reads the subscribed properties of one component, except those that are read with their component type. */

import { type Api, ApiError, type Component, type DataValue, MAX_PROPERTIES } from '../api/api'
import { clock } from './clock'
import type { Binding, Reading } from './feed'
import { MAX_CLOCK_SKEW_MS, Poller } from './poller'
import { highest, isHigher, type Priority } from './priority'
import { PropertySubscription } from './property_subscription'
import { parseTime, scalarValue } from './values'

export interface ReaderOptions {
  readonly apiAt: (priority: Priority) => Api
  readonly workspaceId: string
  /** Milliseconds between requests. */
  readonly interval: number
}

/** Static properties change with a deployment only. */
const STATIC_INTERVAL_MS = 30_000
/** How far back the first request looks for a value. */
const LOOK_BACK_MS = 30 * 86_400_000
/** How far before the last request a property without a value is looked for, as values may arrive late. */
const MAX_DELAY_MS = 600_000

/** After so many intervals without an answer, a request of a higher priority does not wait for the next one. */
const LATE_INTERVALS = 2
/** Until the properties of a component of which all were refused are requested separately again. */
const SEPARATE_AGAIN_MS = 60_000

export class ComponentReader {
  readonly subscriptions = new Map<string, PropertySubscription>()
  /** Properties that are read with the component type. */
  readonly coveredNames = new Set<string>()
  /** Values of its properties with `isExternalId`, as far as answers had them. */
  externalIds: Readonly<Record<string, string>> = {}
  private poller: Poller
  private pollerPriority: Priority = 'rest'
  /** Properties that are requested separately, because the service refused a request for them. */
  private readonly refused = new Set<string>()
  private separateAfter = -Infinity
  private isScheduled = false
  private readonly units = new Map<string, string>()

  constructor(
    readonly component: Binding,
    private readonly options: ReaderOptions,
  ) {
    this.poller = this.createPoller()
  }

  get isEmpty(): boolean {
    return this.subscriptions.size === 0
  }

  /** Whether a request was answered, or refused. */
  get isAnswered(): boolean {
    return [...this.subscriptions.values()].some(({ requestedAt }) => requestedAt !== undefined)
  }

  get priority(): Priority {
    return highest([...this.subscriptions.values()].flatMap(({ listeners }) => [...listeners.values()]))
  }

  subscribe(name: string, listener: (reading: Reading) => void, priority: Priority): () => void {
    let subscription = this.subscriptions.get(name)
    if (!subscription) {
      subscription = new PropertySubscription(this.component.isStaticData === true)
      this.subscriptions.set(name, subscription)
      const unit = this.units.get(name)
      if (unit !== undefined) subscription.setUnit(unit)
      this.schedule()
    }
    const { listeners, reading, requestedAt } = subscription
    listeners.set(listener, priority)
    listener(reading)
    // A request that waits keeps its priority, so that another one takes its place.
    const isLate = clock.now() - (requestedAt ?? -Infinity) > LATE_INTERVALS * this.options.interval
    if (isLate && isHigher(this.priority, this.pollerPriority)) this.schedule()
    return () => {
      listeners.delete(listener)
      if (listeners.size === 0 && this.subscriptions.get(name) === subscription) this.subscriptions.delete(name)
    }
  }

  /** Add the units of the component's properties to their readings. */
  setUnits(component: Component): void {
    for (const [name, { definition }] of Object.entries(component.properties ?? {})) {
      const unit = definition?.dataType?.unitOfMeasure
      if (unit === undefined) continue
      this.units.set(name, unit)
      this.subscriptions.get(name)?.setUnit(unit)
    }
  }

  retry(): void {
    this.poller.retry()
  }

  stop(): void {
    this.poller.stop()
  }

  /** Read once now, also what is read with the component type. @returns false if the request failed. */
  async readAll(): Promise<boolean> {
    try {
      await this.poll([...this.subscriptions.keys()])
      return true
    } catch {
      return false
    }
  }

  private createPoller(): Poller {
    const { interval } = this.options
    return new Poller({
      task: () => this.poll([...this.subscriptions.keys()].filter((name) => !this.coveredNames.has(name))),
      interval: this.component.isStaticData ? Math.max(interval, STATIC_INTERVAL_MS) : interval,
      onError: () => undefined, // Each subscription has got the error.
    })
  }

  /** Poll once after all subscriptions of the present task are made. */
  private schedule(): void {
    if (this.isScheduled) return
    this.isScheduled = true
    queueMicrotask(() => {
      this.isScheduled = false
      if (this.isEmpty) return
      if (this.pollerPriority !== this.priority) {
        this.poller.stop()
        this.poller = this.createPoller()
        this.pollerPriority = this.priority
      }
      this.poller.kick()
    })
  }

  private async poll(names: readonly string[]): Promise<void> {
    const errors: unknown[] = []
    for (const batch of this.batches(names)) {
      try {
        await this.request(batch)
      } catch (error) {
        if (batch.length > 1 && isRefused(error) && clock.now() >= this.separateAfter) errors.push(...(await this.requestEach(batch)))
        else errors.push(this.reportError(batch, error))
      }
    }
    // Only transient errors delay the next poll; otherwise one wrong name would slow down all properties.
    const transientError = errors.find((error) => !isRefused(error))
    if (transientError !== undefined) throw transientError
  }

  private batches(names: readonly string[]): string[][] {
    const accepted = names.filter((name) => !this.refused.has(name))
    const batches: string[][] = []
    for (let first = 0; first < accepted.length; first += MAX_PROPERTIES) {
      batches.push(accepted.slice(first, first + MAX_PROPERTIES))
    }
    for (const name of names) if (this.refused.has(name)) batches.push([name])
    return batches
  }

  /** Request each property separately after a batch was refused, to find which of them the service refuses. */
  private async requestEach(names: readonly string[]): Promise<unknown[]> {
    const errors: unknown[] = []
    const refused: string[] = []
    for (const name of names) {
      try {
        await this.request([name])
      } catch (error) {
        if (isRefused(error)) refused.push(name)
        errors.push(this.reportError([name], error))
      }
    }
    // If all are refused, the reason is not one of them, and separate requests would only be more of them.
    if (refused.length === names.length) this.separateAfter = clock.now() + SEPARATE_AGAIN_MS
    else for (const name of refused) this.refused.add(name)
    return errors
  }

  private reportError(names: readonly string[], error: unknown): unknown {
    const message = error instanceof Error ? error.message : String(error)
    for (const name of names) {
      const subscription = this.subscriptions.get(name)
      if (!subscription) continue
      // A refusal is an answer: nothing is late.
      if (isRefused(error)) subscription.requestedAt = clock.now()
      subscription.setError(message)
    }
    return error
  }

  private async request(names: readonly string[]): Promise<void> {
    const subscribed = names.filter((name) => this.subscriptions.has(name))
    if (subscribed.length === 0) return
    this.pollerPriority = this.priority
    if (this.component.isStaticData) await this.requestStatic(subscribed)
    else await this.requestNewest(subscribed)
    for (const name of subscribed) this.refused.delete(name)
  }

  private async requestStatic(names: readonly string[]): Promise<void> {
    const { entityId, componentName } = this.component
    const api = this.options.apiAt(this.priority)
    const values = await api.values(this.options.workspaceId, entityId, componentName, names)
    for (const name of names) this.subscriptions.get(name)?.setValue(scalarValue(values[name]), undefined)
  }

  private async requestNewest(names: readonly string[]): Promise<void> {
    const now = clock.now()
    const { entityId, componentName } = this.component
    const page = await this.options.apiAt(this.priority).history(this.options.workspaceId, {
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
      const { propertyName: name, externalIdProperty } = item.entityPropertyReference
      if (externalIdProperty) this.externalIds = externalIdProperty
      for (const sample of item.values ?? []) {
        const time = parseTime(sample.time)
        if (time !== undefined && time >= (newest.get(name)?.time ?? -Infinity)) {
          newest.set(name, { time, value: sample.value })
        }
      }
    }
    for (const name of names) {
      const sample = newest.get(name)
      this.subscriptions.get(name)?.update(sample && scalarValue(sample.value), sample?.time, now)
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

/** Whether the service refuses a request, so that the same request fails again. */
export function isRefused(error: unknown): boolean {
  return error instanceof ApiError && !error.isTransient
}

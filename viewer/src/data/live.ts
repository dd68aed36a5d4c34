/** Keeps the newest values of subscribed properties: by component type where the type's reader can, else by component. */

import type { Api, PropertyHistory } from '../api/api'
import { clock } from './clock'
import { ComponentReader } from './component_reader'
import type { Connection } from './connection'
import type { Binding, Feed, Reading } from './feed'
import { INTERVAL_MS } from './poller'
import type { Priority } from './priority'
import type { PropertySubscription } from './property_subscription'
import type { Answer } from './shared_answers'
import { TypeReaders } from './type_readers'

export interface LiveOptions {
  /** The API for requests of a priority. */
  readonly apiAt: (priority: Priority) => Api
  readonly workspaceId: string
  readonly connection: Connection
  /** Milliseconds between requests. */
  readonly interval?: number
  /** Age in milliseconds from which a number is stale. Default: never. */
  readonly staleAfterMs?: number
}

/** A feed whose subscriptions may have another priority. */
export interface PrioritizedFeed extends Feed {
  /** The same feed, for requests of a priority. */
  at(priority: Priority): Feed
}

const TICK_MS = 1_000

export class LiveFeed implements PrioritizedFeed {
  private readonly readers = new Map<string, ComponentReader>()
  private readonly types: TypeReaders
  private readonly interval: number
  private readonly timer: ReturnType<typeof setInterval>
  private readonly stopListening: (() => void)[]

  constructor(private readonly options: LiveOptions) {
    const { connection } = options
    this.interval = options.interval ?? INTERVAL_MS
    this.types = new TypeReaders({ ...options, interval: this.interval })
    this.stopListening = [
      connection.subscribe((state) => {
        if (state.isUp) this.retry()
      }),
      connection.addAge(() => this.age(), this.interval),
    ]
    this.timer = setInterval(() => this.tick(), TICK_MS)
  }

  at(priority: Priority): Feed {
    return { subscribe: (binding, listener) => this.subscribe(binding, listener, priority) }
  }

  subscribe(binding: Binding, listener: (reading: Reading) => void, priority: Priority = 'visible'): () => void {
    const key = [binding.entityId, binding.componentName, binding.isStaticData === true].join('\n')
    let reader = this.readers.get(key)
    if (!reader) {
      reader = new ComponentReader(binding, { ...this.options, interval: this.interval })
      this.readers.set(key, reader)
      if (!binding.isStaticData) this.types.add(reader)
    }
    const unsubscribe = reader.subscribe(binding.propertyName, listener, priority)
    return () => {
      unsubscribe()
      if (!reader.isEmpty || this.readers.get(key) !== reader) return
      this.readers.delete(key)
      this.types.remove(reader)
      reader.stop()
    }
  }

  /** Take what another reader of the page read of all components of a type, in place of an own request. */
  take(componentTypeId: string, answer: Answer<readonly PropertyHistory[]>): void {
    this.types.take(componentTypeId, answer)
  }

  /** How late the value is that waits longest for an answer, in milliseconds since it was known to be the newest one. */
  age(): number {
    const now = clock.now()
    let age = 0
    for (const subscription of this.subscriptions()) {
      if (!subscription.isStatic && subscription.isInView) age = Math.max(age, now - subscription.newestUntil)
    }
    return age
  }

  dispose(): void {
    clearInterval(this.timer)
    for (const stop of this.stopListening) stop()
    for (const reader of this.readers.values()) reader.stop()
    this.types.stop()
    this.readers.clear()
  }

  private retry(): void {
    for (const reader of this.readers.values()) reader.retry()
    this.types.retry()
  }

  private tick(): void {
    const now = clock.now()
    const staleAfter = this.options.staleAfterMs ?? Infinity
    for (const subscription of this.subscriptions()) subscription.markStale(now, staleAfter)
  }

  private *subscriptions(): Iterable<PropertySubscription> {
    for (const reader of this.readers.values()) yield* reader.subscriptions.values()
  }
}

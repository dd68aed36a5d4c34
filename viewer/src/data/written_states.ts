/** States of alarms that this page wrote, shown at once: the next answers have them, a few seconds later. */

import { type AlarmState, asLevel, asStatus } from './alarm_state'
import type { AlarmProperties } from './alarm_type'
import type { Binding, Feed, Reading } from './feed'
import type { PrioritizedFeed } from './live'

interface WrittenState {
  readonly state: AlarmState
  readonly properties: AlarmProperties
}

export class WrittenStates {
  private readonly states = new Map<string, WrittenState>()
  private readonly listeners = new Map<string, Set<() => void>>()

  add(entityId: string, componentName: string, written: WrittenState): void {
    const key = keyOf({ entityId, componentName })
    this.states.set(key, written)
    for (const listener of this.listeners.get(key) ?? []) listener()
  }

  /** The feed with these states, until an answer has a state that is as new. */
  over(feed: PrioritizedFeed): PrioritizedFeed {
    const subscribeTo =
      (inner: Feed): Feed['subscribe'] =>
      (binding, listener) =>
        this.subscribe(inner, binding, listener)
    return { subscribe: subscribeTo(feed), at: (priority) => ({ subscribe: subscribeTo(feed.at(priority)) }) }
  }

  private subscribe(feed: Feed, binding: Binding, listener: (reading: Reading) => void): () => void {
    const key = keyOf(binding)
    let reading: Reading = {}
    const update = (): void => listener(this.newest(key, binding, reading))
    const listeners = this.listeners.get(key) ?? new Set()
    this.listeners.set(key, listeners.add(update))
    const unsubscribe = feed.subscribe(binding, (next) => {
      reading = next
      update()
    })
    return () => {
      unsubscribe()
      listeners.delete(update)
      if (listeners.size === 0) this.listeners.delete(key)
    }
  }

  private newest(key: string, { propertyName }: Binding, reading: Reading): Reading {
    const written = this.states.get(key)
    if (!written) return reading
    const { state, properties } = written
    const isStatus = propertyName === properties.status
    if ((!isStatus && propertyName !== properties.level) || (reading.time ?? 0) >= state.time) return reading
    return { ...reading, value: isStatus ? asStatus(state) : asLevel(state), time: state.time }
  }
}

function keyOf({ entityId, componentName }: Pick<Binding, 'entityId' | 'componentName'>): string {
  return `${entityId}\n${componentName}`
}

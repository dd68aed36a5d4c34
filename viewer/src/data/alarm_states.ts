/** The states of alarms over a feed: what tags and details show agrees with the list, also between two answers. */

import { type AlarmState, asLevel, asStatus } from './alarm_state'
import type { AlarmProperties } from './alarm_type'
import type { Alarm } from './alarms'
import type { Binding, Feed, Reading } from './feed'
import type { PrioritizedFeed } from './live'

interface StateOfComponent {
  readonly state: AlarmState
  readonly properties: AlarmProperties
}

export interface AlarmStatesOptions {
  /** The newest state of an alarm, also after it ended. */
  readonly newest: (alarm: Alarm) => AlarmState | undefined
  readonly findComponent: (alarm: Alarm) => Promise<string>
}

export class AlarmStates {
  /** By component. */
  private readonly states = new Map<string, StateOfComponent>()
  /** By entity: what is shown of it. */
  private readonly listeners = new Map<string, Set<() => void>>()
  /** Alarms of entities that are shown, with their component. */
  private readonly followed = new Map<string, { readonly alarm: Alarm; readonly componentName: string }>()

  constructor(private readonly options: AlarmStatesOptions) {}

  /** Take over the alarms of an answer, and the end of those that were there before. */
  async update(alarms: readonly Alarm[]): Promise<void> {
    for (const { alarm, componentName } of this.followed.values()) this.follow(alarm, componentName)
    const shown = alarms.filter(({ id, entityId }) => this.listeners.has(entityId) && !this.followed.has(id))
    await Promise.all(
      shown.map(async (alarm) => {
        try {
          this.follow(alarm, await this.options.findComponent(alarm))
        } catch {
          // The next answer of the feed has the state, too.
        }
      }),
    )
  }

  /** Show the newest state of an alarm now, and later ones. */
  follow(alarm: Alarm, componentName: string): void {
    this.followed.set(alarm.id, { alarm, componentName })
    const state = this.options.newest(alarm)
    if (!state) return
    this.states.set(keyOf(alarm.entityId, componentName), { state, properties: alarm.properties })
    for (const listener of this.listeners.get(alarm.entityId) ?? []) listener()
  }

  /** The feed with these states, where it has none that is as new. */
  over(feed: PrioritizedFeed): PrioritizedFeed {
    const subscribeTo =
      (inner: Feed): Feed['subscribe'] =>
      (binding, listener) =>
        this.subscribe(inner, binding, listener)
    return { subscribe: subscribeTo(feed), at: (priority) => ({ subscribe: subscribeTo(feed.at(priority)) }) }
  }

  private subscribe(feed: Feed, binding: Binding, listener: (reading: Reading) => void): () => void {
    const { entityId } = binding
    let reading: Reading = {}
    let shown: Reading | undefined
    const update = (): void => {
      const next = this.newest(binding, reading)
      if (shown && isEqual(shown, next)) return
      shown = next
      listener(next)
    }
    const listeners = this.listeners.get(entityId) ?? new Set()
    this.listeners.set(entityId, listeners.add(update))
    const unsubscribe = feed.subscribe(binding, (next) => {
      reading = next
      update()
    })
    return () => {
      unsubscribe()
      listeners.delete(update)
      if (listeners.size === 0 && this.listeners.get(entityId) === listeners) this.listeners.delete(entityId)
    }
  }

  private newest({ entityId, componentName, propertyName }: Binding, reading: Reading): Reading {
    const alarm = this.states.get(keyOf(entityId, componentName))
    if (!alarm) return reading
    const { state, properties } = alarm
    const isStatus = propertyName === properties.status
    if ((!isStatus && propertyName !== properties.level) || (reading.time ?? 0) >= state.time) return reading
    const { isPending: _, ...settled } = reading
    return { ...settled, value: isStatus ? asStatus(state) : asLevel(state), time: state.time }
  }
}

function keyOf(entityId: string, componentName: string): string {
  return `${entityId}\n${componentName}`
}

function isEqual(a: Reading, b: Reading): boolean {
  const names = ['value', 'time', 'error', 'isStale', 'isPending', 'unit'] as const
  return names.every((name) => a[name] === b[name])
}

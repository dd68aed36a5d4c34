/**
 * Reads the alarm states of all entities, with one request for all entities of an alarm type. If a connector cannot
 * answer for a component type, each entity is requested.
 */

import { type Api, ApiError, MAX_VALUES, type PropertyHistory } from '../api/api'
import { Limiter } from './limiter'
import { INTERVAL_MS, MAX_CLOCK_SKEW_MS, Poller } from './poller'
import { type Severity, STATUS_PROPERTIES, severityOf, worse } from './severity'
import { parseTime, scalarValue } from './values'

const BASE_ALARM_TYPE = 'com.amazon.iottwinmaker.alarm.basic'
/** The alarm evaluator writes changes only, so that a state may be old. */
const LOOK_BACK_MS = 365 * 86_400_000
/** How late a state may arrive. */
const MAX_DELAY_MS = 600_000
const MAX_PAGES = 50
const MAX_CONCURRENT = 4

export interface Alarms {
  /** Severity by id of each entity that has an alarm with a state. */
  readonly severities: ReadonlyMap<string, Severity>
  readonly error?: string
}

interface AlarmState {
  readonly time: number
  readonly property: string
  readonly severity: Severity
}

interface AlarmType {
  readonly id: string
  readonly properties: readonly string[]
  /** Entities with a component of this type. */
  readonly entityIds: readonly string[]
  /** Newest state by owner: an external id, such as an `alarm_key`, or an entity. */
  readonly states: Map<string, AlarmState>
  /** When it was last read, in milliseconds since 1970. */
  lastRead?: number
  /** Entities and component names, if the connector answers only for one entity at a time. */
  components?: readonly (readonly [string, string])[]
}

export interface AlarmOptions {
  readonly api: Api
  readonly workspaceId: string
  readonly onChange: (alarms: Alarms) => void
  /** Milliseconds between requests. */
  readonly interval?: number
}

export class AlarmMonitor {
  private readonly api: Api
  private readonly workspaceId: string
  private readonly poller: Poller
  private types: AlarmType[] | undefined
  private readonly entityIdsByOwner = new Map<string, string[]>()
  private severities = new Map<string, Severity>()
  private lastNotification = ''

  constructor(private readonly options: AlarmOptions) {
    this.api = options.api
    this.workspaceId = options.workspaceId
    this.poller = new Poller({
      task: () => this.poll(),
      interval: options.interval ?? INTERVAL_MS,
      onError: (error) => this.notify(error.message),
    })
  }

  start(): void {
    this.poller.kick()
  }

  retry(): void {
    this.poller.retry()
  }

  stop(): void {
    this.poller.stop()
  }

  private async poll(): Promise<void> {
    this.types ??= await this.findTypes()
    for (const type of this.types) {
      await (type.components ? this.readComponents(type, type.components) : this.readType(type))
    }
    this.severities = await this.resolveSeverities(this.types)
    this.notify(undefined)
  }

  private notify(error: string | undefined): void {
    const notification = JSON.stringify([error, [...this.severities].sort()])
    if (notification === this.lastNotification) return
    this.lastNotification = notification
    this.options.onChange({ severities: this.severities, ...(error === undefined ? {} : { error }) })
  }

  private async findTypes(): Promise<AlarmType[]> {
    const types: AlarmType[] = []
    // The service lists the types that extend another one directly, so each level is requested.
    const queue = [BASE_ALARM_TYPE]
    const seen = new Set(queue)
    for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
      const entities = await this.api.entities(this.workspaceId, { componentTypeId: id })
      if (entities.length > 0) {
        const names = new Set(await this.api.propertyNames(this.workspaceId, id))
        const properties = STATUS_PROPERTIES.filter((name) => names.has(name))
        types.push({ id, properties, entityIds: entities.map((entity) => entity.entityId), states: new Map() })
      }
      for (const subtype of await this.api.extendingTypes(this.workspaceId, id)) {
        if (!seen.has(subtype)) queue.push(subtype)
        seen.add(subtype)
      }
    }
    return types.filter((type) => type.properties.length > 0)
  }

  private async readType(type: AlarmType): Promise<void> {
    try {
      await this.readAllEntities(type)
    } catch (error) {
      if (!(error instanceof ApiError) || error.isTransient) throw error
      type.components = await this.findComponents(type)
      await this.readComponents(type, type.components)
    }
  }

  private async readAllEntities(type: AlarmType): Promise<void> {
    const now = Date.now()
    let nextToken: string | undefined
    const seenOwners = new Set<string>()
    for (let page = 0; page < MAX_PAGES; page += 1) {
      const history = await this.api.history(this.workspaceId, {
        componentTypeId: type.id,
        ...statesSinceLastRead(type, now, MAX_VALUES),
        ...(nextToken ? { nextToken } : {}),
      })
      for (const item of history.items) {
        const { entityId, externalIdProperty } = item.entityPropertyReference
        const owner = Object.values(externalIdProperty ?? {})[0] || (entityId && `\n${entityId}`)
        if (!owner) continue
        if (entityId) this.entityIdsByOwner.set(owner, [entityId])
        seenOwners.add(owner)
        keepNewestState(type, owner, item)
      }
      nextToken = history.nextToken
      // Values come newest first: once each alarm has a state, the remaining pages hold older ones.
      const isComplete = type.lastRead === undefined && seenOwners.size >= type.entityIds.length
      if (!nextToken || isComplete) break
    }
    type.lastRead = now
  }

  private async readComponents(type: AlarmType, components: readonly (readonly [string, string])[]): Promise<void> {
    const now = Date.now()
    const limiter = new Limiter(MAX_CONCURRENT)
    const reads = components.map(([entityId, componentName]) =>
      limiter.run(async () => {
        const request = { entityId, componentName, ...statesSinceLastRead(type, now, 1) }
        const history = await this.api.history(this.workspaceId, request)
        const owner = `\n${entityId}\n${componentName}`
        this.entityIdsByOwner.set(owner, [entityId])
        for (const item of history.items) keepNewestState(type, owner, item)
      }),
    )
    await Promise.all(reads)
    type.lastRead = now
  }

  private async findComponents(type: AlarmType): Promise<[string, string][]> {
    const limiter = new Limiter(MAX_CONCURRENT)
    const reads = type.entityIds.map((entityId) =>
      limiter.run(async () => {
        const { components = {} } = await this.api.entity(this.workspaceId, entityId)
        const names = Object.keys(components).filter((name) => components[name]?.componentTypeId === type.id)
        return names.map((name): [string, string] => [entityId, name])
      }),
    )
    return (await Promise.all(reads)).flat()
  }

  private async resolveSeverities(types: readonly AlarmType[]): Promise<Map<string, Severity>> {
    const severities = new Map<string, Severity>()
    for (const { states } of types) {
      for (const [owner, { severity }] of states) {
        // Finding the entity of an external id takes a request, which a normal state does not need.
        if (severity === 'normal') continue
        for (const entityId of await this.entityIdsOf(owner)) {
          severities.set(entityId, worse(severities.get(entityId) ?? 'normal', severity))
        }
      }
    }
    return severities
  }

  private async entityIdsOf(owner: string): Promise<string[]> {
    const cached = this.entityIdsByOwner.get(owner)
    if (cached) return cached
    const entities = await this.api.entities(this.workspaceId, { externalId: owner })
    const ids = entities.map((entity) => entity.entityId)
    this.entityIdsByOwner.set(owner, ids)
    return ids
  }
}

function statesSinceLastRead(type: AlarmType, now: number, maxResults: number) {
  const start = type.lastRead === undefined ? now - LOOK_BACK_MS : type.lastRead - MAX_DELAY_MS
  return {
    selectedProperties: type.properties,
    startTime: new Date(start).toISOString(),
    endTime: new Date(now + MAX_CLOCK_SKEW_MS).toISOString(),
    orderByTime: 'DESCENDING',
    maxResults,
  } as const
}

/** Store the newest state of an answer, if it is newer than the stored one. */
function keepNewestState(type: AlarmType, owner: string, item: PropertyHistory): void {
  for (const sample of item.values ?? []) {
    const time = parseTime(sample.time)
    const severity = severityOf(scalarValue(sample.value))
    if (time === undefined || severity === undefined) continue
    const state = { time, property: item.entityPropertyReference.propertyName, severity }
    const stored = type.states.get(owner)
    if (!stored || isNewer(state, stored)) type.states.set(owner, state)
  }
}

/** Of two states with the same time, that of `alarmStatus` counts: it tells a warning from a critical alarm. */
function isNewer(state: AlarmState, other: AlarmState): boolean {
  return state.time > other.time || (state.time === other.time && state.property === 'alarmStatus')
}

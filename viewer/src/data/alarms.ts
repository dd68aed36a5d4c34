/**
 * Which entities have an alarm. Alarms are read by their component types: one request for all entities of one. Where a
 * connector does not answer for a type, each entity is asked.
 */

import { type Api, ApiError, MOST_VALUES, type PropertyHistory } from '../api/api'
import { Limiter } from './limiter'
import { AHEAD_MS, INTERVAL_MS, Poller } from './poller'
import { type Severity, STATUS_PROPERTIES, severityOf, worse } from './severity'
import { milliseconds, plain } from './values'

const ALARM_TYPE = 'com.amazon.iottwinmaker.alarm.basic'
/** The evaluator writes changes only, so that a state may be old. */
const LOOK_BACK_MS = 365 * 86_400_000
/** How late a state may come. */
const LATE_MS = 600_000
const MOST_PAGES = 50
const AT_ONCE = 4

export interface Alarms {
  /** Of each entity with an alarm that has a state. */
  readonly severities: ReadonlyMap<string, Severity>
  readonly error?: string
}

interface State {
  readonly time: number
  readonly property: string
  readonly severity: Severity
}

interface AlarmType {
  readonly id: string
  readonly properties: readonly string[]
  /** Entities with a component of it. */
  readonly entityIds: readonly string[]
  /** By external id, such as an `alarm_key`. */
  readonly states: Map<string, State>
  /** When it was read last. */
  read?: number
  /** Entities and components, where its connector answers for them alone. */
  each?: readonly (readonly [string, string])[]
}

export interface AlarmOptions {
  readonly api: Api
  readonly workspaceId: string
  readonly onChange: (alarms: Alarms) => void
  /** Milliseconds from one request to the next. */
  readonly interval?: number
}

export class AlarmWatch {
  private readonly api: Api
  private readonly workspaceId: string
  private readonly poller: Poller
  private types: AlarmType[] | undefined
  private readonly owners = new Map<string, string[]>()
  private severities = new Map<string, Severity>()
  private shown = ''

  constructor(private readonly options: AlarmOptions) {
    this.api = options.api
    this.workspaceId = options.workspaceId
    this.poller = new Poller({
      task: () => this.poll(),
      interval: options.interval ?? INTERVAL_MS,
      onError: (error) => this.tell(error.message),
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
    for (const type of this.types) await (type.each ? this.readEach(type, type.each) : this.read(type))
    this.severities = await this.resolve(this.types)
    this.tell(undefined)
  }

  private tell(error: string | undefined): void {
    const found = JSON.stringify([error, [...this.severities].sort()])
    if (found === this.shown) return
    this.shown = found
    this.options.onChange({ severities: this.severities, ...(error === undefined ? {} : { error }) })
  }

  private async findTypes(): Promise<AlarmType[]> {
    const found: AlarmType[] = []
    // The service gives those below the first level to nobody who asks for the type above.
    const open = [ALARM_TYPE]
    const seen = new Set(open)
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      const entities = await this.api.entities(this.workspaceId, { componentTypeId: id })
      if (entities.length > 0) {
        const has = new Set(await this.api.propertyNames(this.workspaceId, id))
        const properties = STATUS_PROPERTIES.filter((name) => has.has(name))
        const entityIds = entities.map((one) => one.entityId)
        found.push({ id, properties, entityIds, states: new Map() })
      }
      for (const below of await this.api.extendingTypes(this.workspaceId, id)) {
        if (!seen.has(below)) open.push(below)
        seen.add(below)
      }
    }
    return found.filter((one) => one.properties.length > 0)
  }

  private async read(type: AlarmType): Promise<void> {
    try {
      await this.readAll(type)
    } catch (error) {
      if (!(error instanceof ApiError) || error.isPassing) throw error
      type.each = await this.components(type)
      await this.readEach(type, type.each)
    }
  }

  private async readAll(type: AlarmType): Promise<void> {
    const now = Date.now()
    const start = type.read === undefined ? now - LOOK_BACK_MS : type.read - LATE_MS
    let nextToken: string | undefined
    const seen = new Set<string>()
    for (let page = 0; page < MOST_PAGES; page += 1) {
      const found = await this.api.history(this.workspaceId, {
        componentTypeId: type.id,
        ...this.question(type, start, now, MOST_VALUES),
        ...(nextToken ? { nextToken } : {}),
      })
      for (const item of found.items) {
        const { entityId, externalIdProperty } = item.entityPropertyReference
        const owner = Object.values(externalIdProperty ?? {})[0] || (entityId && `\n${entityId}`)
        if (!owner) continue
        if (entityId) this.owners.set(owner, [entityId])
        seen.add(owner)
        take(type, owner, item)
      }
      nextToken = found.nextToken
      // Newest first: once each alarm has said something, the rest is history.
      const isDone = type.read === undefined && seen.size >= type.entityIds.length
      if (!nextToken || isDone) break
    }
    type.read = now
  }

  private async readEach(type: AlarmType, components: readonly (readonly [string, string])[]): Promise<void> {
    const now = Date.now()
    const start = type.read === undefined ? now - LOOK_BACK_MS : type.read - LATE_MS
    const limiter = new Limiter(AT_ONCE)
    const reads = components.map(([entityId, componentName]) =>
      limiter.run(async () => {
        const question = this.question(type, start, now, 1)
        const found = await this.api.history(this.workspaceId, { entityId, componentName, ...question })
        const owner = `\n${entityId}\n${componentName}`
        this.owners.set(owner, [entityId])
        for (const item of found.items) take(type, owner, item)
      }),
    )
    await Promise.all(reads)
    type.read = now
  }

  private question(type: AlarmType, start: number, now: number, maxResults: number) {
    return {
      selectedProperties: type.properties,
      startTime: new Date(start).toISOString(),
      endTime: new Date(now + AHEAD_MS).toISOString(),
      orderByTime: 'DESCENDING',
      maxResults,
    } as const
  }

  private async components(type: AlarmType): Promise<[string, string][]> {
    const limiter = new Limiter(AT_ONCE)
    const found = type.entityIds.map((entityId) =>
      limiter.run(async () => {
        const { components = {} } = await this.api.entity(this.workspaceId, entityId)
        const names = Object.keys(components).filter((name) => components[name]?.componentTypeId === type.id)
        return names.map((name): [string, string] => [entityId, name])
      }),
    )
    return (await Promise.all(found)).flat()
  }

  private async resolve(types: readonly AlarmType[]): Promise<Map<string, Severity>> {
    const found = new Map<string, Severity>()
    for (const { states } of types) {
      for (const [owner, { severity }] of states) {
        // Who it is matters for those that are shown.
        if (severity === 'normal') continue
        for (const entityId of await this.ownersOf(owner)) {
          found.set(entityId, worse(found.get(entityId) ?? 'normal', severity))
        }
      }
    }
    return found
  }

  private async ownersOf(externalId: string): Promise<string[]> {
    const known = this.owners.get(externalId)
    if (known) return known
    const found = await this.api.entities(this.workspaceId, { externalId })
    const ids = found.map((one) => one.entityId)
    this.owners.set(externalId, ids)
    return ids
  }
}

/** Keeps the newest state in an answer, if it is newer than what is known. */
function take(type: AlarmType, owner: string, item: PropertyHistory): void {
  for (const one of item.values ?? []) {
    const time = milliseconds(one.time)
    const severity = severityOf(plain(one.value))
    if (time === undefined || severity === undefined) continue
    const state = { time, property: item.entityPropertyReference.propertyName, severity }
    const before = type.states.get(owner)
    if (!before || isNewer(state, before)) type.states.set(owner, state)
  }
}

/** At the same time, the property that says how bad it is wins. */
function isNewer(one: State, other: State): boolean {
  return one.time > other.time || (one.time === other.time && one.property === 'alarmStatus')
}

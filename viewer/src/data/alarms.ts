/**
 * Reads the alarms of all entities, with one request for all entities of an alarm type. If a connector cannot
 * answer for a component type, each entity is requested.
 */

import { type Api, ApiError, MAX_VALUES, type PropertyHistory } from '../api/api'
import { AlarmRecord, type AlarmSummary } from './alarm_record'
import type { AlarmState } from './alarm_state'
import { type AlarmProperties, alarmProperties, BASE_ALARM_TYPE, isWritable } from './alarm_type'
import { clock } from './clock'
import { Limiter } from './limiter'
import { INTERVAL_MS, MAX_CLOCK_SKEW_MS, Poller } from './poller'
import { type Severity, worse } from './severity'
import { type Answer, SharedAnswers } from './shared_answers'
import type { Tabs } from './tabs'
import { parseTime, scalarValue } from './values'

/** The alarm evaluator writes changes only, so that a state may be old. */
const LOOK_BACK_MS = 365 * 86_400_000
/** How late a state may arrive. */
const MAX_DELAY_MS = 600_000
const MAX_PAGES = 50
const MAX_CONCURRENT = 4
/** States of one component in an answer: so many changes since it was normal tell when an alarm began. */
const STATES_OF_COMPONENT = 20

/** An alarm that is not normal. */
export interface Alarm extends AlarmSummary {
  /** Unique in the workspace. */
  readonly id: string
  readonly entityId: string
  readonly typeId: string
  /** Absent if the connector answers with external ids only. */
  readonly componentName?: string
  /** Its external id, such as an `alarm_key`. */
  readonly externalId?: string
  readonly properties: AlarmProperties
  /** Whether its type can be written. */
  readonly isWritable: boolean
}

/** The alarms of an entity. */
export interface EntityAlarms {
  readonly severity: Severity
  readonly count: number
}

export interface Alarms {
  /** Whether they are read: `unknown` until the first answer. */
  readonly state: 'unknown' | 'known'
  /** Alarms that are not normal. */
  readonly list: readonly Alarm[]
  readonly byEntity: ReadonlyMap<string, EntityAlarms>
  /** Number of entities of alarm types; 0 if the workspace has no alarms. */
  readonly entityCount: number
  /** Number of those whose alarm has no state yet: neither normal nor active. */
  readonly withoutState: number
  /** Message of the last request if it failed. The alarms are then those of the last successful one. */
  readonly error?: string
}

export const UNKNOWN_ALARMS: Alarms = {
  state: 'unknown',
  list: [],
  byEntity: new Map(),
  entityCount: 0,
  withoutState: 0,
}

/** An alarm type with its entities. */
export interface AlarmType {
  readonly id: string
  readonly properties: AlarmProperties
  readonly isWritable: boolean
  /** Entities with a component of this type. */
  readonly entityIds: ReadonlySet<string>
}

interface Place {
  readonly entityId: string
  readonly componentName?: string
}

/** The states of all alarms of a type in a range, as the connector answered. */
interface AlarmAnswer {
  readonly items: readonly PropertyHistory[]
  /** Whether there are no further states in the range. */
  readonly isAll: boolean
}

interface TypeReader extends AlarmType {
  readonly shared: SharedAnswers<AlarmAnswer>
  /** By owner: an external id, or a place as JSON. */
  readonly records: Map<string, AlarmRecord>
  /** When it was last read, in milliseconds since 1970. */
  lastRead?: number
  /** Places, if the connector answers only for one entity at a time. */
  components?: readonly Required<Place>[]
}

export interface AlarmOptions {
  readonly api: Api
  readonly workspaceId: string
  readonly onChange: (alarms: Alarms) => void
  /** All states, messages and notes of a type's alarms since a time are read. */
  readonly onAnswer?: (type: AlarmType, answer: Answer<readonly PropertyHistory[]>) => void
  /** Milliseconds between requests. */
  readonly interval?: number
  /** Other tabs, with which requests are shared. */
  readonly tabs?: Tabs | undefined
}

export class AlarmMonitor {
  private readonly api: Api
  private readonly workspaceId: string
  private readonly poller: Poller
  private readonly interval: number
  private readers: TypeReader[] | undefined
  private readonly placesByOwner = new Map<string, readonly Place[]>()
  private alarms: Alarms = UNKNOWN_ALARMS
  private lastNotification = ''

  constructor(private readonly options: AlarmOptions) {
    this.api = options.api
    this.workspaceId = options.workspaceId
    this.interval = options.interval ?? INTERVAL_MS
    this.poller = new Poller({
      task: () => this.poll(),
      interval: this.interval,
      onError: (error) => this.notify({ ...this.alarms, error: error.message }),
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
    for (const { shared } of this.readers ?? []) shared.stop()
  }

  /** The alarm types; none until they are read. */
  get types(): readonly AlarmType[] {
    return this.readers ?? []
  }

  /** The newest state of an alarm, also after it ended. */
  newest(alarm: Alarm): AlarmState | undefined {
    return this.recordOf(alarm)?.newest
  }

  /** Add a state that this page wrote, and read the alarms again. */
  async addWritten(alarm: Alarm, state: AlarmState, note: string | undefined): Promise<void> {
    this.recordOf(alarm)?.addWritten(state, note, clock.now())
    this.readers?.find(({ id }) => id === alarm.typeId)?.shared.readHere()
    await this.resolve()
    this.poller.kick()
  }

  private recordOf(alarm: Alarm): AlarmRecord | undefined {
    return this.readers?.find(({ id }) => id === alarm.typeId)?.records.get(ownerOf(alarm))
  }

  private async poll(): Promise<void> {
    this.readers ??= await this.findTypes()
    for (const reader of this.readers) {
      if (reader.shared.isServed) continue
      await (reader.components ? this.readComponents(reader, reader.components) : this.readType(reader))
    }
    await this.resolve()
  }

  /** Report the alarms if they differ from those reported before. */
  private notify(alarms: Alarms): void {
    this.alarms = alarms
    const { byEntity: _, ...content } = alarms
    const notification = JSON.stringify(content)
    if (notification === this.lastNotification) return
    this.lastNotification = notification
    this.options.onChange(alarms)
  }

  private async findTypes(): Promise<TypeReader[]> {
    const readers: TypeReader[] = []
    // The service lists the types that extend another one directly, so each level is requested.
    const queue = [BASE_ALARM_TYPE]
    const seen = new Set(queue)
    for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
      const entities = await this.api.entities(this.workspaceId, { componentTypeId: id })
      if (entities.length > 0) {
        const type = await this.api.componentType(this.workspaceId, id)
        const reader: TypeReader = {
          shared: new SharedAnswers({
            tabs: this.options.tabs,
            topic: `alarms ${id}`,
            interval: this.interval,
            take: (answer) => this.takeShared(reader, answer),
          }),
          id,
          properties: alarmProperties(type.propertyDefinitions ?? {}),
          isWritable: isWritable(type),
          entityIds: new Set(entities.map((entity) => entity.entityId)),
          records: new Map(),
        }
        readers.push(reader)
      }
      for (const subtype of await this.api.extendingTypes(this.workspaceId, id)) {
        if (!seen.has(subtype)) queue.push(subtype)
        seen.add(subtype)
      }
    }
    return readers.filter(({ properties }) => properties.status ?? properties.level)
  }

  private async readType(reader: TypeReader): Promise<void> {
    try {
      await this.readAllEntities(reader)
    } catch (error) {
      if (!(error instanceof ApiError) || error.isTransient) throw error
      reader.components = await this.findComponents(reader)
      await this.readComponents(reader, reader.components)
    }
  }

  private async readAllEntities(reader: TypeReader): Promise<void> {
    const now = clock.now()
    const since = startOf(reader, now)
    const items: PropertyHistory[] = []
    let nextToken: string | undefined
    const seenOwners = new Set<string>()
    for (let page = 0; page < MAX_PAGES; page += 1) {
      const history = await this.api.history(this.workspaceId, {
        componentTypeId: reader.id,
        ...statesSinceLastRead(reader, now, MAX_VALUES),
        ...(nextToken ? { nextToken } : {}),
      })
      items.push(...history.items)
      for (const item of history.items) seenOwners.add(this.findOwner(item) ?? '')
      nextToken = history.nextToken
      // Values come newest first: once each alarm has a state, the remaining pages hold older ones.
      const isComplete = reader.lastRead === undefined && seenOwners.size >= reader.entityIds.size
      if (!nextToken || isComplete) break
    }
    this.publish(reader, { content: { items, isAll: nextToken === undefined }, since, readAt: now })
  }

  private async readComponents(reader: TypeReader, components: readonly Required<Place>[]): Promise<void> {
    const now = clock.now()
    const since = startOf(reader, now)
    const limiter = new Limiter(MAX_CONCURRENT)
    const answers = await Promise.all(
      components.map((place) =>
        limiter.run(async () => {
          const request = { ...place, ...statesSinceLastRead(reader, now, STATES_OF_COMPONENT) }
          const { items, nextToken } = await this.api.history(this.workspaceId, request)
          return { items: items.map((item) => withPlace(item, place)), isComplete: nextToken === undefined }
        }),
      ),
    )
    const items = answers.flatMap((answer) => answer.items)
    const isAll = answers.every(({ isComplete }) => isComplete)
    this.publish(reader, { content: { items, isAll }, since, readAt: now })
  }

  private async findComponents(reader: TypeReader): Promise<Required<Place>[]> {
    const limiter = new Limiter(MAX_CONCURRENT)
    const reads = [...reader.entityIds].map((entityId) =>
      limiter.run(async () => {
        const { components = {} } = await this.api.entity(this.workspaceId, entityId)
        const names = Object.keys(components).filter((name) => components[name]?.componentTypeId === reader.id)
        return names.map((componentName) => ({ entityId, componentName }))
      }),
    )
    return (await Promise.all(reads)).flat()
  }

  /** Remember an answer, and give it to other tabs if they have the states before. */
  private publish(reader: TypeReader, answer: Answer<AlarmAnswer>): void {
    if (reader.lastRead !== undefined) reader.shared.publish(answer)
    this.record(reader, answer)
  }

  /** Remember an answer of another tab. */
  private takeShared(reader: TypeReader, answer: Answer<AlarmAnswer>): boolean {
    if (reader.lastRead === undefined || answer.since > reader.lastRead) return false
    this.record(reader, answer)
    void this.resolve()
    return true
  }

  private record(reader: TypeReader, { content: { items, isAll }, since, readAt }: Answer<AlarmAnswer>): void {
    for (const [owner, own] of groupBy(items, (item) => this.findOwner(item))) {
      const record = reader.records.get(owner) ?? new AlarmRecord()
      reader.records.set(owner, record)
      const states = statesIn(own, reader.properties)
      const oldest = Math.min(...states.map(({ time }) => time))
      record.addStates(states, isAll ? since : Math.max(since, oldest - 1), readAt)
      for (const { time, text } of textsIn(own, reader.properties.message)) record.addMessage(time, text)
      for (const { time, text } of textsIn(own, reader.properties.note)) record.addNote(time, text)
      if (reader.lastRead === undefined && isAll) record.complete()
    }
    reader.lastRead = Math.max(reader.lastRead ?? readAt, readAt)
    if (isAll) this.options.onAnswer?.(reader, { content: items, since, readAt })
  }

  private findOwner(item: PropertyHistory): string | undefined {
    const { entityId, componentName, externalIdProperty } = item.entityPropertyReference
    const place = entityId ? { entityId, ...(componentName ? { componentName } : {}) } : undefined
    const externalId = Object.values(externalIdProperty ?? {})[0]
    const owner = externalId || (place && JSON.stringify(place))
    if (owner && place) this.placesByOwner.set(owner, [place])
    return owner
  }

  /** Find the entities of the alarms that are not normal, and report them. */
  private async resolve(): Promise<void> {
    const limiter = new Limiter(MAX_CONCURRENT)
    const lookUps = (this.readers ?? []).flatMap((reader) =>
      [...reader.records].map(async ([owner, record]) => {
        const summary = record.summary()
        // Finding the entity of an external id takes a request, which a normal state does not need.
        if (!summary || summary.severity === 'normal') return []
        const { id: typeId, properties, isWritable } = reader
        const places = this.placesByOwner.get(owner) ?? (await limiter.run(() => this.findPlaces(owner)))
        return places.map((place): Alarm => {
          const id = [typeId, owner, place.entityId].join('\n')
          const externalId = isPlace(owner) ? {} : { externalId: owner }
          return { id, typeId, properties, isWritable, ...place, ...externalId, ...summary }
        })
      }),
    )
    const list = (await Promise.all(lookUps)).flat()
    const entityCount = (this.readers ?? []).reduce((count, { entityIds }) => count + entityIds.size, 0)
    const withState = (this.readers ?? []).reduce((count, { records }) => count + countStates(records), 0)
    const withoutState = Math.max(entityCount - withState, 0)
    this.notify({ state: 'known', list, byEntity: groupByEntity(list), entityCount, withoutState })
  }

  private async findPlaces(externalId: string): Promise<readonly Place[]> {
    const entities = await this.api.entities(this.workspaceId, { externalId })
    const places = entities.map(({ entityId }) => ({ entityId }))
    this.placesByOwner.set(externalId, places)
    return places
  }
}

function ownerOf({ externalId, entityId, componentName }: Alarm): string {
  return externalId ?? JSON.stringify({ entityId, ...(componentName === undefined ? {} : { componentName }) })
}

function isPlace(owner: string): boolean {
  return owner.startsWith('{"entityId":')
}

function startOf(reader: TypeReader, now: number): number {
  return reader.lastRead === undefined ? now - LOOK_BACK_MS : reader.lastRead - MAX_DELAY_MS
}

function statesSinceLastRead(reader: TypeReader, now: number, maxResults: number) {
  return {
    selectedProperties: Object.values(reader.properties),
    startTime: new Date(startOf(reader, now)).toISOString(),
    endTime: new Date(now + MAX_CLOCK_SKEW_MS).toISOString(),
    orderByTime: 'DESCENDING',
    maxResults,
  } as const
}

function withPlace(item: PropertyHistory, place: Required<Place>): PropertyHistory {
  return { ...item, entityPropertyReference: { propertyName: item.entityPropertyReference.propertyName, ...place } }
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string | undefined): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const key = keyOf(item)
    if (!key) continue
    const group = groups.get(key)
    if (group) group.push(item)
    else groups.set(key, [item])
  }
  return groups
}

/** The states of one alarm, of both vocabularies by their time. */
export function statesIn(items: readonly PropertyHistory[], { status, level }: AlarmProperties): AlarmState[] {
  const byTime = new Map<number, AlarmState>()
  for (const [role, name] of [['status', status], ['level', level]] as const) {
    for (const { time, text } of textsIn(items, name)) byTime.set(time, { ...byTime.get(time), time, [role]: text })
  }
  return [...byTime.values()]
}

function textsIn(items: readonly PropertyHistory[], propertyName: string | undefined): { time: number; text: string }[] {
  const samples = items
    .filter((item) => item.entityPropertyReference.propertyName === propertyName)
    .flatMap(({ values = [] }) => values)
  return samples.flatMap((sample) => {
    const time = parseTime(sample.time)
    const text = scalarValue(sample.value)
    return time === undefined || typeof text !== 'string' ? [] : [{ time, text }]
  })
}

function countStates(records: ReadonlyMap<string, AlarmRecord>): number {
  let count = 0
  for (const { newest } of records.values()) if (newest) count += 1
  return count
}

function groupByEntity(alarms: readonly Alarm[]): Map<string, EntityAlarms> {
  const byEntity = new Map<string, EntityAlarms>()
  for (const { entityId, severity } of alarms) {
    const others = byEntity.get(entityId)
    byEntity.set(entityId, {
      severity: others ? worse(others.severity, severity) : severity,
      count: (others?.count ?? 0) + 1,
    })
  }
  return byEntity
}

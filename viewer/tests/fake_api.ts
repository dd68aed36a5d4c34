/** An API with answers that a test sets. It records the requests. */

import {
  type Api,
  ApiError,
  type ComponentType,
  type ComponentTypeDetails,
  type DataValue,
  type Entity,
  type EntityFilter,
  type EntitySummary,
  type HistoryRequest,
  type Page,
  type PropertyDefinition,
  type PropertyHistory,
  type PropertyWrite,
  ROOT,
  type Scene,
  type Transport,
} from '../src/api/api'

export interface Point {
  readonly time: number
  readonly value: DataValue
}

export class FakeApi implements Api {
  readonly origins: readonly string[] = []
  readonly requests: HistoryRequest[] = []
  readonly valueRequests: string[][] = []
  /** By entity, component and property. */
  readonly points = new Map<string, Point[]>()
  readonly statics = new Map<string, DataValue>()
  readonly externalIds = new Map<string, string>()
  /** Units of properties, by their names. */
  readonly units = new Map<string, string>()
  /** By entity: the owner that answers for a component type name in place of its external id. */
  readonly owners = new Map<string, string>()
  list: EntitySummary[] = []
  /** Filters of the requests for a page of entities. */
  readonly pageRequests: object[] = []
  pageSize = 200
  readonly entityRequests: string[] = []
  ofType = new Map<string, string[]>()
  extending = new Map<string, string[]>()
  names = new Map<string, string[]>()
  /** Written values, as text. */
  readonly writes: string[] = []
  /** Whether component types have a dataWriter. */
  isWritable = true
  /** Thrown by every request while it is set. */
  error: Error | undefined
  /** Whether requests by component type are refused. */
  hasNoIndex = false
  /** Whether answers for an entity have its external id. */
  hasOwnersInAnswers = false
  /** Types that the service itself reads: it names the entity of a value. */
  readonly native = new Set<string>()
  /** Types whose details were requested. */
  readonly typeRequests: string[] = []
  /** Properties that do not exist. A request with one of them is refused. */
  readonly unknown = new Set<string>()

  put(entityId: string, component: string, property: string, time: number, value: DataValue): void {
    const key = `${entityId}/${component}/${property}`
    const points = this.points.get(key) ?? []
    points.push({ time, value })
    this.points.set(key, points)
  }

  async workspaces(): Promise<string[]> {
    return ['w']
  }

  async scenes(): Promise<Scene[]> {
    return []
  }

  async entities(_workspaceId: string, filter?: EntityFilter): Promise<EntitySummary[]> {
    if (this.error) throw this.error
    if (!filter) return this.list
    if ('parentEntityId' in filter) {
      return this.list.filter(({ parentEntityId = ROOT }) => parentEntityId === filter.parentEntityId)
    }
    const ids =
      'componentTypeId' in filter
        ? (this.ofType.get(filter.componentTypeId) ?? [])
        : [...this.externalIds].filter(([, id]) => id === filter.externalId).map(([entity]) => entity)
    return ids.map((entityId) => this.list.find((entity) => entity.entityId === entityId) ?? { entityId, entityName: entityId })
  }

  async entityPage(workspaceId: string, filter?: EntityFilter, nextToken?: string): Promise<Page<EntitySummary>> {
    this.pageRequests.push(filter ?? {})
    const first = Number(nextToken ?? 0)
    const all = await this.entities(workspaceId, filter)
    const next = first + this.pageSize
    return { items: all.slice(first, next), ...(next < all.length ? { nextToken: String(next) } : {}) }
  }

  async componentTypes(): Promise<ComponentType[]> {
    return [...this.ofType.keys()].map((componentTypeId) => ({ componentTypeId }))
  }

  async entity(_workspaceId: string, entityId: string): Promise<Entity> {
    const types = [...this.ofType].filter(([, ids]) => ids.includes(entityId))
    const names = [...this.points.keys()].map((key) => key.split('/')).filter(([id]) => id === entityId).map(([, name]) => name)
    const [name = 'alarm'] = names
    const components = Object.fromEntries(
      types.map(([componentTypeId]) => [name, { componentTypeId, properties: this.properties(entityId, name) }]),
    )
    this.entityRequests.push(entityId)
    if (this.error) throw this.error
    const summary = this.list.find((item) => item.entityId === entityId)
    if (this.list.length > 0 && !summary) throw new ApiError(404, 'ResourceNotFoundException', `no entity ${entityId}`)
    return { entityId, entityName: entityId, ...summary, components }
  }

  async extendingTypes(_workspaceId: string, id: string): Promise<string[]> {
    return this.extending.get(id) ?? []
  }

  async componentType(_workspaceId: string, id: string): Promise<ComponentTypeDetails> {
    this.typeRequests.push(id)
    const names = this.names.get(id) ?? []
    return {
      propertyDefinitions: Object.fromEntries(names.map((name) => [name, definitionOf(name)])),
      functions: {
        ...(this.isWritable ? { dataWriter: { implementedBy: {} } } : {}),
        ...(this.native.has(id) ? { dataReader: { implementedBy: { isNative: true } } } : {}),
      },
    }
  }

  async values(_w: string, entityId: string, component: string, names: readonly string[]) {
    this.valueRequests.push([...names])
    this.refuse(names)
    const values: Record<string, DataValue> = {}
    for (const name of names) {
      const value = this.statics.get(`${entityId}/${component}/${name}`)
      if (value) values[name] = value
    }
    return values
  }

  async history(_w: string, request: HistoryRequest): Promise<Page<PropertyHistory>> {
    this.requests.push(request)
    this.refuse(request.selectedProperties)
    if (request.componentTypeId && this.hasNoIndex) throw new ApiError(400, 'ConnectorFailureException', 'no index')
    const from = Date.parse(request.startTime)
    const to = Date.parse(request.endTime)
    const offset = Number(request.nextToken ?? 0)
    const items: PropertyHistory[] = []
    let hasMore = false
    if (request.componentTypeId) return this.historyOfType(request, from, to, offset)
    const { entityId = '', componentName = '' } = request
    for (const propertyName of request.selectedProperties) {
      const points = this.points.get(`${entityId}/${componentName}/${propertyName}`)
      if (!points) continue
      const samples = points.filter((point) => point.time > from && point.time <= to)
      samples.sort((a, b) => a.time - b.time)
      if (request.orderByTime === 'DESCENDING') samples.reverse()
      const page = samples.slice(offset, offset + request.maxResults)
      const externalId = this.externalIds.get(entityId)
      hasMore ||= offset + page.length < samples.length
      items.push({
        entityPropertyReference: {
          propertyName,
          entityId,
          componentName,
          ...(externalId && this.hasOwnersInAnswers ? { externalIdProperty: { alarm_key: externalId } } : {}),
        },
        values: page.map(({ time, value }) => ({ time: new Date(time).toISOString(), value })),
      })
    }
    return { items, ...(hasMore ? { nextToken: String(offset + request.maxResults) } : {}) }
  }

  /** Answer for all entities of a type: a page has as many values of a property as are requested, of all entities. */
  private historyOfType(request: HistoryRequest, from: number, to: number, offset: number): Page<PropertyHistory> {
    const entityIds = new Set(this.ofType.get(request.componentTypeId ?? '') ?? [])
    const direction = request.orderByTime === 'DESCENDING' ? -1 : 1
    const items: PropertyHistory[] = []
    let hasMore = false
    for (const propertyName of request.selectedProperties) {
      const samples = [...this.points].flatMap(([key, points]) => {
        const [entityId = '', , name] = key.split('/')
        if (name !== propertyName || !entityIds.has(entityId)) return []
        return points.filter(({ time }) => time > from && time <= to).map((point) => ({ ...point, entityId }))
      })
      samples.sort((a, b) => direction * (a.time - b.time))
      const page = samples.slice(offset, offset + request.maxResults)
      hasMore ||= offset + page.length < samples.length
      for (const entityId of new Set(page.map((sample) => sample.entityId))) {
        const points = page.filter((sample) => sample.entityId === entityId)
        const owner = this.owners.get(entityId) ?? this.externalIds.get(entityId) ?? ''
        items.push({
          entityPropertyReference: this.native.has(request.componentTypeId ?? '')
            ? { propertyName, entityId, componentName: this.componentOf(entityId) }
            : { propertyName, externalIdProperty: { alarm_key: owner } },
          values: points.map(({ time, value }) => ({ time: new Date(time).toISOString(), value })),
        })
      }
    }
    return { items, ...(hasMore ? { nextToken: String(offset + request.maxResults) } : {}) }
  }

  async putValues(_w: string, entityId: string, component: string, writes: readonly PropertyWrite[]): Promise<void> {
    if (this.error) throw this.error
    for (const { propertyName, time, value } of writes) {
      this.writes.push(`${entityId}/${component}/${propertyName} ${value.stringValue}`)
      this.put(entityId, component, propertyName, Date.parse(time), value)
    }
  }

  async object(): Promise<ArrayBuffer> {
    return new ArrayBuffer(0)
  }

  private componentOf(entityId: string): string {
    return [...this.points.keys()].map((key) => key.split('/')).find(([id]) => id === entityId)?.[1] ?? ''
  }

  private properties(entityId: string, component: string) {
    const keys = [...this.points.keys()].map((key) => key.split('/'))
    const names = keys.filter(([id, name]) => id === entityId && name === component).map(([, , property]) => property ?? '')
    const externalId = this.externalIds.get(entityId)
    return {
      ...Object.fromEntries(names.map((name) => [name, { definition: { isTimeSeries: true, ...this.typeWithUnit(name) } }])),
      alarm_key: { definition: { isExternalId: true }, ...(externalId ? { value: { stringValue: externalId } } : {}) },
    }
  }

  through(transport: Transport): Api {
    return throughTransport(this, transport)
  }

  private typeWithUnit(name: string): PropertyDefinition {
    const unitOfMeasure = this.units.get(name)
    return unitOfMeasure === undefined ? {} : { dataType: { type: 'DOUBLE', unitOfMeasure } }
  }

  private refuse(names: readonly string[]): void {
    if (this.error) throw this.error
    const wrong = names.find((name) => this.unknown.has(name))
    if (wrong) throw new ApiError(400, 'ValidationException', `there is no property ${wrong}`)
  }
}

const LEVELS = ['NORMAL', 'WARNING', 'CRITICAL', 'ACKNOWLEDGED'].map((stringValue) => ({ stringValue }))

/** The definition of a property of an alarm type, by its name. */
function definitionOf(name: string): PropertyDefinition {
  if (name === 'alarm_key') return { isExternalId: true, dataType: { type: 'STRING' } }
  const allowedValues = name === 'alarmStatus' ? { allowedValues: LEVELS } : {}
  return { isTimeSeries: true, dataType: { type: 'STRING', ...allowedValues } }
}

/** Let each call go through a transport, as one request. */
function throughTransport(api: Api, transport: Transport): Api {
  return new Proxy(api, {
    get(target, name, self: Api) {
      const member: unknown = Reflect.get(target, name)
      if (typeof member !== 'function') return member
      if (name === 'through') return (outer: Transport) => throughTransport(self, outer)
      const kind = name === 'history' || name === 'values' ? 'data' : name === 'object' ? 'object' : 'control'
      return (...args: unknown[]) =>
        transport({ kind, key: `${String(name)} ${JSON.stringify(args)}` }, () => member.apply(target, args) as Promise<unknown>)
    },
  })
}

/** Run all pending promise callbacks, without advancing timers. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 50; turn += 1) await Promise.resolve()
}

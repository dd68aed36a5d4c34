/** Answers from what `twin preview` wrote into the page, with sample values as if they had just been measured. */

import {
  type Api,
  ApiError,
  type DataValue,
  type Entity,
  type EntityFilter,
  type EntitySummary,
  type HistoryRequest,
  type Page,
  type PropertyHistory,
  type Scene,
} from './api'

/** Samples at equal steps: each, or those that differ from the one before with their indexes. */
type Samples = { readonly all: readonly Sample[] } | { readonly changes: readonly (readonly [number, Sample])[] }
type Sample = number | string | boolean

export interface Embedded {
  readonly workspaceId: string
  readonly entities: readonly Entity[]
  readonly scenes: readonly Scene[]
  /** Files in base64, by their address. */
  readonly objects: Readonly<Record<string, string>>
  /** Component types that extend others, by the id of the other one. */
  readonly extendingTypes: Readonly<Record<string, readonly string[]>>
  /** By entity, component and property. */
  readonly samples: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, Samples>>>>>>
  /** Seconds from one sample to the next. */
  readonly step: number
  /** How many there are of each property. */
  readonly count: number
}

interface Dated {
  readonly time: number
  readonly value: DataValue
}

export class EmbeddedApi implements Api {
  private readonly byId: ReadonlyMap<string, Entity>

  /** @param now When the last sample was measured, in milliseconds since 1970. */
  constructor(
    private readonly found: Embedded,
    private readonly now: number,
  ) {
    this.byId = new Map(found.entities.map((one) => [one.entityId, one]))
  }

  async workspaces(): Promise<string[]> {
    return [this.found.workspaceId]
  }

  async scenes(): Promise<Scene[]> {
    return [...this.found.scenes]
  }

  async entities(_workspaceId: string, filter?: EntityFilter): Promise<EntitySummary[]> {
    if (!filter) return [...this.found.entities]
    return this.found.entities.filter((entity) =>
      Object.values(entity.components ?? {}).some((component) =>
        'componentTypeId' in filter
          ? component.componentTypeId === filter.componentTypeId
          : Object.values(component.properties ?? {}).some(
              ({ definition, value }) => definition?.isExternalId && value?.stringValue === filter.externalId,
            ),
      ),
    )
  }

  async entity(_workspaceId: string, entityId: string): Promise<Entity> {
    const found = this.byId.get(entityId)
    if (!found) throw new ApiError(404, 'ResourceNotFoundException', `there is no entity ${entityId}`)
    return found
  }

  async extendingTypes(_workspaceId: string, componentTypeId: string): Promise<string[]> {
    return [...(this.found.extendingTypes[componentTypeId] ?? [])]
  }

  async propertyNames(_workspaceId: string, componentTypeId: string): Promise<string[]> {
    const [[, , component] = []] = this.ofType(componentTypeId)
    return Object.keys(component?.properties ?? {})
  }

  async values(
    workspaceId: string,
    entityId: string,
    componentName: string,
    selectedProperties: readonly string[],
  ): Promise<Record<string, DataValue>> {
    const entity = await this.entity(workspaceId, entityId)
    const found: Record<string, DataValue> = {}
    for (const name of selectedProperties) {
      const property = entity.components?.[componentName]?.properties?.[name]
      if (!property) throw new ApiError(400, 'ValidationException', `there is no property ${name}`)
      if (property.value) found[name] = property.value
    }
    return found
  }

  async history(_workspaceId: string, request: HistoryRequest): Promise<Page<PropertyHistory>> {
    const from = Date.parse(request.startTime)
    const to = Date.parse(request.endTime)
    const offset = Number(request.nextToken ?? 0)
    const items: PropertyHistory[] = []
    let hasMore = false
    for (const [entityId, componentName] of this.asked(request)) {
      for (const propertyName of request.selectedProperties) {
        const all = this.dated(entityId, componentName, propertyName).filter(({ time }) => time > from && time <= to)
        if (request.orderByTime === 'DESCENDING') all.reverse()
        const page = all.slice(offset, offset + request.maxResults)
        hasMore ||= offset + page.length < all.length
        items.push({
          entityPropertyReference: { entityId, componentName, propertyName },
          values: page.map(({ time, value }) => ({ time: new Date(time).toISOString(), value })),
        })
      }
    }
    return { items, ...(hasMore ? { nextToken: String(offset + request.maxResults) } : {}) }
  }

  async object(uri: string): Promise<ArrayBuffer> {
    const found = this.found.objects[uri]
    if (found === undefined) throw new ApiError(404, 'NoSuchKey', `${uri} is not in this page`)
    const text = atob(found)
    return Uint8Array.from(text, (letter) => letter.charCodeAt(0)).buffer
  }

  private asked(request: HistoryRequest): [string, string][] {
    const { entityId, componentName, componentTypeId } = request
    if (entityId !== undefined && componentName !== undefined) return [[entityId, componentName]]
    return this.ofType(componentTypeId ?? '').map(([entity, component]) => [entity, component])
  }

  private ofType(componentTypeId: string) {
    return this.found.entities.flatMap((entity) =>
      Object.entries(entity.components ?? {})
        .filter(([, component]) => component.componentTypeId === componentTypeId)
        .map(([name, component]) => [entity.entityId, name, component] as const),
    )
  }

  private dated(entityId: string, componentName: string, propertyName: string): Dated[] {
    const samples = this.found.samples[entityId]?.[componentName]?.[propertyName]
    if (!samples) return []
    const pairs: readonly (readonly [number, Sample])[] =
      'all' in samples ? samples.all.map((value, index) => [index, value] as const) : samples.changes
    const first = this.now - (this.found.count - 1) * this.found.step * 1000
    return pairs.map(([index, value]) => ({ time: first + index * this.found.step * 1000, value: dataValue(value) }))
  }
}

function dataValue(value: Sample): DataValue {
  if (typeof value === 'number') return { doubleValue: value }
  return typeof value === 'boolean' ? { booleanValue: value } : { stringValue: value }
}

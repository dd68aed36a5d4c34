/** An API that answers from the data that `twin preview` writes into the page. Its newest sample is the present one. */

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
  type PropertyHistory,
  ROOT,
  type Scene,
} from './api'
import type { Review } from '../data/review'

/** Samples at equal steps: all of them, or only changes as index and sample. */
type Samples = { readonly all: readonly Sample[] } | { readonly changes: readonly (readonly [number, Sample])[] }
type Sample = number | string | boolean

/** What `twin preview` writes into the page. */
export interface EmbeddedPage extends Embedded {
  /** Absent without `--plan`. */
  readonly review?: Review
  /** The twin before the change, without the files that it shares with the present one. */
  readonly before?: Embedded
}

export interface Embedded {
  readonly workspaceId: string
  readonly entities: readonly Entity[]
  readonly scenes: readonly Scene[]
  /** Base64 content of files, by address. */
  readonly objects: Readonly<Record<string, string>>
  /** Ids of the component types that directly extend a type, by the id of that type. */
  readonly extendingTypes: Readonly<Record<string, readonly string[]>>
  /** Samples by entity, component and property. */
  readonly samples: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, Samples>>>>>>
  /** Seconds between samples. */
  readonly step: number
  /** Number of samples of each property. */
  readonly count: number
}

interface TimedValue {
  readonly time: number
  readonly value: DataValue
}

export class EmbeddedApi implements Api {
  readonly origins: readonly string[] = []
  private readonly byId: ReadonlyMap<string, Entity>

  /** @param now Time of the last sample, in milliseconds since 1970. */
  constructor(
    private readonly twin: Embedded,
    private readonly now: number,
  ) {
    this.byId = new Map(twin.entities.map((entity) => [entity.entityId, entity]))
  }

  /** There are no requests. */
  through(): Api {
    return this
  }

  async workspaces(): Promise<string[]> {
    return [this.twin.workspaceId]
  }

  async scenes(): Promise<Scene[]> {
    return [...this.twin.scenes]
  }

  async entities(_workspaceId: string, filter?: EntityFilter): Promise<EntitySummary[]> {
    if (!filter) return [...this.twin.entities]
    if ('parentEntityId' in filter) {
      return this.twin.entities.filter(({ parentEntityId = ROOT }) => parentEntityId === filter.parentEntityId)
    }
    return this.twin.entities.filter((entity) =>
      Object.values(entity.components ?? {}).some((component) =>
        'componentTypeId' in filter
          ? component.componentTypeId === filter.componentTypeId
          : Object.values(component.properties ?? {}).some(
              ({ definition, value }) => definition?.isExternalId && value?.stringValue === filter.externalId,
            ),
      ),
    )
  }

  async entityPage(workspaceId: string, filter?: EntityFilter): Promise<Page<EntitySummary>> {
    return { items: await this.entities(workspaceId, filter) }
  }

  async componentTypes(): Promise<ComponentType[]> {
    const components = this.twin.entities.flatMap((entity) => Object.values(entity.components ?? {}))
    const ids = new Set(components.flatMap(({ componentTypeId }) => componentTypeId ?? []))
    return [...ids].map((componentTypeId) => ({ componentTypeId }))
  }

  async entity(_workspaceId: string, entityId: string): Promise<Entity> {
    const entity = this.byId.get(entityId)
    if (!entity) throw new ApiError(404, 'ResourceNotFoundException', `entity ${entityId} does not exist`)
    return entity
  }

  async extendingTypes(_workspaceId: string, componentTypeId: string): Promise<string[]> {
    return [...(this.twin.extendingTypes[componentTypeId] ?? [])]
  }

  async componentType(_workspaceId: string, componentTypeId: string): Promise<ComponentTypeDetails> {
    const [[, , component] = []] = this.ofType(componentTypeId)
    const properties = Object.entries(component?.properties ?? {})
    return { propertyDefinitions: Object.fromEntries(properties.map(([name, { definition = {} }]) => [name, definition])) }
  }

  async values(
    workspaceId: string,
    entityId: string,
    componentName: string,
    selectedProperties: readonly string[],
  ): Promise<Record<string, DataValue>> {
    const entity = await this.entity(workspaceId, entityId)
    const values: Record<string, DataValue> = {}
    for (const name of selectedProperties) {
      const property = entity.components?.[componentName]?.properties?.[name]
      if (!property) throw new ApiError(400, 'ValidationException', `property ${name} does not exist`)
      if (property.value) values[name] = property.value
    }
    return values
  }

  async history(_workspaceId: string, request: HistoryRequest): Promise<Page<PropertyHistory>> {
    const from = Date.parse(request.startTime)
    const to = Date.parse(request.endTime)
    const offset = Number(request.nextToken ?? 0)
    const items: PropertyHistory[] = []
    let hasMore = false
    for (const [entityId, componentName] of this.requestedComponents(request)) {
      for (const propertyName of request.selectedProperties) {
        const samples = this.samplesOf(entityId, componentName, propertyName).filter(({ time }) => time > from && time <= to)
        if (request.orderByTime === 'DESCENDING') samples.reverse()
        const page = samples.slice(offset, offset + request.maxResults)
        hasMore ||= offset + page.length < samples.length
        items.push({
          entityPropertyReference: { entityId, componentName, propertyName },
          values: page.map(({ time, value }) => ({ time: new Date(time).toISOString(), value })),
        })
      }
    }
    return { items, ...(hasMore ? { nextToken: String(offset + request.maxResults) } : {}) }
  }

  async putValues(): Promise<void> {
    throw new ApiError(403, 'AccessDeniedException', 'sample values cannot be written')
  }

  async object(uri: string): Promise<ArrayBuffer> {
    const content = this.twin.objects[uri]
    if (content === undefined) throw new ApiError(404, 'NoSuchKey', `${uri} is not in this page`)
    const text = atob(content)
    return Uint8Array.from(text, (character) => character.charCodeAt(0)).buffer
  }

  private requestedComponents(request: HistoryRequest): [string, string][] {
    const { entityId, componentName, componentTypeId } = request
    if (entityId !== undefined && componentName !== undefined) return [[entityId, componentName]]
    return this.ofType(componentTypeId ?? '').map(([entity, component]) => [entity, component])
  }

  private ofType(componentTypeId: string) {
    return this.twin.entities.flatMap((entity) =>
      Object.entries(entity.components ?? {})
        .filter(([, component]) => component.componentTypeId === componentTypeId)
        .map(([name, component]) => [entity.entityId, name, component] as const),
    )
  }

  private samplesOf(entityId: string, componentName: string, propertyName: string): TimedValue[] {
    const samples = this.twin.samples[entityId]?.[componentName]?.[propertyName]
    if (!samples) return []
    const pairs: readonly (readonly [number, Sample])[] =
      'all' in samples ? samples.all.map((value, index) => [index, value] as const) : samples.changes
    const first = this.now - (this.twin.count - 1) * this.twin.step * 1000
    return pairs.map(([index, value]) => ({ time: first + index * this.twin.step * 1000, value: toDataValue(value) }))
  }
}

function toDataValue(value: Sample): DataValue {
  if (typeof value === 'number') return { doubleValue: value }
  return typeof value === 'boolean' ? { booleanValue: value } : { stringValue: value }
}

/** Finds the component types of components: one by one, or of many by lists of the entities of each type. */

import type { Component, ComponentTypeDetails, Entity } from '../api/api'
import type { ComponentReader, ReaderOptions } from './component_reader'

/** So many components are found by lists. Of fewer, the types of the workspace take more requests. */
const MANY = 50

interface TypeOfWorkspace extends ComponentTypeDetails {
  readonly id: string
}

export class TypeFinder {
  private readonly entities = new Map<string, Promise<Entity>>()
  private readonly details = new Map<string, Promise<ComponentTypeDetails>>()
  private readonly lists = new Map<string, Promise<ReadonlySet<string>>>()
  private readonly types = new Map<'', Promise<readonly TypeOfWorkspace[]>>()

  constructor(private readonly options: ReaderOptions) {}

  /**
   * Find a component with its type and external ids.
   *
   * @param count How many components wait for their types.
   */
  async find(reader: ComponentReader, count: number): Promise<Component | undefined> {
    const { entityId, componentName } = reader.component
    return (this.isListed(count) && (await this.findListed(reader))) || (await this.entity(entityId)).components?.[componentName]
  }

  /** Whether components are found by lists, of which so many wait. */
  isListed(count: number): boolean {
    return count >= MANY || this.types.size > 0
  }

  /** Whether requests for a type may have answers that say whose the values are. */
  async canBeRead({ componentTypeId, properties = {} }: Component): Promise<boolean> {
    if (!componentTypeId) return false
    if (Object.values(properties).some(({ definition }) => definition?.isExternalId)) return true
    // A reader of the service itself can find the components of a type, and names the entity of a value.
    const { functions = {} } = await this.typeDetails(componentTypeId)
    return functions.dataReader?.implementedBy?.isNative === true
  }

  /**
   * Find the one type with the properties of a component that lists its entity.
   *
   * @returns nothing if there are several, or if the component is part of another one, which no list has.
   */
  private async findListed({ component, externalIds, subscriptions }: ComponentReader): Promise<Component | undefined> {
    if (component.componentName.includes('/')) return undefined
    const fitting = (await this.workspaceTypes()).filter(({ propertyDefinitions = {} }) => {
      const hasProperty = [...subscriptions.keys()].some((name) => propertyDefinitions[name]?.isTimeSeries)
      return hasProperty && Object.keys(externalIds).every((name) => propertyDefinitions[name]?.isExternalId)
    })
    const lists = await Promise.all(fitting.map(({ id }) => this.entityIds(id)))
    const [type, ...others] = fitting.filter((_, index) => lists[index]?.has(component.entityId))
    if (!type || others.length > 0) return undefined
    const definitions = Object.entries(type.propertyDefinitions ?? {})
    const hasExternalId = definitions.some(([, { isExternalId }]) => isExternalId)
    if (hasExternalId && Object.keys(externalIds).length === 0) return undefined
    const properties = definitions.map(([name, definition]) => {
      const stringValue = externalIds[name]
      return [name, { definition, ...(stringValue === undefined ? {} : { value: { stringValue } }) }] as const
    })
    return { componentTypeId: type.id, properties: Object.fromEntries(properties) }
  }

  private workspaceTypes(): Promise<readonly TypeOfWorkspace[]> {
    return once(this.types, '', async () => {
      const types = await this.options.apiAt('rest').componentTypes(this.options.workspaceId)
      return Promise.all(types.map(async ({ componentTypeId: id }) => ({ id, ...(await this.typeDetails(id)) })))
    })
  }

  private typeDetails(id: string): Promise<ComponentTypeDetails> {
    return once(this.details, id, () => this.options.apiAt('rest').componentType(this.options.workspaceId, id))
  }

  private entityIds(componentTypeId: string): Promise<ReadonlySet<string>> {
    return once(this.lists, componentTypeId, async () => {
      const entities = await this.options.apiAt('rest').entities(this.options.workspaceId, { componentTypeId })
      return new Set(entities.map(({ entityId }) => entityId))
    })
  }

  /** Read an entity, once for all of its components that are looked for now. */
  private entity(entityId: string): Promise<Entity> {
    const entity = once(this.entities, entityId, () => this.options.apiAt('rest').entity(this.options.workspaceId, entityId))
    const forget = (): void => void this.entities.delete(entityId)
    entity.then(forget, forget)
    return entity
  }
}

/** Return what is read for a key, and read it again only after a failure. */
function once<K, T>(reads: Map<K, Promise<T>>, key: K, read: () => Promise<T>): Promise<T> {
  const pending = reads.get(key)
  if (pending) return pending
  const promise = read()
  reads.set(key, promise)
  promise.catch(() => reads.delete(key))
  return promise
}

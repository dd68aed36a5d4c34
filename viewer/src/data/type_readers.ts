/** Finds the component types of components that are read, and reads those of one type together. */

import type { Component, Entity } from '../api/api'
import type { ComponentReader, ReaderOptions } from './component_reader'
import { TypeReader } from './type_reader'

/** Until an entity whose type could not be found is read again. */
const RETRY_MS = 60_000

export class TypeReaders {
  private readonly byType = new Map<string, TypeReader>()
  private readonly typeOf = new Map<ComponentReader, TypeReader>()
  private readonly timers = new Map<ComponentReader, ReturnType<typeof setTimeout>>()
  private readonly entities = new Map<string, Promise<Entity>>()

  constructor(private readonly options: ReaderOptions) {}

  add(reader: ComponentReader): void {
    // What is shown for a moment is not worth a request for its entity, and the first value is more urgent.
    this.joinLater(reader, this.isReadOnce ? 0 : this.options.interval)
  }

  remove(reader: ComponentReader): void {
    clearTimeout(this.timers.get(reader))
    this.timers.delete(reader)
    this.typeOf.get(reader)?.remove(reader)
    this.typeOf.delete(reader)
  }

  retry(): void {
    for (const type of this.byType.values()) type.retry()
  }

  stop(): void {
    for (const timer of this.timers.values()) clearTimeout(timer)
    this.timers.clear()
    for (const type of this.byType.values()) type.stop()
  }

  /** Values that are read once have nothing to gain from common requests. */
  private get isReadOnce(): boolean {
    return this.options.interval === Infinity
  }

  private joinLater(reader: ComponentReader, delay: number): void {
    this.timers.set(reader, setTimeout(() => void this.join(reader), delay))
  }

  private async join(reader: ComponentReader): Promise<void> {
    const { entityId, componentName } = reader.component
    let component: Component | undefined
    try {
      component = (await this.entity(entityId)).components?.[componentName]
    } catch {
      if (this.timers.has(reader)) this.joinLater(reader, RETRY_MS)
      return
    }
    if (!this.timers.delete(reader) || !component?.componentTypeId) return
    reader.setUnits(component)
    if (this.isReadOnce) return
    // Answers for a type name the owner of a value by its external id.
    if (!Object.values(component.properties ?? {}).some(({ definition }) => definition?.isExternalId)) return
    const typeId = component.componentTypeId
    const type = this.byType.get(typeId) ?? new TypeReader(typeId, this.options)
    this.byType.set(typeId, type)
    this.typeOf.set(reader, type)
    type.add(reader, component)
  }

  /** Read an entity, once for all of its components that join now. */
  private entity(entityId: string): Promise<Entity> {
    const pending = this.entities.get(entityId)
    if (pending) return pending
    const entity = this.options.apiAt('rest').entity(this.options.workspaceId, entityId)
    this.entities.set(entityId, entity)
    const forget = (): void => void this.entities.delete(entityId)
    entity.then(forget, forget)
    return entity
  }
}

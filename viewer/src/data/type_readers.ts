/** Reads the components of one type together, after their types are found. */

import type { Component, PropertyHistory } from '../api/api'
import type { ComponentReader, ReaderOptions } from './component_reader'
import type { Answer } from './shared_answers'
import { TypeFinder } from './type_finder'
import { TypeReader } from './type_reader'

/** Until a component whose type could not be found is looked for again. */
const RETRY_MS = 60_000

export class TypeReaders {
  private readonly byType = new Map<string, TypeReader>()
  private readonly typeOf = new Map<ComponentReader, TypeReader>()
  private readonly timers = new Map<ComponentReader, ReturnType<typeof setTimeout>>()
  private readonly finder: TypeFinder

  constructor(private readonly options: ReaderOptions) {
    this.finder = new TypeFinder(options)
  }

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

  take(typeId: string, answer: Answer<readonly PropertyHistory[]>): void {
    this.byType.get(typeId)?.take(answer)
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
    const count = this.timers.size
    // Answers to requests of its own tell the external ids of a component.
    if (this.finder.isListed(count) && !reader.isAnswered) return this.joinLater(reader, Math.min(this.options.interval, RETRY_MS))
    let component: Component | undefined
    let canBeRead = false
    try {
      component = await this.finder.find(reader, count)
      canBeRead = component !== undefined && (await this.finder.canBeRead(component))
    } catch {
      if (this.timers.has(reader)) this.joinLater(reader, RETRY_MS)
      return
    }
    if (!this.timers.delete(reader) || !component?.componentTypeId) return
    reader.setUnits(component)
    if (this.isReadOnce || !canBeRead) return
    const typeId = component.componentTypeId
    const type = this.byType.get(typeId) ?? new TypeReader(typeId, this.options)
    this.byType.set(typeId, type)
    this.typeOf.set(reader, type)
    type.add(reader, component)
  }
}

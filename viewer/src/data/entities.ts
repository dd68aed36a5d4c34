/** The entities of a workspace: all of them, or those that the user opens where there are too many to read. */

import { type Api, ApiError, type EntityFilter, type EntitySummary, ROOT } from '../api/api'

/** Of a workspace with more entities, the page reads those that the user opens or searches. */
export const MAX_LISTED = 20_000
/** Entities are shown again when there are so many times as many, because showing them takes time. */
const GROWTH = 1.5
/** Most entities of a large workspace whose children are read again. */
const MAX_REFRESHED = 50
/** Most entities with an alarm whose place in a large workspace is read. */
const MAX_PLACED = 100

export interface EntityList {
  readonly entities: readonly EntitySummary[]
  /** Whether these are all entities of the workspace. */
  readonly isComplete: boolean
  /** Whether the others are read when the user opens or searches them. */
  readonly isLarge: boolean
}

export interface EntityReaderOptions {
  readonly api: Api
  readonly workspaceId: string
  readonly onChange: (list: EntityList) => void
  /** Ids of entities whose children the user sees. */
  readonly openIds: () => readonly string[]
  /** Default: `MAX_LISTED`. */
  readonly maxListed?: number
}

export class EntityReader {
  private known = new Map<string, EntitySummary>()
  /** Ids of entities whose children are all known, or being read. */
  private readonly opened = new Set<string>()
  /** Ids that have no entity. */
  private readonly missing = new Set<string>()
  private isComplete = false
  private isLarge = false
  /** Where the list of a large workspace goes on. */
  private nextToken: string | undefined
  private lastCount = 0

  constructor(private readonly options: EntityReaderOptions) {}

  /** Read the entities, or read them again. The first ones are shown as they come. */
  async read(): Promise<void> {
    if (this.isLarge) return this.refresh()
    const isFirst = !this.isComplete
    const { maxListed = MAX_LISTED } = this.options
    const listed = new Map<string, EntitySummary>()
    let nextToken: string | undefined
    do {
      const page = await this.readPage(undefined, nextToken)
      add(listed, page.items)
      if (isFirst) {
        const isStart = nextToken === undefined
        nextToken = page.nextToken
        add(this.known, page.items)
        // The first page may have no entity of the top: then nothing can be shown.
        if (isStart && nextToken !== undefined) add(this.known, (await this.readPage({ parentEntityId: ROOT })).items)
        if (nextToken !== undefined && listed.size >= maxListed) return this.becomeLarge(nextToken)
        if (nextToken !== undefined && this.known.size >= this.lastCount * GROWTH) this.emit()
      } else nextToken = page.nextToken
    } while (nextToken !== undefined)
    this.known = listed
    this.isComplete = true
    this.emit()
  }

  /** Read the children of an entity, if they are not known. */
  async open(entityId: string): Promise<void> {
    if (this.isComplete || this.opened.has(entityId)) return
    this.opened.add(entityId)
    try {
      await this.readChildren(entityId)
    } catch (error) {
      this.opened.delete(entityId)
      throw error
    }
  }

  /** Read entities and those above them, so that the tree has a place for them. */
  async place(entityIds: Iterable<string>): Promise<void> {
    if (!this.isLarge || this.isComplete) return
    let reads = 0
    for (const entityId of entityIds) {
      for (let id = entityId; id !== ROOT && !this.missing.has(id) && reads < MAX_PLACED; ) {
        let entity = this.known.get(id)
        if (!entity) {
          reads += 1
          entity = await this.readEntity(id)
          if (entity) add(this.known, [entity])
          else this.missing.add(id)
        }
        id = entity?.parentEntityId ?? ROOT
      }
    }
    if (reads > 0) this.emit()
  }

  /** Add entities that another request returned, with those above them. */
  async add(entities: readonly EntitySummary[]): Promise<void> {
    const unknown = entities.filter(({ entityId }) => !this.known.has(entityId))
    if (this.isComplete || unknown.length === 0) return
    add(this.known, unknown)
    await this.place(unknown.map(({ entityId }) => entityId))
    this.emit()
  }

  /** Read the entities of a large workspace that are not known yet, until `isCancelled`. */
  async readRest(isCancelled: () => boolean): Promise<void> {
    while (this.nextToken !== undefined && !isCancelled()) {
      const page = await this.readPage(undefined, this.nextToken)
      add(this.known, page.items)
      this.nextToken = page.nextToken
      if (this.nextToken === undefined) this.isComplete = true
      if (this.isComplete || this.known.size >= this.lastCount * GROWTH) this.emit()
    }
    if (this.known.size > this.lastCount) this.emit()
  }

  private async becomeLarge(nextToken: string): Promise<void> {
    this.isLarge = true
    this.nextToken = nextToken
    this.emit()
    await this.open(ROOT)
  }

  /** Read again what the user sees of a large workspace. */
  private async refresh(): Promise<void> {
    for (const entityId of [ROOT, ...this.options.openIds()].slice(0, MAX_REFRESHED)) await this.readChildren(entityId)
  }

  private async readChildren(parentEntityId: string): Promise<void> {
    const children = new Map<string, EntitySummary>()
    let nextToken: string | undefined
    do {
      const page = await this.readPage({ parentEntityId }, nextToken)
      add(children, page.items)
      add(this.known, page.items)
      nextToken = page.nextToken
      if (nextToken !== undefined) this.emit()
    } while (nextToken !== undefined)
    for (const { entityId, parentEntityId: parent = ROOT } of this.known.values()) {
      if (parent === parentEntityId && !children.has(entityId)) this.known.delete(entityId)
    }
    this.emit()
  }

  private async readEntity(entityId: string): Promise<EntitySummary | undefined> {
    try {
      const { components: _, ...summary } = await this.options.api.entity(this.options.workspaceId, entityId)
      return summary
    } catch (error) {
      // It does not exist, or the text is no id.
      if (error instanceof ApiError && !error.isTransient) return undefined
      throw error
    }
  }

  private readPage(filter?: EntityFilter, nextToken?: string): ReturnType<Api['entityPage']> {
    return this.options.api.entityPage(this.options.workspaceId, filter, nextToken)
  }

  private emit(): void {
    this.lastCount = this.known.size
    const { isComplete, isLarge } = this
    this.options.onChange({ entities: [...this.known.values()], isComplete, isLarge })
  }
}

function add(entities: Map<string, EntitySummary>, more: readonly EntitySummary[]): void {
  for (const entity of more) entities.set(entity.entityId, entity)
}

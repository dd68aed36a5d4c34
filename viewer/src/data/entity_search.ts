/** Searches entities by what the service can select: their types, ids of other systems, and their own ids. */

import { type Api, ApiError, type ComponentType, type EntityFilter, type EntitySummary } from '../api/api'
import { searchText } from './tree'

/** Fewer letters match too much. */
const MIN_LENGTH = 3
/** A search that matches more types names none of them. */
const MAX_TYPES = 10
const MAX_EXTERNAL_ID_LENGTH = 256

/** Why entities match, by their ids. */
export type Matches = ReadonlyMap<string, string>

export interface EntitySearchOptions {
  readonly api: Api
  readonly workspaceId: string
  /** Entities match. They may be unknown to the page until now. */
  readonly onMatches: (matches: Matches, entities: readonly EntitySummary[]) => void
}

export class EntitySearch {
  private types: Promise<readonly ComponentType[]> | undefined
  private running = 0

  constructor(private readonly options: EntitySearchOptions) {}

  /** Search in place of the present search. A page of entities is reported as it comes. */
  async start(typed: string): Promise<void> {
    const externalId = typed.trim()
    const text = searchText(typed)
    this.running += 1
    const search = this.running
    const matches = new Map<string, string>()
    if (text.length < MIN_LENGTH || text.includes('/')) return
    const report = (entities: readonly EntitySummary[], reason: string): void => {
      if (search !== this.running || entities.length === 0) return
      for (const { entityId } of entities) if (!matches.has(entityId)) matches.set(entityId, reason)
      this.options.onMatches(new Map(matches), entities)
    }
    const isCancelled = (): boolean => search !== this.running
    for (const { componentTypeId } of matchingTypes(await this.readTypes(), text)) {
      await this.readMatches({ componentTypeId }, shortName(componentTypeId), report, isCancelled)
    }
    if (externalId.length > MAX_EXTERNAL_ID_LENGTH) return
    await this.readMatches({ externalId }, 'external id', report, isCancelled)
  }

  /** End the present search. */
  stop(): void {
    this.running += 1
  }

  private async readMatches(
    filter: EntityFilter,
    reason: string,
    report: (entities: readonly EntitySummary[], reason: string) => void,
    isCancelled: () => boolean,
  ): Promise<void> {
    const { api, workspaceId } = this.options
    let nextToken: string | undefined
    do {
      if (isCancelled()) return
      try {
        const page = await api.entityPage(workspaceId, filter, nextToken)
        report(page.items, reason)
        nextToken = page.nextToken
      } catch (error) {
        // A type may have been deleted meanwhile.
        if (error instanceof ApiError && !error.isTransient) return
        throw error
      }
    } while (nextToken !== undefined)
  }

  private readTypes(): Promise<readonly ComponentType[]> {
    const { api, workspaceId } = this.options
    this.types ??= api.componentTypes(workspaceId).catch((error: unknown) => {
      this.types = undefined
      throw error
    })
    return this.types
  }
}

/** The types that a search names: by the last part of their id or their name; by the whole id if the search has a dot. */
export function matchingTypes(types: readonly ComponentType[], text: string): readonly ComponentType[] {
  const matching = types.filter(({ componentTypeId, componentTypeName = '' }) => {
    const id = text.includes('.') ? componentTypeId : shortName(componentTypeId)
    return id.toLowerCase().includes(text) || componentTypeName.toLowerCase().includes(text)
  })
  return matching.length > MAX_TYPES ? [] : matching
}

function shortName(componentTypeId: string): string {
  return componentTypeId.slice(componentTypeId.lastIndexOf('.') + 1)
}

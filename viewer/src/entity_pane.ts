/** The tree of entities, with what it reads: entities as they come, children that are opened, and what is searched. */

import type { Api } from './api/api'
import type { Alarms } from './data/alarms'
import { EntityReader } from './data/entities'
import { EntitySearch } from './data/entity_search'
import { Poller } from './data/poller'
import type { ReviewMode } from './review_mode'
import { TreeView } from './ui/tree'

const INTERVAL_MS = 120_000
/** Reading 20,000 entities takes 100 requests, which others of the account wait for. */
const MAX_SHARE = 0.05

export interface EntityPaneOptions {
  readonly api: Api
  readonly workspaceId: string
  readonly review: ReviewMode
  readonly onSelect: (entityId: string) => void
  /** Entities are read: their names may be known now. */
  readonly onRead: () => void
}

export class EntityPane {
  readonly tree: TreeView
  private readonly reader: EntityReader
  private readonly search: EntitySearch
  private readonly poller: Poller
  private selected: string | undefined
  /** Number of the present search. */
  private searches = 0

  constructor(options: EntityPaneOptions) {
    const { api, workspaceId, review, onSelect, onRead } = options
    this.tree = new TreeView({
      onSelect,
      onOpen: (entityId) => void this.reader.open(entityId).catch(ignore),
      onSearch: (typed) => void this.startSearch(typed).catch(ignore),
    })
    this.reader = new EntityReader({
      api,
      workspaceId,
      openIds: () => this.tree.openIds,
      onChange: (list) => {
        this.tree.setEntities({ ...list, entities: review.withRemoved(list.entities) })
        this.tree.setChanges(review.actions())
        onRead()
      },
    })
    this.search = new EntitySearch({
      api,
      workspaceId,
      onMatches: (matches, entities) => {
        void this.reader.add(entities).catch(ignore)
        this.tree.setMatches(matches)
      },
    })
    this.poller = new Poller({
      task: async () => {
        await review.readRemoved()
        await this.reader.read()
        await this.placeSelected()
      },
      interval: INTERVAL_MS,
      maxShare: MAX_SHARE,
      onError: ignore,
    })
  }

  get element(): HTMLElement {
    return this.tree.element
  }

  start(): void {
    this.poller.kick()
  }

  retry(): void {
    this.poller.retry()
  }

  /** The name of an entity; undefined while it is not read. */
  nameOf(entityId: string): string | undefined {
    return this.tree.name(entityId)
  }

  select(entityId: string | undefined): void {
    this.selected = entityId
    this.tree.select(entityId)
    void this.placeSelected().catch(ignore)
  }

  setAlarms(alarms: Alarms): void {
    this.tree.setAlarms(alarms)
    void this.reader.place([...alarms.byEntity.keys()]).catch(ignore)
  }

  private async placeSelected(): Promise<void> {
    if (this.selected !== undefined) await this.reader.place([this.selected])
  }

  private async startSearch(typed: string | undefined): Promise<void> {
    this.searches += 1
    const search = this.searches
    if (typed === undefined) return this.search.stop()
    await Promise.all([
      this.search.start(typed),
      this.reader.place([typed.trim()]),
      this.reader.readRest(() => search !== this.searches),
    ])
  }
}

/** The header shows that there is no response; a later request reads the same. */
function ignore(): void {}

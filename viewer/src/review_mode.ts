/** The states of the twin that the page shows: those before and after a planned change, otherwise one. */

import type { EntitySummary } from './api/api'
import { type Action, entitiesOfBoth, idOnSide, type Review, type Side } from './data/review'
import type { SceneSource } from './scene_slot'
import type { Store } from './state/store'
import { ChangeList, type Target } from './ui/changes'
import type { Tab } from './ui/layout'

export interface ReviewModeOptions {
  readonly source: SceneSource
  /** The twin before the change; absent if all of it is added. */
  readonly before?: SceneSource | undefined
  /** Absent without a planned change. */
  readonly review?: Review | undefined
  readonly store: Store
  readonly workspaceId: string
  /** Change the view state, and show a tab of small screens. */
  readonly navigate: (change: Parameters<Store['update']>[0], tab: Tab) => void
  /** Id of the scene that is shown. */
  readonly sceneId: () => string | undefined
  /** Move the camera to a node of a scene. */
  readonly showNode: (sceneId: string, path: string) => void
}

export class ReviewMode {
  /** The list of changes; absent without a planned change. */
  readonly changes: ChangeList | undefined
  private currentSide: Side = 'after'
  /** The entities before the change. */
  private former: readonly EntitySummary[] = []

  constructor(private readonly options: ReviewModeOptions) {
    const { review } = options
    this.changes = review && new ChangeList(review, (target) => this.goTo(target))
  }

  get side(): Side {
    return this.currentSide
  }

  /** Where values of the shown state come from. */
  get source(): SceneSource {
    const { source, before } = this.options
    return this.currentSide === 'before' && before ? before : source
  }

  /** Show the state that the view state names. @returns Whether it is another one than before. */
  setSide(name: string | undefined): boolean {
    const side = name === 'before' && this.options.before ? 'before' : 'after'
    const isOther = side !== this.currentSide
    this.currentSide = side
    return isOther
  }

  /** The id of an entity in the shown state; undefined if it does not exist there. */
  idOf(entityId: string): string | undefined {
    const { review } = this.options
    return review ? idOnSide(review, this.currentSide, entityId) : entityId
  }

  /** Read the entities that the change removes. */
  async readRemoved(): Promise<void> {
    const { before, review, workspaceId } = this.options
    if (review && before) this.former = await before.api.entities(workspaceId)
  }

  /** The entities with those that the change removes. */
  withRemoved(entities: readonly EntitySummary[]): readonly EntitySummary[] {
    const { review } = this.options
    return review ? entitiesOfBoth(review, this.former, entities) : entities
  }

  /** What the change does to entities, by their id. */
  actions(): ReadonlyMap<string, Action> {
    const changes = Object.entries(this.options.review?.entities ?? {})
    return new Map(changes.map(([id, { action }]): [string, Action] => [id, action]))
  }

  /** Handle a key outside of text fields. @returns Whether it is one of a planned change. */
  onKey(key: string): boolean {
    const { store, before } = this.options
    if (this.changes && (key === 'n' || key === 'p')) {
      this.changes.go(key === 'n' ? 1 : -1)
      return true
    }
    if (!before || key !== 'b') return false
    store.update({ side: store.state.side === 'before' ? undefined : 'before' })
    return true
  }

  /** Go to a thing that the change concerns, in the state that has it. */
  private goTo(target: Target): void {
    const { store, navigate, sceneId, showNode } = this.options
    const { action } = target
    const side = action === 'removed' ? 'before' : action === 'added' ? undefined : store.state.side
    if (target.kind === 'entity') return navigate({ entity: target.entityId, side }, 'tree')
    const scene = target.sceneId === sceneId() ? store.state.scene : target.sceneId
    navigate({ scene, side, camera: undefined }, 'scene')
    if (target.kind === 'node') showNode(target.sceneId, target.path)
  }
}

/** The overview of the selected entity, if it has children. Its code is loaded with the first one that has. */

import type { OverviewNode } from './data/overview'
import type { Badge, TreeNode } from './data/tree'
import type { SceneSource } from './scene_slot'
import { h } from './ui/dom'
import type { Overview } from './ui/overview'

export interface OverviewSlotOptions {
  /** Where entities and values of the shown state come from. */
  readonly source: () => SceneSource
  readonly workspaceId: string
  readonly onSelect: (entityId: string) => void
  /** An entity of the tree; undefined while it is not read. */
  readonly nodeOf: (entityId: string) => TreeNode | undefined
  readonly badgeOf: (entityId: string) => Badge | undefined
}

export class OverviewSlot {
  readonly element = h('div', { class: 'overview-slot' })
  private overview: Overview | undefined
  private selected: string | undefined
  private hasFailed = false

  constructor(private readonly options: OverviewSlotOptions) {}

  /** Show the children of an entity. */
  async select(entityId: string | undefined): Promise<void> {
    this.selected = entityId
    this.hasFailed = false
    void this.overview?.show(undefined)
    this.overview = undefined
    this.element.replaceChildren()
    if (entityId === undefined || this.options.nodeOf(entityId)?.entity.hasChildEntities === false) return
    try {
      await this.showChildren(entityId)
    } catch {
      // The header shows that there is no response.
      this.hasFailed = true
    }
  }

  /** Read the children again if reading them failed. */
  retry(): void {
    if (this.hasFailed || this.overview?.hasFailed) void this.select(this.selected)
  }

  updateAlarms(): void {
    this.overview?.updateAlarms()
  }

  private async showChildren(entityId: string): Promise<void> {
    const children = await this.readChildren(entityId)
    if (children.length === 0 || this.selected !== entityId) return
    const { Overview } = await import('./ui/overview')
    if (this.selected !== entityId) return
    const { workspaceId, onSelect, badgeOf, source } = this.options
    this.overview = new Overview({ ...source(), workspaceId, onSelect, alarmOf: badgeOf })
    this.element.append(this.overview.element)
    await this.overview.show({ id: entityId, name: entityId, children })
  }

  /** The children, with those below them that the tree has read. */
  private async readChildren(entityId: string): Promise<OverviewNode[]> {
    const { source, workspaceId, nodeOf } = this.options
    const entities = await source().api.entities(workspaceId, { parentEntityId: entityId })
    return entities
      .map(({ entityId: id, entityName }) => ({ id, name: entityName, children: nodeOf(id)?.children ?? [] }))
      .sort((a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }))
  }
}

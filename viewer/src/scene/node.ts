/** A node of the scene with its three.js objects. */

import type { Group, Object3D } from 'three'
import type { DocumentNode } from './document'
import { MaterialOverride } from './material_override'

export class SceneNode {
  readonly materialOverride: MaterialOverride
  /** The mesh of the parent's model that a sub-model node selects; otherwise the node's own group. */
  object: Object3D
  readonly children: SceneNode[] = []

  constructor(
    readonly definition: DocumentNode,
    readonly group: Group,
    readonly parent: SceneNode | undefined,
  ) {
    this.object = group
    let depth = 0
    for (let ancestor = parent; ancestor; ancestor = ancestor.parent) depth++
    this.materialOverride = new MaterialOverride(depth)
  }

  /** Apply the material overrides of this node and its ancestors to the meshes that are now below it. */
  applyMaterialOverrides(): void {
    for (let ancestor: SceneNode | undefined = this; ancestor; ancestor = ancestor.parent) {
      ancestor.materialOverride.addMeshes(ancestor.object)
    }
  }
}

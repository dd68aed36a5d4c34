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
    /** Names on the way to the node, with slashes between them. */
    readonly path: string,
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

/**
 * Nodes below the same parent, with their paths. Nodes have no ids: they are identified by their names and those of the
 * nodes above them, as in `twin plan`. The second of equal names is `name (2)`; a slash inside of a name is escaped.
 */
export function withPaths(nodes: readonly DocumentNode[], parent: SceneNode | undefined): (readonly [DocumentNode, string])[] {
  const taken = new Set<string>()
  return nodes.map((node) => {
    let name = node.name
    for (let number = 2; taken.has(name); number += 1) name = `${node.name} (${number})`
    taken.add(name)
    const escaped = name.replaceAll('/', '\\/')
    return [node, parent ? `${parent.path}/${escaped}` : escaped] as const
  })
}

/** A node of the scene with its three.js objects. */

import { Box3, Vector3, type Group, type Object3D } from 'three'
import type { DocumentNode, Tag } from './document'
import { MaterialOverride } from './material_override'
import { boundsOf } from './stage'

/** Edge of the box around a node without a model, relative to the scene. */
const SMALL = 0.025

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

/** The box of a node: its models and those below it; a small one where it has none. */
export function nodeBox(node: SceneNode, sceneSize: number): Box3 {
  const bounds = boundsOf(node.object)
  if (!bounds.isEmpty()) return bounds
  const tag = node.definition.components.find((component): component is Tag => component.type === 'Tag')
  const center = node.object.localToWorld(new Vector3(...(tag?.offset ?? [0, 0, 0])))
  const edge = Math.max(sceneSize * SMALL, 0.05)
  return new Box3().setFromCenterAndSize(center, new Vector3(edge, edge, edge))
}

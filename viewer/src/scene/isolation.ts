/** Shows a part of the scene alone, such as a floor of a building: a node and what is below it. */

import type { Object3D } from 'three'
import type { SceneNode } from './node'

export class Isolation {
  private readonly hidden: Object3D[] = []

  /** @param root Everything that can be hidden is below it. */
  constructor(
    root: Object3D,
    private readonly shown: SceneNode,
  ) {
    const kept = new Set<Object3D>()
    for (const node of withDescendants(shown)) {
      kept.add(node.object)
      kept.add(node.group)
    }
    for (let object: Object3D | null = shown.object; object && object !== root; object = object.parent) {
      for (const sibling of object.parent?.children ?? []) {
        if (sibling === object || kept.has(sibling) || hasLight(sibling) || !sibling.visible) continue
        sibling.visible = false
        this.hidden.push(sibling)
      }
    }
  }

  /** Whether a node is shown. */
  has(node: SceneNode): boolean {
    for (let ancestor: SceneNode | undefined = node; ancestor; ancestor = ancestor.parent) if (ancestor === this.shown) return true
    return false
  }

  end(): void {
    for (const object of this.hidden.splice(0)) object.visible = true
  }
}

/** Nodes that can be shown alone: those with others below them. A scene of one such node has none. */
export function isolatable(nodes: readonly SceneNode[]): SceneNode[] {
  const groups = nodes.filter((node) => node.children.length > 0 && withDescendants(node).some(isVisible))
  // A node around everything is the whole scene, and one deeper than its groups is a detail.
  const all = nodes.filter(isVisible).length
  return groups.filter((node) => withDescendants(node).filter(isVisible).length < all && hasModel(node))
}

function withDescendants(node: SceneNode): SceneNode[] {
  return [node, ...node.children.flatMap(withDescendants)]
}

/** Whether a node has something to see. */
export function isVisible({ definition }: SceneNode): boolean {
  return definition.components.some(({ type }) => type !== 'Camera' && type !== 'Light')
}

function hasModel({ definition }: SceneNode): boolean {
  return definition.components.some(({ type }) => type === 'ModelRef' || type === 'SubModelRef')
}

function hasLight(object: Object3D): boolean {
  let isLit = false
  object.traverse((child) => (isLit ||= 'isLight' in child))
  return isLit
}

/** Camera: the viewpoints of a scene. */

import { Matrix4, Vector3 } from 'three'
import type { Camera } from '../document'
import { CAMERA_DEFAULTS } from '../facts'
import type { SceneNode } from '../node'
import type { Pose } from '../camera_rig'
import type { Stage } from '../stage'

/** Cameras of a scene by the names of their nodes, in the document's order. The first of equal names is kept. */
export class Cameras {
  private readonly byName = new Map<string, { node: SceneNode; component: Camera }>()

  add(node: SceneNode, component: Camera): void {
    const { name } = node.definition
    if (!this.byName.has(name)) this.byName.set(name, { node, component })
  }

  has(name: string): boolean {
    return this.byName.has(name)
  }

  get names(): readonly string[] {
    return [...this.byName.keys()]
  }

  /**
   * Set the lens of a camera, and return its pose; undefined if there is no such camera.
   *
   * @param center Center of the scene. The pose's target is the point on the line of sight that is nearest to it.
   */
  activate(name: string, stage: Stage, center: Vector3): Pose | undefined {
    const camera = this.byName.get(name)
    if (!camera) return undefined
    const { fov, near, far } = { ...CAMERA_DEFAULTS, ...camera.component }
    stage.rig.setLens(fov, near, far)
    camera.node.group.updateWorldMatrix(true, false)
    const matrix = camera.node.group.matrixWorld
    const position = new Vector3().setFromMatrixPosition(matrix)
    const direction = new Vector3(0, 0, -1).applyMatrix4(new Matrix4().extractRotation(matrix)).normalize()
    const distance = Math.max(center.clone().sub(position).dot(direction), near * 10)
    return { position, target: position.clone().addScaledVector(direction, distance) }
  }
}

/** Camera: places of the scene to look from. */

import { Matrix4, Vector3 } from 'three'
import type { Camera } from '../document'
import { CAMERA_DEFAULTS } from '../facts'
import type { Pose, Stage } from '../stage'
import type { Placed } from '../world'

/** Points of view of a scene, by the names of their nodes, in the document's order. */
export class Cameras {
  private readonly byName = new Map<string, { placed: Placed; component: Camera }>()

  add(placed: Placed, component: Camera): void {
    if (!this.byName.has(placed.node.name)) this.byName.set(placed.node.name, { placed, component })
  }

  get names(): readonly string[] {
    return [...this.byName.keys()]
  }

  /** Sets the lens and says where the camera stands. `centre` is what the scene is about, to turn around. */
  use(name: string, stage: Stage, centre: Vector3): Pose | undefined {
    const found = this.byName.get(name)
    if (!found) return undefined
    const { fov, near, far } = { ...CAMERA_DEFAULTS, ...found.component }
    stage.setLens(fov, near, far)
    found.placed.group.updateWorldMatrix(true, false)
    const world = found.placed.group.matrixWorld
    const position = new Vector3().setFromMatrixPosition(world)
    const direction = new Vector3(0, 0, -1).applyMatrix4(new Matrix4().extractRotation(world)).normalize()
    const distance = Math.max(centre.clone().sub(position).dot(direction), near * 10)
    return { position, target: position.clone().addScaledVector(direction, distance) }
  }
}

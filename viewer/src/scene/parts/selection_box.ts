/** A transparent box around the selected object. A highlight of the model itself would hide the colour that a rule set. */

import { BoxGeometry, EdgesGeometry, LineBasicMaterial, LineSegments, Mesh, MeshBasicMaterial, Vector3, type Object3D } from 'three'
import { boundsOf, type Stage } from '../stage'

const COLOR = '#0a84ff'
/** Size of the box relative to the object. */
const SCALE = 1.04

export class SelectionBox {
  private readonly box = new Mesh(
    new BoxGeometry(),
    new MeshBasicMaterial({ color: COLOR, transparent: true, opacity: 0.12, depthWrite: false, toneMapped: false }),
  )
  private readonly edges = new LineSegments(
    new EdgesGeometry(this.box.geometry),
    new LineBasicMaterial({ color: COLOR, toneMapped: false }),
  )

  constructor(stage: Stage) {
    this.box.raycast = this.edges.raycast = () => undefined
    this.box.add(this.edges)
    this.box.visible = false
    stage.scene.add(this.box)
  }

  /** Enclose an object. The box is hidden if there is none, or if it has no meshes. */
  enclose(object: Object3D | undefined): void {
    const bounds = object && boundsOf(object)
    this.box.visible = bounds !== undefined && !bounds.isEmpty()
    if (!bounds || !this.box.visible) return
    bounds.getCenter(this.box.position)
    this.box.scale.copy(bounds.getSize(new Vector3()).max(new Vector3(0.01, 0.01, 0.01)).multiplyScalar(SCALE))
  }

  dispose(): void {
    for (const part of [this.box, this.edges]) {
      part.geometry.dispose()
      part.material.dispose()
    }
  }
}

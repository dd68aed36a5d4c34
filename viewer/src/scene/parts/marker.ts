/** The mark around what is selected: a box of glass, for a colour on the model itself would hide the colour of its state. */

import { BoxGeometry, EdgesGeometry, LineBasicMaterial, LineSegments, Mesh, MeshBasicMaterial, Vector3, type Object3D } from 'three'
import { boundsOf, type Stage } from '../stage'

const COLOR = '#0a84ff'
/** How much bigger the box is than what stands in it. */
const ROOM = 1.04

export class Marker {
  private readonly glass = new Mesh(
    new BoxGeometry(),
    new MeshBasicMaterial({ color: COLOR, transparent: true, opacity: 0.12, depthWrite: false, toneMapped: false }),
  )
  private readonly edges = new LineSegments(
    new EdgesGeometry(this.glass.geometry),
    new LineBasicMaterial({ color: COLOR, toneMapped: false }),
  )

  constructor(stage: Stage) {
    this.glass.raycast = this.edges.raycast = () => undefined
    this.glass.add(this.edges)
    this.glass.visible = false
    stage.scene.add(this.glass)
  }

  /** Stands around an object, if that has a size, or around nothing. */
  mark(object: Object3D | undefined): void {
    const box = object && boundsOf(object)
    this.glass.visible = box !== undefined && !box.isEmpty()
    if (!box || !this.glass.visible) return
    box.getCenter(this.glass.position)
    this.glass.scale.copy(box.getSize(new Vector3()).max(new Vector3(0.01, 0.01, 0.01)).multiplyScalar(ROOM))
  }

  dispose(): void {
    for (const part of [this.glass, this.edges]) {
      part.geometry.dispose()
      part.material.dispose()
    }
  }
}

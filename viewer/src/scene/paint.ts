/** What is painted over a model: the colour, or how much of it is seen through, that a rule asks for. */

import { Mesh, type Color, type Material, type Object3D } from 'three'
import type { Paint } from './rules'

type Colored = Material & { color?: Color }

/** A mesh with the coats over it, from the outermost node's to its own. The model's materials stay as they are. */
interface Coated {
  readonly original: Material | Material[]
  readonly coats: Set<Coat>
  copies: Material[]
}

const meshes = new WeakMap<Mesh, Coated>()

/** The paint of one node: of all meshes of models under it. What is nearer to a mesh covers what is further. */
export class Coat {
  private paint: Paint | undefined
  private readonly covered = new Set<Mesh>()

  /** @param depth How many nodes are above the node. */
  constructor(private readonly depth: number) {}

  /** Covers what stands under `object`, what came since the last time too. */
  put(object: Object3D): void {
    object.traverse((child) => {
      if (!(child instanceof Mesh) || !child.userData['model']) return
      const mesh = child as Mesh
      const coated = meshes.get(mesh) ?? { original: mesh.material, coats: new Set(), copies: [] }
      meshes.set(mesh, coated)
      coated.coats.add(this)
      this.covered.add(mesh)
    })
    if (this.paint) this.repaint()
  }

  color(paint: Paint | undefined): void {
    if (paint?.color === this.paint?.color && paint?.opacity === this.paint?.opacity) return
    this.paint = paint
    this.repaint()
  }

  dispose(): void {
    this.color(undefined)
    this.covered.clear()
  }

  private repaint(): void {
    for (const mesh of this.covered) {
      const coated = meshes.get(mesh)!
      for (const copy of coated.copies.splice(0)) copy.dispose()
      const coats = [...coated.coats].sort((a, b) => a.depth - b.depth)
      const paint = Object.assign({}, ...coats.map((coat) => coat.paint)) as Paint
      if (paint.color === undefined && paint.opacity === undefined) {
        mesh.material = coated.original
        continue
      }
      coated.copies = [coated.original].flat().map((material) => painted(material, paint))
      mesh.material = Array.isArray(coated.original) ? coated.copies : coated.copies[0]!
    }
  }
}

function painted(material: Material, paint: Paint): Material {
  const copy: Colored = material.clone()
  if (paint.color !== undefined) copy.color?.set(paint.color)
  if (paint.opacity !== undefined && paint.opacity !== 1) {
    copy.transparent = true
    copy.opacity = paint.opacity
  }
  return copy
}

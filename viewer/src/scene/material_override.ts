/** Replaces the colour or opacity of a model's materials by those that a rule sets. */

import { Mesh, type Color, type Material, type Object3D } from 'three'
import type { MaterialStyle } from './rules'

type ColoredMaterial = Material & { color?: Color }

/** A mesh of a model with its own material and the overrides of all nodes above it. */
interface OverriddenMesh {
  readonly original: Material | Material[]
  readonly overrides: Set<MaterialOverride>
  copies: Material[]
}

const overriddenMeshes = new WeakMap<Mesh, OverriddenMesh>()

/** The style that one node sets for all meshes below it. The style of the nearest node wins. */
export class MaterialOverride {
  private style: MaterialStyle | undefined
  private readonly meshes = new Set<Mesh>()

  /** @param depth Number of ancestors of the node. */
  constructor(private readonly depth: number) {}

  /** Add the meshes of models below `object`. Meshes that are already added stay. */
  addMeshes(object: Object3D): void {
    object.traverse((child) => {
      if (!(child instanceof Mesh) || !child.userData['model']) return
      const mesh = child as Mesh
      const overridden = overriddenMeshes.get(mesh) ?? { original: mesh.material, overrides: new Set(), copies: [] }
      overriddenMeshes.set(mesh, overridden)
      overridden.overrides.add(this)
      this.meshes.add(mesh)
    })
    if (this.style) this.apply()
  }

  setStyle(style: MaterialStyle | undefined): void {
    if (style?.color === this.style?.color && style?.opacity === this.style?.opacity) return
    this.style = style
    this.apply()
  }

  dispose(): void {
    this.setStyle(undefined)
    this.meshes.clear()
  }

  private apply(): void {
    for (const mesh of this.meshes) {
      const overridden = overriddenMeshes.get(mesh)!
      for (const copy of overridden.copies.splice(0)) copy.dispose()
      const overrides = [...overridden.overrides].sort((a, b) => a.depth - b.depth)
      const style = Object.assign({}, ...overrides.map((override) => override.style)) as MaterialStyle
      if (style.color === undefined && style.opacity === undefined) {
        mesh.material = overridden.original
        continue
      }
      overridden.copies = [overridden.original].flat().map((material) => copyWithStyle(material, style))
      mesh.material = Array.isArray(overridden.original) ? overridden.copies : overridden.copies[0]!
    }
  }
}

function copyWithStyle(material: Material, style: MaterialStyle): Material {
  const copy: ColoredMaterial = material.clone()
  if (style.color !== undefined && copy.color) {
    const shade = shadeOf(copy.color)
    copy.color.set(style.color).multiplyScalar(shade)
  }
  if (style.opacity !== undefined && style.opacity !== 1) {
    copy.transparent = true
    copy.opacity = style.opacity
  }
  return copy
}

/** How bright the colour of a rule is on a material: dark parts of a machine stay darker, so that its form is seen. */
function shadeOf({ r, g, b }: Color): number {
  const lightness = Math.sqrt(0.2126 * r + 0.7152 * g + 0.0722 * b)
  return Math.min(0.35 + 0.85 * lightness, 1)
}

/** PlaneGeometry: a flat rectangle with a colour or a picture. */

import { Mesh, MeshStandardMaterial, PlaneGeometry as Plane } from 'three'
import { disposeOf } from '../assets'
import type { PlaneGeometry } from '../document'
import type { Placed, World } from '../world'

export function addPlane(world: World, placed: Placed, component: PlaneGeometry): void {
  const material = new MeshStandardMaterial(component.color ? { color: component.color } : {})
  const mesh = new Mesh(new Plane(component.width, component.height), material)
  placed.group.add(mesh)
  world.onRelease(() => disposeOf(mesh))
  if (component.textureUri) world.work(placed.node, paper(world, material, component.textureUri))
}

/** Puts a picture on a material. */
export async function paper(world: World, material: MeshStandardMaterial, uri: string): Promise<void> {
  const texture = await world.assets.texture(uri)
  if (world.isOver) return texture.dispose()
  material.map = texture
  material.needsUpdate = true
  world.stage.invalidate()
}

/** PlaneGeometry: a rectangle with a colour or a texture. */

import { Mesh, MeshStandardMaterial, PlaneGeometry as ThreePlaneGeometry } from 'three'
import { disposeOf } from '../assets'
import type { SceneContext } from '../context'
import type { PlaneGeometry } from '../document'
import type { SceneNode } from '../node'

export function addPlane(context: SceneContext, node: SceneNode, component: PlaneGeometry): void {
  const material = new MeshStandardMaterial(component.color ? { color: component.color } : {})
  const mesh = new Mesh(new ThreePlaneGeometry(component.width, component.height), material)
  node.group.add(mesh)
  context.onDispose(() => disposeOf(mesh))
  const { textureUri } = component
  if (textureUri) context.addFile(node.definition, () => applyTexture(context, material, textureUri), ({ message }) => message)
}

export async function applyTexture(context: SceneContext, material: MeshStandardMaterial, uri: string): Promise<void> {
  const texture = await context.assets.texture(uri)
  if (context.isDisposed) return texture.dispose()
  material.map = texture
  material.needsUpdate = true
  context.stage.invalidate()
}

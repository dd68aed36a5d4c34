/** Tiles3D: large models in tiles, loaded as the camera needs them. A chunk of its own, because few scenes have one. */

import { Mesh } from 'three'
import { TilesRenderer } from '3d-tiles-renderer/three'
import type { SceneContext } from '../context'
import type { SceneNode } from '../node'
import { resolveUri } from '../uri'

/** Add a tileset to its node. Resolves when its root document is loaded. */
export async function addTiles(context: SceneContext, node: SceneNode, uri: string, scaleToMeters: number): Promise<void> {
  const { stage, assets } = context
  const tiles = new TilesRenderer(resolveUri(uri, assets.base))
  tiles.registerPlugin({
    name: 'scene-assets',
    // Requests for tiles are signed as those for other files of the scene.
    fetchData: async (url: string | URL) => new Response(await assets.fetchAsset(String(url))),
  })
  tiles.setCamera(stage.camera)
  tiles.group.scale.multiplyScalar(scaleToMeters)
  node.group.add(tiles.group)
  node.applyMaterialOverrides()

  const stop = stage.beforeDraw(() => {
    tiles.setResolutionFromRenderer(stage.camera, stage.renderer)
    stage.camera.updateMatrixWorld()
    tiles.update()
  })
  tiles.addEventListener('needs-update', stage.invalidate)
  tiles.addEventListener('needs-render', stage.invalidate)
  tiles.addEventListener('load-model', ({ scene }) => {
    scene.traverse((child) => {
      if (child instanceof Mesh) child.userData['model'] = true
    })
    node.applyMaterialOverrides()
    stage.invalidate()
  })
  context.onDispose(() => {
    stop()
    tiles.dispose()
  })
  await new Promise<void>((resolve, reject) => {
    tiles.addEventListener('load-tileset', () => resolve())
    tiles.addEventListener('load-error', ({ error, tile }) => {
      if (tile) context.warn(`Could not load a tile of ${uri}: ${error.message}`, node.definition)
      else reject(error)
    })
  })
}

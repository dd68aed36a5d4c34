/** Tiles3D: big models that come in tiles, as many as the camera needs. In a chunk of its own, for few scenes have one. */

import { Mesh } from 'three'
import { TilesRenderer } from '3d-tiles-renderer/three'
import { resolveUri } from '../uri'
import type { Placed, World } from '../world'

/** Puts a tileset under its node; done when its first document is read. */
export async function addTiles(world: World, placed: Placed, uri: string, factor: number): Promise<void> {
  const { stage, assets } = world
  const tiles = new TilesRenderer(resolveUri(uri, assets.base))
  tiles.registerPlugin({
    name: 'scene-assets',
    // Tiles are signed like any other file of the scene.
    fetchData: async (url: string | URL) => new Response(await assets.fetchAsset(String(url))),
  })
  tiles.setCamera(stage.camera)
  tiles.group.scale.multiplyScalar(factor)
  placed.group.add(tiles.group)
  placed.cover()

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
    placed.cover()
    stage.invalidate()
  })
  world.onRelease(() => {
    stop()
    tiles.dispose()
  })
  await new Promise<void>((resolve, reject) => {
    tiles.addEventListener('load-tileset', () => resolve())
    tiles.addEventListener('load-error', ({ error, tile }) => {
      if (tile) world.warn(`Could not load a tile of ${uri}: ${error.message}`, placed.node)
      else reject(error)
    })
  })
}

/**
 * Tiles3D: large models in tiles, loaded as the camera needs them. A chunk of its own, because few scenes have one.
 *
 * A tileset stands as in AWS's viewer (IoT App Kit, ModelRefComponent/TilesLoaderUtils.ts, commit 1400eab): the direction
 * from the center of the Earth to the tileset points up, and the tileset is at the origin of its node. Its unit is the metre,
 * whatever the component says.
 */

import { Box3, Matrix4, Mesh, Quaternion, Sphere, Vector3 } from 'three'
import { TilesRenderer } from '3d-tiles-renderer/three'
import type { SceneContext } from '../context'
import type { SceneNode } from '../node'
import { resolveUri } from '../uri'

/** Add a tileset to its node. Resolves when its root document is loaded. */
export async function addTiles(context: SceneContext, node: SceneNode, uri: string): Promise<void> {
  const { stage, assets } = context
  const tiles = new TilesRenderer(resolveUri(uri, assets.base))
  tiles.registerPlugin({
    name: 'scene-assets',
    // Requests for tiles are signed as those for other files of the scene.
    fetchData: async (url: string | URL) => new Response(await assets.fetchAsset(String(url))),
  })
  tiles.setCamera(stage.camera)
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
    stage.invalidateShadows()
  })
  const dispose = (): void => {
    stop()
    tiles.group.removeFromParent()
    tiles.dispose()
  }
  try {
    await new Promise<void>((resolve, reject) => {
      tiles.addEventListener('load-tileset', () => {
        standUpright(tiles)
        resolve()
      })
      tiles.addEventListener('load-error', ({ error, tile }) => {
        if (tile) context.warnOnce(`Could not load a tile of ${uri}: ${error.message}`, node.definition)
        else reject(error)
      })
    })
    context.onDispose(dispose)
  } catch (error) {
    dispose()
    throw error
  }
}

/** Turn and move a tileset as AWS's viewer does. @internal */
export function standUpright(tiles: Pick<TilesRenderer, 'group' | 'getOrientedBoundingBox' | 'getBoundingSphere'>): void {
  const [box, matrix, sphere] = [new Box3(), new Matrix4(), new Sphere()]
  const center = new Vector3()
  if (tiles.getOrientedBoundingBox(box, matrix)) center.setFromMatrixPosition(matrix)
  else if (tiles.getBoundingSphere(sphere)) center.copy(sphere.center)
  const height = center.length()
  const outwards = center.normalize()
  const up = new Vector3(0, 1, 0)
  const axis = new Vector3().crossVectors(outwards, up)
  tiles.group.quaternion.copy(new Quaternion(axis.x, axis.y, axis.z, 1 + outwards.dot(up)).normalize())
  tiles.group.position.y = -height
}

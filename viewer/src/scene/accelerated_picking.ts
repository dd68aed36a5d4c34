/** Search trees for the meshes of large models, so that a click or a moved pointer finds what it hits at once. */

import { type BufferGeometry, Mesh, type Object3D, SkinnedMesh } from 'three'
import { acceleratedRaycast, MeshBVH } from 'three-mesh-bvh'

/** A mesh of fewer triangles is searched as quickly without a tree. */
const MIN_TRIANGLES = 500

/** Build a tree for each large mesh below an object, one in a task, so that the page stays responsive. */
export async function accelerate(root: Object3D, isStopped: () => boolean): Promise<void> {
  const meshes: Mesh[] = []
  root.traverse((object) => {
    // The vertices of a skinned mesh move.
    if (object instanceof Mesh && !(object instanceof SkinnedMesh) && isLarge(object.geometry as BufferGeometry)) meshes.push(object)
  })
  for (const mesh of meshes) {
    if (isStopped()) return
    // The order of a geometry on the graphics card stays as it is.
    if (!mesh.geometry.boundsTree) {
      mesh.geometry.boundsTree = new MeshBVH(mesh.geometry, { indirect: true })
      await new Promise((resolve) => setTimeout(resolve))
    }
    mesh.raycast = acceleratedRaycast
  }
}

function isLarge({ index, attributes }: BufferGeometry): boolean {
  const { position } = attributes
  if (!position || 'isInterleavedBufferAttribute' in position) return false
  return (index?.count ?? position.count) / 3 >= MIN_TRIANGLES
}

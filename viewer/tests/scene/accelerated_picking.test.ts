import { BoxGeometry, Group, Mesh, MeshBasicMaterial, Raycaster, SkinnedMesh, SphereGeometry, Vector3 } from 'three'
import { expect, test } from 'vitest'

import { accelerate } from '../../src/scene/accelerated_picking'

const material = new MeshBasicMaterial()

/** What a ray along the x axis hits first, by name, with the distance. */
function pick(root: Group): [string, number] | undefined {
  root.updateMatrixWorld(true)
  const raycaster = new Raycaster(new Vector3(-10, 0.01, 0.02), new Vector3(1, 0, 0))
  raycaster.firstHitOnly = true
  const [hit] = raycaster.intersectObject(root, true)
  return hit && [hit.object.name, Number(hit.distance.toFixed(6))]
}

function scene(): { root: Group; large: Mesh; small: Mesh } {
  const large = new Mesh(new SphereGeometry(1, 64, 64), material)
  const small = new Mesh(new BoxGeometry(), material)
  large.name = 'large'
  small.name = 'small'
  large.position.x = 3
  large.scale.setScalar(2)
  small.position.x = 6
  return { root: new Group().add(large, small), large, small }
}

test('a large model is picked through a tree, with the same result, and drawn in the same order', async () => {
  const { root, large, small } = scene()
  const before = pick(root)
  const order = large.geometry.index!.array.slice()

  await accelerate(root, () => false)

  expect(before?.[0]).toBe('large')
  expect(pick(root)).toEqual(before)
  expect(large.geometry.boundsTree).toBeDefined()
  expect(large.raycast).not.toBe(Mesh.prototype.raycast)
  expect(large.geometry.index!.array).toEqual(order)
  expect(small.raycast).toBe(Mesh.prototype.raycast)
})

test('meshes that share a geometry share its tree, and skinned meshes have none', async () => {
  const { root, large } = scene()
  const twin = large.clone()
  const skinned = new SkinnedMesh(large.geometry, material)
  root.add(twin, skinned)

  await accelerate(root, () => false)

  expect(twin.raycast).toBe(large.raycast)
  expect(skinned.raycast).toBe(SkinnedMesh.prototype.raycast)
})

test('no tree is built for a scene that is no longer shown', async () => {
  const { root, large } = scene()
  await accelerate(root, () => true)
  expect(large.geometry.boundsTree).toBeUndefined()
})

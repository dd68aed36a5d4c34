// @vitest-environment happy-dom
import { Bone, BoxGeometry, BufferAttribute, Group, MeshBasicMaterial, Skeleton, SkinnedMesh } from 'three'
import { expect, test } from 'vitest'

import { boundsOf } from '../../src/scene/stage'

/** A cube of 1 by 1 by 1 that follows a bone. */
function skinnedCube(): { model: Group; bone: Bone } {
  const geometry = new BoxGeometry()
  const count = geometry.getAttribute('position').count
  geometry.setAttribute('skinIndex', new BufferAttribute(new Uint16Array(count * 4), 4))
  geometry.setAttribute('skinWeight', new BufferAttribute(new Float32Array(count * 4).map((_, index) => (index % 4 ? 0 : 1)), 4))
  const mesh = new SkinnedMesh(geometry, new MeshBasicMaterial())
  const bone = new Bone()
  mesh.add(bone)
  mesh.bind(new Skeleton([bone]))
  return { model: new Group().add(mesh), bone }
}

test('the bounds of a skinned model are those of its present pose, not of the first one', () => {
  const { model, bone } = skinnedCube()
  expect(boundsOf(model).min.toArray()).toEqual([-0.5, -0.5, -0.5])

  bone.position.set(0, 20, 0)
  bone.scale.set(1, 4, 1)

  expect(boundsOf(model).min.toArray()).toEqual([-0.5, 18, -0.5])
  expect(boundsOf(model).max.toArray()).toEqual([0.5, 22, 0.5])
})

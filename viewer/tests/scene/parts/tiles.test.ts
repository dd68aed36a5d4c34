import { Box3, Group, Matrix4, Sphere, Vector3 } from 'three'
import { expect, test } from 'vitest'

import { standUpright } from '../../../src/scene/parts/tiles'

type Tiles = Parameters<typeof standUpright>[0]

/** A tileset with a center, in meters from that of the Earth. */
function tilesAt(center: Vector3, hasBox: boolean): Tiles & { group: Group } {
  return {
    group: new Group(),
    getOrientedBoundingBox: (_: Box3, matrix: Matrix4) => {
      if (hasBox) matrix.setPosition(center)
      return hasBox
    },
    getBoundingSphere: (sphere: Sphere) => Boolean(sphere.center.copy(center)),
  } as unknown as Tiles & { group: Group }
}

const PLACES = [
  ['a mine in Chile', new Vector3(1_911_000, -4_966_000, -3_506_000)],
  ['a plant in Frankfurt', new Vector3(4_064_000, 620_000, 4_861_000)],
  ['a model near the origin, not on the Earth', new Vector3(1, 2, 3)],
] as const

test.each(PLACES.flatMap(([name, center]) => [[name, center, true], [name, center, false]] as const))(
  '%s stands at the origin of its node, and what points away from the Earth points up (%o, box: %s)',
  (_, center, hasBox) => {
    const tiles = tilesAt(center, hasBox)

    standUpright(tiles)

    const { group } = tiles
    group.updateMatrixWorld()
    const size = center.length()
    expect(center.clone().applyMatrix4(group.matrixWorld).length()).toBeLessThan(size * 1e-9)
    const above = center.clone().multiplyScalar(1 + 10 / size).applyMatrix4(group.matrixWorld)
    expect(above.distanceTo(new Vector3(0, 10, 0))).toBeLessThan(size * 1e-9)
    // As in the tests of AWS's viewer: TilesLoaderUtils.spec.ts.
    expect(group.position.toArray()).toEqual([0, -size, 0])
    expect(group.scale.toArray()).toEqual([1, 1, 1])
  },
)

test('a tileset whose center is that of the Earth stays as it is', () => {
  const tiles = tilesAt(new Vector3(), true)
  standUpright(tiles)
  expect(tiles.group.quaternion.toArray()).toEqual([0, 0, 0, 1])
  expect(tiles.group.position.length()).toBe(0)
})

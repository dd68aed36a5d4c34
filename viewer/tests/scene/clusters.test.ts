import { expect, test } from 'vitest'

import { clusterPoints } from '../../src/scene/clusters'

const point = (name: string, x: number, y: number, rank = 0, isAlone = false) => ({ name, x, y, rank, isAlone })
const names = (clusters: readonly { readonly name: string }[][]): string[][] => clusters.map((cluster) => cluster.map(({ name }) => name))

test('points that would cover each other are joined, the worst first', () => {
  const points = [point('info', 10, 10, 2), point('error', 20, 10, 0), point('far', 200, 10, 1), point('near far', 190, 10, 3)]

  expect(names(clusterPoints(points, 26))).toEqual([['error', 'info'], ['far', 'near far']])
})

test('a selected point is joined with none', () => {
  expect(names(clusterPoints([point('one', 0, 0), point('selected', 1, 1, 9, true), point('two', 2, 2)], 26))).toEqual([
    ['one', 'two'],
    ['selected'],
  ])
})

test('two thousand points are joined within a frame', () => {
  const points = Array.from({ length: 2_000 }, (_, index) => point(String(index), (index * 37) % 1_280, (index * 101) % 800, index))
  const start = performance.now()
  const clusters = clusterPoints(points, 26)

  expect(clusters.flat()).toHaveLength(2_000)
  expect(performance.now() - start).toBeLessThan(500)
})

import { Group } from 'three'
import { expect, test } from 'vitest'
import type { Component, DocumentNode } from '../../src/scene/document'
import { nodeBox, SceneNode, withPaths } from '../../src/scene/node'

const node = (name: string, ...components: Component[]): DocumentNode => ({
  name,
  transform: { position: [0, 0, 0], rotation: [0, 0, 0], scale: [1, 1, 1] },
  components,
  children: [],
})

test('paths are those of the plan: names with slashes, the second of equal names with its number', () => {
  const hall = new SceneNode(node('Hall'), new Group(), undefined, 'Hall')

  const names = ['A', 'A (2)', 'A', 'B/C']
  expect(withPaths(names.map((name) => node(name)), undefined).map(([, path]) => path)).toEqual(['A', 'A (2)', 'A (3)', 'B\\/C'])
  expect(withPaths([node('A'), node('A')], hall).map(([, path]) => path)).toEqual(['Hall/A', 'Hall/A (2)'])
})

test('a node without a model has a small box at its tag', () => {
  const group = new Group()
  group.position.set(1, 0, 0)
  const tag = new SceneNode(node('tag', { type: 'Tag', offset: [0, 2, 0] }), group, undefined, 'tag')

  const box = nodeBox(tag, 40)

  expect(box.min.toArray()).toEqual([0.5, 1.5, -0.5])
  expect(box.max.toArray()).toEqual([1.5, 2.5, 0.5])
})

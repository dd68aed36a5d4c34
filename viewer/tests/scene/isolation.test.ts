import { DirectionalLight, Group, Mesh } from 'three'
import { expect, test } from 'vitest'

import type { DocumentNode } from '../../src/scene/document'
import { isolatable, Isolation } from '../../src/scene/isolation'
import { SceneNode } from '../../src/scene/node'

const TRANSFORM = { position: [0, 0, 0], rotation: [0, 0, 0], scale: [1, 1, 1] } as const
const root = new Group()

function add(name: string, type: 'ModelRef' | 'Tag', parent?: SceneNode): SceneNode {
  const definition = { name, transform: TRANSFORM, children: [], components: [{ type }] } as unknown as DocumentNode
  const node = new SceneNode(definition, new Group(), parent, parent ? `${parent.path}/${name}` : name)
  ;(parent?.group ?? root).add(node.group)
  parent?.children.push(node)
  return node
}

test('a floor is shown alone with what is on it, and lights stay', () => {
  const floors = ['Floor 1', 'Floor 2'].map((name) => add(name, 'ModelRef'))
  const [first, second] = floors as [SceneNode, SceneNode]
  first.group.add(new Mesh())
  const tags = floors.map((floor) => add('Tag', 'Tag', floor))
  const sun = new Group().add(new DirectionalLight())
  root.add(sun)
  expect(isolatable([...floors, ...tags]).map(({ path }) => path)).toEqual(['Floor 1', 'Floor 2'])

  const isolation = new Isolation(root, first)
  expect([first, second].map(({ group }) => group.visible)).toEqual([true, false])
  expect(tags.map((tag) => isolation.has(tag))).toEqual([true, false])
  expect(sun.visible).toBe(true)

  isolation.end()
  expect(second.group.visible).toBe(true)
})

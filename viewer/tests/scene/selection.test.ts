import { Group } from 'three'
import { expect, test } from 'vitest'

import type { Component, DocumentNode, Tag } from '../../src/scene/document'
import { SceneNode } from '../../src/scene/node'
import { describeNode, inheritedBinding, nearestBoundNode, navLinkAddress, primaryBinding } from '../../src/scene/selection'

const bindingTo = (entityId: string, propertyName?: string) => ({
  dataBindingContext: { entityId, componentName: 'c', ...(propertyName ? { propertyName } : {}) },
})
const tag = (members: Omit<Tag, 'type'> = {}): Tag => ({ type: 'Tag', ...members })

function node(...components: Component[]): DocumentNode {
  return { name: 'n', transform: { position: [0, 0, 0], rotation: [0, 0, 0], scale: [1, 1, 1] }, components, children: [] }
}

test('the EntityBinding of a node wins over its tag, and the tag over its overlay', () => {
  const overlay: Component = {
    type: 'DataOverlay',
    dataRows: [],
    valueDataBindings: [{ bindingName: 'x' }, { bindingName: 't', valueDataBinding: bindingTo('overlaid', 't') }],
  }
  const tagged = tag({ valueDataBinding: bindingTo('tagged', 't') })
  const entity: Component = { type: 'EntityBinding', valueDataBinding: bindingTo('bound') }

  expect(primaryBinding(node(overlay, tagged, entity))).toEqual(bindingTo('bound'))
  expect(primaryBinding(node(overlay, tagged))).toEqual(bindingTo('tagged', 't'))
  expect(primaryBinding(node(overlay, tag()))).toEqual(bindingTo('overlaid', 't'))
  expect(primaryBinding(node(tag()))).toBeUndefined()
})

test('a node without a binding has that of its nearest ancestor', () => {
  const root = new SceneNode(node({ type: 'EntityBinding', valueDataBinding: bindingTo('root') }), new Group(), undefined, 'root')
  const middle = new SceneNode(node(), new Group(), root, 'root/n')
  const leaf = new SceneNode(node(), new Group(), middle, 'root/n/n')

  expect(nearestBoundNode(leaf)).toBe(root)
  expect(inheritedBinding(leaf)).toEqual(bindingTo('root'))
  expect(inheritedBinding(new SceneNode(node(), new Group(), undefined, 'root'))).toBeUndefined()
})

test('a selection names the bound property and the link of the tag', () => {
  const selected = tag({ valueDataBinding: bindingTo('${sel_entity}', 't'), navLink: { destination: '/d' } })

  expect(describeNode(node(selected), { sel_entity: 'm1' })).toEqual({
    nodeName: 'n',
    entityId: 'm1',
    componentName: 'c',
    propertyName: 't',
    navLink: '/d',
  })
  expect(describeNode(node())).toEqual({ nodeName: 'n' })
})

test.each([
  [{ destination: '/d' }, '/d'],
  [{ destination: '/d?a=1#x', params: { b: '2 3' } }, '/d?a=1&b=2+3#x'],
  [{ destination: '/d', params: { b: '2' } }, '/d?b=2'],
  [{ destination: ' javascript:alert(1)' }, undefined],
  [{ destination: 'DATA:text/html,x' }, undefined],
  [{}, undefined],
  [undefined, undefined],
])('the address of the link %j', (navLink, address) => {
  expect(navLinkAddress(tag(navLink ? { navLink } : {}))).toBe(address)
})

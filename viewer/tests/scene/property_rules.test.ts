import { expect, test } from 'vitest'

import type { Component, DocumentNode, SceneDocument } from '../../src/scene/document'
import { rulesOfProperty, usesRule } from '../../src/scene/property_rules'

const KEY = { entityId: 'm1', componentName: 'sensor', propertyName: 'temperature' }
const RULE = { statements: [{ expression: 'temperature > 5', target: '' }] }

function node(...components: Component[]): DocumentNode {
  return { name: '', transform: { position: [0, 0, 0], rotation: [0, 0, 0], scale: [1, 1, 1] }, components, children: [] }
}

test('rules of tags and shaders that are bound to the property are found once, through placeholders too', () => {
  const document: SceneDocument = {
    roots: [],
    rules: { hot: RULE, other: { statements: [] } },
    properties: { dataBindingConfig: { template: { machine: 'm1' } } },
  }
  const binding = (entityId: string) => ({ valueDataBinding: { dataBindingContext: { ...KEY, entityId } } })
  const nodes = [
    node({ type: 'Tag', ruleBasedMapId: 'hot', ...binding('m1') }),
    node({ type: 'ModelShader', ruleBasedMapId: 'hot', ...binding('${machine}') }),
    node({ type: 'Tag', ruleBasedMapId: 'other', ...binding('m2') }, { type: 'Tag', ruleBasedMapId: 'lost', ...binding('m1') }),
  ]

  expect(rulesOfProperty(document, nodes, KEY)).toEqual([RULE])
})

test('a node uses the rule of any of its components', () => {
  const rules = new Set(['hot'])
  const indicator: Component = { type: 'MotionIndicator', shape: 'LinearPlane', config: {}, valueDataBindings: { speed: { ruleBasedMapId: 'hot' } } }

  expect(usesRule(node({ type: 'Tag', ruleBasedMapId: 'hot' }), rules)).toBe(true)
  expect(usesRule(node(indicator), rules)).toBe(true)
  expect(usesRule(node({ type: 'Tag', ruleBasedMapId: 'cold' }, { type: 'Tag' }), rules)).toBe(false)
})

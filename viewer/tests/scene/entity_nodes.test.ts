import { expect, test } from 'vitest'
import cases from '../../../tests/support/scene_entity_components.json'
import type { Component, DataValue, Entity } from '../../src/api/api'
import { readScene } from '../../src/scene/document_reader'
import { addEntityNodes } from '../../src/scene/entity_nodes'
import type { Json } from '../../src/scene/problems'

const RULES = { hot: { statements: [{ expression: 't > 1', target: 'iottwinmaker.common.icon:Error' }] } }
const DOCUMENT: Json = {
  specVersion: '1.0',
  nodes: [{ name: 'Floor', transform: {} }],
  rootNodeIndexes: [0],
  cameras: [],
  rules: RULES,
  properties: { environmentPreset: 'neutral' },
}

function valueOf(value: unknown): DataValue {
  if (Array.isArray(value)) return { listValue: value.map(valueOf) }
  if (typeof value === 'number') return { doubleValue: value }
  if (typeof value === 'boolean') return { booleanValue: value }
  if (typeof value === 'string') return { stringValue: value }
  return { mapValue: Object.fromEntries(Object.entries(value as Json).map(([key, item]) => [key, valueOf(item)])) }
}

function component(type: string, values: Json = {}): Component {
  const properties = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { value: valueOf(value) }]))
  return { componentTypeId: `com.amazon.iottwinmaker.3d.${type}`, properties: { ...properties, unset: {} } }
}

function entity(entityId: string, parentEntityId: string, components: Record<string, Component> = {}, node: Json = {}): Entity {
  return { entityId, entityName: entityId, parentEntityId, components: { Node: component('node', { name: entityId, ...node }), ...components } }
}

function read(...entities: Entity[]) {
  const { document, warnings } = addEntityNodes(DOCUMENT, 'ROOT', entities)
  const { scene, problems } = readScene(JSON.stringify(document))
  expect(problems).toEqual([])
  return { roots: scene!.roots, warnings }
}

test('entities are nodes below those of the document', () => {
  const place = { transform_position: [2, 0, 17], transform_rotation: [0, 1, 0], transform_scale: [2, 2, 2] }
  const { roots } = read(entity('door', 'hall'), entity('hall', 'ROOT', {}, place), entity('lost', 'deleted'))
  expect(roots.map(({ name }) => name)).toEqual(['Floor', 'hall', 'lost'])
  expect(roots[1]!.transform).toEqual({ position: [2, 0, 17], rotation: [0, 1, 0], scale: [2, 2, 2] })
  expect(roots[1]!.children.map(({ name }) => name)).toEqual(['door'])
  expect(DOCUMENT['nodes']).toHaveLength(1)
})

test.each(cases.map(({ type, values, expected }) => [type, values, expected] as const))('a component of type %s is that of a document', (type, values, expected) => {
  const { roots, warnings } = read(entity('door', 'ROOT', { One: component(`component.${type}`, values) }))
  expect(roots[1]!.components).toEqual([expected])
  expect(warnings).toEqual([])
})

test('a part of a model is below its model', () => {
  const model = component('component.modelref', { uri: 'a.glb', modelType: 'GLB' })
  const part = component('component.submodelref', { selector: 'Door' })
  const { roots } = read(entity('hall', 'ROOT', { model }), entity('door', 'hall', { part }))
  expect(roots[1]!.children[0]!.components).toEqual([{ type: 'SubModelRef', selector: 'Door' }])
})

test('the entity that a node stands for is its binding', () => {
  const node = { componentTypeId: 'com.amazon.iottwinmaker.3d.node', properties: { isVisualOf: { value: { relationshipValue: { targetEntityId: 'm' } } } } }
  const { roots } = read({ entityId: 'door', entityName: 'Door', parentEntityId: 'ROOT', components: { Node: node } })
  expect(roots[1]!.name).toBe('Door')
  expect(roots[1]!.components).toEqual([{ type: 'EntityBinding', valueDataBinding: { dataBindingContext: { entityId: 'm' } } }])
})

test.each([
  ['component.animation', {}, 'a component of type com.amazon.iottwinmaker.3d.component.animation is not drawn'],
  ['component.modelref', { uri: 'a.glb' }, 'ModelRef lacks uri and modelType; it is left out'],
  ['component.motionindicator', {}, 'MotionIndicator lacks a shape; it is left out'],
  ['component.tag', { styleBinding: { ruleBasedMapId: 'cold' } }, 'Rule#[cold] not found; it never applies'],
])('what is not drawn of %s is a warning about its node', (type, values, message) => {
  const { warnings } = read(entity('door', 'ROOT', { One: component(type, values) }))
  expect(warnings).toEqual([{ message, node: 'door' }])
})

test('components of other types are none of the node', () => {
  const { roots, warnings } = read(entity('door', 'ROOT', { sensor: { componentTypeId: 'com.example.Sensor' } }))
  expect(roots[1]!.components).toEqual([])
  expect(warnings).toEqual([])
})

test('nodes that are their own ancestors do not hang', () => {
  const { document } = addEntityNodes(DOCUMENT, 'ROOT', [entity('a', 'b'), entity('b', 'a')])
  expect(readScene(JSON.stringify(document)).scene!.roots.map(({ name }) => name)).toEqual(['Floor'])
})

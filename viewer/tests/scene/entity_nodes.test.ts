import { expect, test } from 'vitest'
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

const BINDING = { entityId: 'm', componentName: 'c', propertyName: 't' }
const CONTEXT = { dataBindingContext: BINDING }

test.each<[string, Json, Json]>([
  [
    'modelref',
    { uri: 's3://b/door.glb', modelType: 'GLB', unitOfMeasure: 'feet', localScale: [1, 2, 3], castShadow: true },
    { type: 'ModelRef', uri: 's3://b/door.glb', modelType: 'GLB', unitOfMeasure: 'feet', localScale: [1, 2, 3], castShadow: true },
  ],
  [
    'tag',
    {
      icon: 'iottwinmaker.common.icon:Info',
      offset: [0, 1, 0],
      navLink_destination: 'https://example.com',
      navLink_params: { a: 'b' },
      customIcon_prefix: 'fas',
      customIcon_iconName: 'bell',
      styleBinding: { ...BINDING, ruleBasedMapId: 'hot', isStaticData: 'false' },
    },
    {
      type: 'Tag',
      icon: 'iottwinmaker.common.icon:Info',
      offset: [0, 1, 0],
      navLink: { destination: 'https://example.com', params: { a: 'b' } },
      customIcon: { prefix: 'fas', iconName: 'bell' },
      ruleBasedMapId: 'hot',
      valueDataBinding: { ...CONTEXT, isStaticData: false },
    },
  ],
  ['modelshader', { dataBinding: { ...BINDING, ruleBasedMapId: 'hot' } }, { type: 'ModelShader', ruleBasedMapId: 'hot', valueDataBinding: CONTEXT }],
  [
    'motionindicator',
    {
      shape: 'LinearPlane',
      config_numOfRepeatInY: 2,
      config_defaultBackgroundColor: 'null_color',
      config_defaultForegroundColor: '#ff0000',
      appearanceBindings: [{ ...BINDING, bindingName: 'speed', ruleBasedMapId: 'hot' }],
    },
    {
      type: 'MotionIndicator',
      shape: 'LinearPlane',
      config: { numOfRepeatInY: 2, defaultForegroundColor: '#ff0000' },
      valueDataBindings: { speed: { ruleBasedMapId: 'hot', valueDataBinding: CONTEXT } },
    },
  ],
  [
    'component.dataoverlay',
    {
      subType: 'OverlayPanel',
      dataRows: [{ rowType: 'Markdown', content: '100%25%20of%20', content_1: '$%7Ba%7D' }],
      rowBindings: [{ ...BINDING, bindingName: 'a' }],
    },
    {
      type: 'DataOverlay',
      subType: 'OverlayPanel',
      dataRows: [{ rowType: 'Markdown', content: '100% of ${a}' }],
      valueDataBindings: [{ bindingName: 'a', valueDataBinding: CONTEXT }],
    },
  ],
  [
    'light',
    { lightType: 'Point', lightSettings_color: '#fff000', lightSettings_castShadow: true },
    { type: 'Light', lightType: 'Point', lightSettings: { color: '#fff000', castShadow: true } },
  ],
  ['camera', { cameraType: 'Perspective', fov: 60, near: 0.1, far: 100 }, { type: 'Camera', cameraType: 'Perspective', fov: 60, near: 0.1, far: 100 }],
])('a component of type %s is that of a document', (type, values, expected) => {
  const name = type.startsWith('component.') ? type : `component.${type}`
  const { roots, warnings } = read(entity('door', 'ROOT', { One: component(name, values) }))
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

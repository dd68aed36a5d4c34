import { describe, expect, test } from 'vitest'
import type { Problem } from '../../src/scene/document'
import { readScene } from '../../src/scene/document_reader'
import { changed, scene, type Json } from './scene'

type Change = (scene: Json) => void

const component = (s: Json, node: number, index = 0): Json => s['nodes'][node].components[index]

function problemsOf(change: Change): readonly Problem[] {
  return readScene(changed(change)).problems
}

test('a valid scene has no problems, and keeps its nodes in order', () => {
  const { scene: read, problems } = readScene(JSON.stringify(scene()))
  expect(problems).toEqual([])
  expect(read!.roots.map(({ name }) => name)).toEqual(['Factory', 'Belt', 'Camera', 'Light'])
  expect(read!.roots[0]!.children.map(({ name }) => name)).toEqual(['Mixer', 'Tag'])
  expect(read!.roots[2]!.components).toEqual([{ type: 'Camera', cameraType: 'Perspective', fov: 53.13, near: 0.1, far: 100 }])
})

// AWS's viewer loses the whole scene for each of these.
describe('fatal', () => {
  test.each([
    ['{"specVersion": ', 'not a valid JSON document'],
    ['{}', 'unable to find specVersion'],
    ['null', 'unable to find specVersion'],
    ['7', 'unable to find specVersion'],
  ])('%s', (text, message) => {
    const { scene: read, problems } = readScene(text)
    expect(read).toBeUndefined()
    expect(problems).toEqual([{ level: 'fatal', message: expect.stringContaining(message) }])
  })

  test.each<[string, Change, string, string | undefined]>([
    ['no specVersion', (s) => delete s['specVersion'], 'unable to find specVersion', undefined],
    ['specVersion a number', (s) => (s['specVersion'] = 1), 'specVersion is not a string', undefined],
    ['specVersion "1"', (s) => (s['specVersion'] = '1'), 'no longer supported', undefined],
    ['specVersion "2.0"', (s) => (s['specVersion'] = '2.0'), 'newer than the supported', undefined],
    ['specVersion "1.0.0"', (s) => (s['specVersion'] = '1.0.0'), 'not well-formatted', undefined],
    ['specVersion "a.1"', (s) => (s['specVersion'] = 'a.1'), 'not well-formatted', undefined],
    ['no nodes', (s) => delete s['nodes'], '"nodes" is missing', undefined],
    ['no rootNodeIndexes', (s) => delete s['rootNodeIndexes'], '"rootNodeIndexes" is missing', undefined],
    ['root out of range', (s) => (s['rootNodeIndexes'] = [99]), 'root node#[99] is not in nodes', undefined],
    ['child out of range', (s) => (s['nodes'][0].children = [99]), 'Invalid child#[99] found in node#[0]', 'Factory'],
    ['child below 0', (s) => (s['nodes'][0].children = [-1]), 'Invalid child#[-1] found in node#[0]', 'Factory'],
    ['no transform', (s) => delete s['nodes'][1].transform, 'no transform', 'Mixer'],
    ['a node that is null', (s) => (s['nodes'][1] = null), 'not an object', 'node#[1]'],
    ['a component that is null', (s) => (s['nodes'][1].components = [null]), 'a component is null', 'Mixer'],
    ['rule of a tag missing', (s) => (component(s, 2)['ruleBasedMapId'] = 'nope'), 'Rule#[nope] not found', 'Tag'],
    ['rules missing while used', (s) => delete s['rules'], 'Rule#[temperatureRule] not found', 'Tag'],
    ['rule without statements', (s) => delete s['rules'].temperatureRule.statements, 'Rule#[temperatureRule] has no list of statements', undefined],
    ['a statement that is null', (s) => (s['rules'].temperatureRule.statements[0] = null), 'Rule#[temperatureRule] has no list of statements', undefined],
    ['camera out of range', (s) => (component(s, 4)['cameraIndex'] = 3), 'Camera index out of bound 3', 'Camera'],
    ['cameras missing', (s) => delete s['cameras'], 'Camera index out of bound 0', 'Camera'],
    ['motion without bindings', (s) => delete component(s, 3)['valueDataBindings'], 'no valueDataBindings', 'Belt'],
    ['motion without config', (s) => delete component(s, 3)['config'], 'no config', 'Belt'],
    ['rule of a motion missing', (s) => (component(s, 3)['valueDataBindings'].speed.ruleBasedMapId = 'nope'), 'Rule#[nope] not found', 'Belt'],
  ])('%s', (_, change, message, node) => {
    const { scene: read, problems } = readScene(changed(change))
    expect(read).toBeUndefined()
    const fatal = problems.filter(({ level }) => level === 'fatal')
    expect(fatal).toContainEqual({ level: 'fatal', message: expect.stringContaining(message), ...(node ? { node } : {}) })
  })

  test('all fatal problems are reported, not only the first', () => {
    const problems = problemsOf((s) => {
      s['nodes'][0].children = [99]
      component(s, 2)['ruleBasedMapId'] = 'nope'
      component(s, 4)['cameraIndex'] = 3
    })
    expect(problems.filter(({ level }) => level === 'fatal').map(({ node }) => node)).toEqual(['Tag', 'Camera', 'Factory'])
  })
})

// The rest of the scene is shown. AWS's viewer is silent about those below the comment.
describe('warning', () => {
  test.each<[string, Change, string, string | undefined]>([
    ['specVersion "1.5"', (s) => (s['specVersion'] = '1.5'), 'newer than "1.0"', undefined],
    ['unknown component', (s) => (component(s, 5)['type'] = 'Hologram'), 'Unknown component type Hologram', 'Light'],
    ['modelType in lower case', (s) => (component(s, 0)['modelType'] = 'glb'), 'Unknown model type glb', 'Factory'],
    ['no modelType', (s) => delete component(s, 0)['modelType'], 'Unknown model type undefined', 'Factory'],
    // AWS's viewer is silent.
    ['bad expression', (s) => (s['rules'].temperatureRule.statements[0].expression = 'temperature >'), 'Rule#[temperatureRule] statement 1: "temperature >" is skipped', undefined],
    ['target without namespace', (s) => (s['rules'].temperatureRule.statements[0].target = 'Error'), 'target "Error" is unknown', undefined],
    ['target in lower case', (s) => (s['rules'].temperatureRule.statements[0].target = 'iottwinmaker.common.icon:error'), 'icon:error" is unknown', undefined],
    ['wrong case of a property', (s) => (s['rules'].temperatureRule.statements[0].expression = 'Temperature > 1'), 'uses "Temperature", but only the bound property "temperature" has a value', 'Tag'],
    ['binding not wrapped', (s) => (component(s, 2)['valueDataBinding'] = component(s, 2)['valueDataBinding'].dataBindingContext), 'not bound to a property', 'Tag'],
    ['tag without binding', (s) => delete component(s, 2)['valueDataBinding'], 'never changes', 'Tag'],
    ['unknown icon', (s) => (component(s, 2)['icon'] = 'Warning'), 'icon "Warning" is unknown', 'Tag'],
    ['rule of a shader missing', (s) => (component(s, 1, 1)['ruleBasedMapId'] = 'nope'), 'Rule#[nope] not found', 'Mixer'],
    ['sub-model not under its model', (s) => {
      s['nodes'][0].children = [2]
      s['nodes'][3].children = [1]
    }, 'not below the node of its ModelRef', 'Mixer'],
    ['unknown unit', (s) => (component(s, 0)['unitOfMeasure'] = 'meter'), 'unknown unitOfMeasure "meter"', 'Factory'],
    ['unknown preset', (s) => (s['properties'].environmentPreset = 'sunny'), 'environmentPreset "sunny" gives no light', undefined],
    ['no light at all', (s) => {
      s['properties'] = {}
      s['nodes'][5].components = []
    }, 'draws it black', undefined],
    ['background that is no colour', (s) => (s['properties'].sceneBackgroundSettings = { color: 'red' }), 'sceneBackgroundSettings.color "red" is not #rrggbb', undefined],
    ['overlay without rows', (s) => delete component(s, 2, 1)['dataRows'], 'DataOverlay has no dataRows', 'Tag'],
    ['overlay without bindings', (s) => delete component(s, 2, 1)['valueDataBindings'], 'DataOverlay has no valueDataBindings', 'Tag'],
    ['overlay with a row that is null', (s) => (component(s, 2, 1)['dataRows'][0] = null), 'DataOverlay has no dataRows', 'Tag'],
    ['overlay with a name that is not bound', (s) => (component(s, 2, 1)['dataRows'][0].content = '${rpm}'), '${rpm} has no binding', 'Tag'],
    ['unknown light', (s) => (component(s, 5)['lightType'] = 'Sun'), 'unknown lightType "Sun"', 'Light'],
    ['unknown shape', (s) => (component(s, 3)['shape'] = 'Ring'), 'unknown shape "Ring"', 'Belt'],
    ['position of two numbers', (s) => (s['nodes'][1].transform.position = [1, 2]), 'transform.position is not three numbers', 'Mixer'],
    ['empty dataBindingConfig', (s) => (s['properties'].dataBindingConfig = {}), 'dataBindingConfig is empty', undefined],
    // AWS's viewer hangs.
    ['a cycle', (s) => (s['nodes'][1].children = [0]), 'its own ancestor', 'Factory'],
    ['a node under two', (s) => (s['nodes'][3].children = [1]), 'child of two nodes', 'Mixer'],
  ])('%s', (_, change, message, node) => {
    const { scene: read, problems } = readScene(changed(change))
    expect(read).toBeDefined()
    expect(problems).toContainEqual({ level: 'warning', message: expect.stringContaining(message), ...(node ? { node } : {}) })
  })
})

describe('no problem', () => {
  test.each<[string, Change]>([
    ['a transform with a position only', (s) => (s['nodes'][1].transform = { position: [1, 0, 0] })],
    ['an empty transform', (s) => (s['nodes'][1].transform = {})],
    ['a position of strings', (s) => (s['nodes'][1].transform.position = ['1', '0', '0'])],
    ['children null', (s) => (s['nodes'][1].children = null)],
    ['components null', (s) => (s['nodes'][2].components = null)],
    ['an uri elsewhere', (s) => (component(s, 0)['uri'] = 's3://other/factory.glb')],
    ['names in any script', (s) => (s['nodes'][1].name = 'Mischer 混合器 🏭')],
    ['a sub-model before its model', (s) => {
      s['nodes'] = [s['nodes'][1], { ...s['nodes'][0], children: [0] }]
      s['rootNodeIndexes'] = [1]
    }],
    ['no nodes at all', (s) => {
      s['nodes'] = []
      s['rootNodeIndexes'] = []
    }],
    ['an entity bound and nothing else', (s) => delete component(s, 3, 1)['valueDataBinding']],
    ['a property with "-" in its name', (s) => {
      component(s, 2)['valueDataBinding'].dataBindingContext.propertyName = 'oil-level'
      s['rules'].temperatureRule.statements = [{ expression: 'oil-level > 3', target: 'iottwinmaker.common.color:red' }]
      s['nodes'][1].components = []
    }],
  ])('%s', (_, change) => {
    expect(problemsOf(change)).toEqual([])
  })

  test('a byte order mark', () => {
    expect(readScene(`\uFEFF${JSON.stringify(scene())}`).problems).toEqual([])
  })
})

test('an unexpected error is reported as fatal instead of thrown', () => {
  const { scene: read, problems } = readScene(changed((s) => (s['nodes'][2].components[0].valueDataBinding = { dataBindingContext: { entityId: 'm', componentName: 'c', propertyName: 7 } })))
  expect(read).toBeUndefined()
  expect(problems).toContainEqual({ level: 'fatal', message: expect.stringContaining('An unexpected error occurred') })
})

test('a chain of nodes with shared children is read in linear time', () => {
  const nodes = Array.from({ length: 60 }, (_, i) => ({ transform: {}, children: i < 59 ? [i + 1, i + 1] : [] }))
  const { scene: read } = readScene(JSON.stringify({ ...scene(), nodes, rootNodeIndexes: [0] }))
  let depth = 0
  for (let node = read?.roots[0]; node; node = node.children[0]) depth++
  expect(depth).toBe(60)
})

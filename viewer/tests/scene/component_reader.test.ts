import { describe, expect, test } from 'vitest'
import { readScene } from '../../src/scene/document_reader'
import { changed, type Json } from './sample_scene'

type Change = (scene: Json) => void

const component = (s: Json, node: number, index = 0): Json => s['nodes'][node].components[index]

// AWS's viewer loses the whole scene for each of these.
describe('fatal', () => {
  test.each<[string, Change, string, string]>([
    ['a component that is null', (s) => (s['nodes'][1].components = [null]), 'a component is null', 'Mixer'],
    ['rule of a tag missing', (s) => (component(s, 2)['ruleBasedMapId'] = 'nope'), 'Rule#[nope] not found', 'Tag'],
    ['rules missing while used', (s) => delete s['rules'], 'Rule#[temperatureRule] not found', 'Tag'],
    ['camera out of range', (s) => (component(s, 4)['cameraIndex'] = 3), 'Camera index out of bound 3', 'Camera'],
    ['cameras missing', (s) => delete s['cameras'], 'Camera index out of bound 0', 'Camera'],
    ['motion without bindings', (s) => delete component(s, 3)['valueDataBindings'], 'no valueDataBindings', 'Belt'],
    ['motion without config', (s) => delete component(s, 3)['config'], 'no config', 'Belt'],
    ['rule of a motion missing', (s) => (component(s, 3)['valueDataBindings'].speed.ruleBasedMapId = 'nope'), 'Rule#[nope] not found', 'Belt'],
  ])('%s', (_, change, message, node) => {
    const { scene: read, problems } = readScene(changed(change))
    expect(read).toBeUndefined()
    expect(problems).toContainEqual({ level: 'fatal', message: expect.stringContaining(message), node })
  })
})

// The rest of the scene is shown. AWS's viewer is silent about all but the first three.
describe('warning', () => {
  test.each<[string, Change, string, string]>([
    ['unknown component', (s) => (component(s, 5)['type'] = 'Hologram'), 'Unknown component type Hologram', 'Light'],
    ['modelType in lower case', (s) => (component(s, 0)['modelType'] = 'glb'), 'Unknown model type glb', 'Factory'],
    ['no modelType', (s) => delete component(s, 0)['modelType'], 'Unknown model type undefined', 'Factory'],
    ['wrong case of a property', (s) => (s['rules'].temperatureRule.statements[0].expression = 'Temperature > 1'), 'uses "Temperature", but only the bound property "temperature" has a value', 'Tag'],
    ['binding not wrapped', (s) => (component(s, 2)['valueDataBinding'] = component(s, 2)['valueDataBinding'].dataBindingContext), 'not bound to a property', 'Tag'],
    ['tag without binding', (s) => delete component(s, 2)['valueDataBinding'], 'never changes', 'Tag'],
    ['unknown icon', (s) => (component(s, 2)['icon'] = 'Warning'), 'icon "Warning" is unknown', 'Tag'],
    ['rule of a shader missing', (s) => (component(s, 1, 1)['ruleBasedMapId'] = 'nope'), 'Rule#[nope] not found', 'Mixer'],
    ['unknown unit', (s) => (component(s, 0)['unitOfMeasure'] = 'meter'), 'unknown unitOfMeasure "meter"', 'Factory'],
    ['overlay without rows', (s) => delete component(s, 2, 1)['dataRows'], 'DataOverlay has no dataRows', 'Tag'],
    ['overlay without bindings', (s) => delete component(s, 2, 1)['valueDataBindings'], 'DataOverlay has no valueDataBindings', 'Tag'],
    ['overlay with a row that is null', (s) => (component(s, 2, 1)['dataRows'][0] = null), 'DataOverlay has no dataRows', 'Tag'],
    ['overlay with a name that is not bound', (s) => (component(s, 2, 1)['dataRows'][0].content = '${rpm}'), '${rpm} has no binding', 'Tag'],
    ['unknown light', (s) => (component(s, 5)['lightType'] = 'Sun'), 'unknown lightType "Sun"', 'Light'],
    ['unknown shape', (s) => (component(s, 3)['shape'] = 'Ring'), 'unknown shape "Ring"', 'Belt'],
  ])('%s', (_, change, message, node) => {
    const { scene: read, problems } = readScene(changed(change))
    expect(read).toBeDefined()
    expect(problems).toContainEqual({ level: 'warning', message: expect.stringContaining(message), node })
  })
})

describe('no problem', () => {
  test.each<[string, Change]>([
    ['an uri elsewhere', (s) => (component(s, 0)['uri'] = 's3://other/factory.glb')],
    ['an entity bound and nothing else', (s) => delete component(s, 3, 1)['valueDataBinding']],
    ['a property with "-" in its name', (s) => {
      component(s, 2)['valueDataBinding'].dataBindingContext.propertyName = 'oil-level'
      s['rules'].temperatureRule.statements = [{ expression: 'oil-level > 3', target: 'iottwinmaker.common.color:red' }]
      s['nodes'][1].components = []
    }],
  ])('%s', (_, change) => {
    expect(readScene(changed(change)).problems).toEqual([])
  })
})

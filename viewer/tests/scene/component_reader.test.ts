import { describe, expect, test } from 'vitest'
import { readScene } from '../../src/scene/document_reader'
import { changed, type Json } from './sample_scene'

type Change = (scene: Json) => void

const component = (s: Json, node: number, index = 0): Json => s['nodes'][node].components[index]

// AWS's viewer loses the whole scene for each of these.
describe('fatal', () => {
  test.each<[string, Change, string, string]>([
    ['a component that is null', (s) => (s['nodes'][1].components = [null]), 'component 0 is nothing', 'Mixer'],
    ['rule of a tag missing', (s) => (component(s, 2)['ruleBasedMapId'] = 'nope'), 'rule "nope" is not defined in this scene', 'Tag'],
    ['rules missing while used', (s) => delete s['rules'], 'rule "temperatureRule" is not defined in this scene', 'Tag'],
    ['camera out of range', (s) => (component(s, 4)['cameraIndex'] = 3), 'camera index 3 is not one of the 1 cameras', 'Camera'],
    ['cameras missing', (s) => delete s['cameras'], 'camera index 0 is not one of the 0 cameras', 'Camera'],
    ['motion without bindings', (s) => delete component(s, 3)['valueDataBindings'], 'a MotionIndicator without "valueDataBindings" stops the viewer', 'Belt'],
    ['motion without config', (s) => delete component(s, 3)['config'], 'a MotionIndicator without "config" stops the viewer', 'Belt'],
    ['rule of a motion missing', (s) => (component(s, 3)['valueDataBindings'].speed.ruleBasedMapId = 'nope'), 'rule "nope" is not defined in this scene', 'Belt'],
  ])('%s', (_, change, message, node) => {
    const { scene: read, problems } = readScene(changed(change))
    expect(read).toBeUndefined()
    expect(problems).toContainEqual(expect.objectContaining({ level: 'fatal', message, node }))
  })
})

// The rest of the scene is shown. AWS's viewer is silent about all but the first three.
describe('error and warning', () => {
  test.each<[string, Change, string, string | undefined]>([
    ['unknown component', (s) => (component(s, 5)['type'] = 'Hologram'), 'error: component type "Hologram" is not known', 'Light'],
    ['modelType in lower case', (s) => (component(s, 0)['modelType'] = 'glb'), 'error: "modelType" is "glb"', 'Factory'],
    ['no modelType', (s) => delete component(s, 0)['modelType'], 'error: a ModelRef without "modelType" is not drawn', 'Factory'],
    ['wrong case of a property', (s) => (s['rules'].temperatureRule.statements[0].expression = 'Temperature > 1'), 'error: "Temperature" has no value in this rule, whose components bind "temperature"', undefined],
    ['binding not wrapped', (s) => (component(s, 2)['valueDataBinding'] = component(s, 2)['valueDataBinding'].dataBindingContext), 'error: "entityId" is not in "dataBindingContext"', 'Tag'],
    ['tag without binding', (s) => delete component(s, 2)['valueDataBinding'], 'warning: a Tag with a rule is not bound to a property, so it does not change', 'Tag'],
    ['unknown icon', (s) => (component(s, 2)['icon'] = 'Warning'), 'error: icon "Warning" is not known', 'Tag'],
    ['rule of a shader missing', (s) => (component(s, 1, 1)['ruleBasedMapId'] = 'nope'), 'error: rule "nope" is not defined in this scene', 'Mixer'],
    ['unknown unit', (s) => (component(s, 0)['unitOfMeasure'] = 'meter'), 'error: "unitOfMeasure" is "meter"', 'Factory'],
    ['overlay without rows', (s) => delete component(s, 2, 1)['dataRows'], 'error: a DataOverlay without "dataRows" is not drawn', 'Tag'],
    ['overlay without bindings', (s) => delete component(s, 2, 1)['valueDataBindings'], 'error: a DataOverlay without "valueDataBindings" is not drawn', 'Tag'],
    ['overlay with a row that is null', (s) => (component(s, 2, 1)['dataRows'][0] = null), 'error: "dataRows[0]" is nothing', 'Tag'],
    ['overlay with a name that is not bound', (s) => (component(s, 2, 1)['dataRows'][0].content = '${rpm}'), 'warning: "${rpm}" has no binding and is shown as "-"', 'Tag'],
    ['unknown light', (s) => (component(s, 5)['lightType'] = 'Sun'), 'error: "lightType" is "Sun"', 'Light'],
    ['unknown shape', (s) => (component(s, 3)['shape'] = 'Ring'), 'error: "shape" is "Ring"', 'Belt'],
  ])('%s', (_, change, message, node) => {
    const { scene: read, problems } = readScene(changed(change))
    expect(read).toBeDefined()
    expect(problems.map((problem) => [`${problem.level}: ${problem.message}`, problem.node])).toEqual([[message, node]])
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

import { describe, expect, test } from 'vitest'
import type { Problem } from '../../src/scene/document'
import { readScene } from '../../src/scene/document_reader'
import { changed, scene, type Json } from './sample_scene'

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
    ['rule without statements', (s) => delete s['rules'].temperatureRule.statements, 'Rule#[temperatureRule] has no list of statements', undefined],
    ['a statement that is null', (s) => (s['rules'].temperatureRule.statements[0] = null), 'Rule#[temperatureRule] has no list of statements', undefined],
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

test('warnings are reported beside fatal problems', () => {
  const { scene: read, problems } = readScene(
    changed((s) => {
      s['specVersion'] = '1.1'
      s['nodes'][1].children = [99]
      component(s, 5)['type'] = 'Hologram'
    }),
  )
  expect(read).toBeUndefined()
  expect(problems.map(({ level, message }) => `${level}: ${message}`)).toEqual([
    expect.stringContaining('warning: The scene may contain features not supported here: specVersion "1.1"'),
    expect.stringContaining('warning: Unknown component type Hologram'),
    expect.stringContaining('fatal: Invalid scene document: Invalid child#[99] found in node#[1]'),
  ])
})

// The rest of the scene is shown. AWS's viewer is silent about those below the comment.
describe('warning', () => {
  test.each<[string, Change, string, string | undefined]>([
    ['specVersion "1.5"', (s) => (s['specVersion'] = '1.5'), 'newer than "1.0"', undefined],
    // AWS's viewer is silent.
    ['bad expression', (s) => (s['rules'].temperatureRule.statements[0].expression = 'temperature >'), 'Rule#[temperatureRule] statement 1: "temperature >" is skipped', undefined],
    ['target without namespace', (s) => (s['rules'].temperatureRule.statements[0].target = 'Error'), 'target "Error" is unknown', undefined],
    ['target in lower case', (s) => (s['rules'].temperatureRule.statements[0].target = 'iottwinmaker.common.icon:error'), 'icon:error" is unknown', undefined],
    ['sub-model not under its model', (s) => {
      s['nodes'][0].children = [2]
      s['nodes'][3].children = [1]
    }, 'not below the node of its ModelRef', 'Mixer'],
    ['unknown preset', (s) => (s['properties'].environmentPreset = 'sunny'), 'environmentPreset "sunny" gives no light', undefined],
    ['no light at all', (s) => {
      s['properties'] = {}
      s['nodes'][5].components = []
    }, 'draws it black', undefined],
    ['background that is no colour', (s) => (s['properties'].sceneBackgroundSettings = { color: 'red' }), 'sceneBackgroundSettings.color "red" is not #rrggbb', undefined],
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
    ['names in any script', (s) => (s['nodes'][1].name = 'Mischer 混合器 🏭')],
    ['a sub-model before its model', (s) => {
      s['nodes'] = [s['nodes'][1], { ...s['nodes'][0], children: [0] }]
      s['rootNodeIndexes'] = [1]
    }],
    ['no nodes at all', (s) => {
      s['nodes'] = []
      s['rootNodeIndexes'] = []
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

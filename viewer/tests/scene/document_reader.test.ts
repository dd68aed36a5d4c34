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
    ['null', 'unable to find specVersion'],
    ['7', 'unable to find specVersion'],
  ])('%s', (text, message) => {
    const { scene: read, problems } = readScene(text)
    expect(read).toBeUndefined()
    expect(problems).toEqual([{ level: 'fatal', message: expect.stringContaining(message) }])
  })

  test.each<[string, Change, string, string | undefined]>([
    ['no specVersion', (s) => delete s['specVersion'], '"specVersion" is nothing', undefined],
    ['specVersion a number', (s) => (s['specVersion'] = 1), '"specVersion" is 1', undefined],
    ['specVersion "1"', (s) => (s['specVersion'] = '1'), '"specVersion" is "1"', undefined],
    ['specVersion "2.0"', (s) => (s['specVersion'] = '2.0'), '"specVersion" is "2.0"', undefined],
    ['specVersion "1.0.0"', (s) => (s['specVersion'] = '1.0.0'), '"specVersion" is "1.0.0"', undefined],
    ['specVersion "a.1"', (s) => (s['specVersion'] = 'a.1'), '"specVersion" is "a.1"', undefined],
    ['no nodes', (s) => delete s['nodes'], '"nodes" is missing', undefined],
    ['no rootNodeIndexes', (s) => delete s['rootNodeIndexes'], '"rootNodeIndexes" is missing', undefined],
    ['root out of range', (s) => (s['rootNodeIndexes'] = [99]), 'node index 99 is not one of the 6 nodes', undefined],
    ['child out of range', (s) => (s['nodes'][0].children = [99]), 'node index 99 is not one of the 6 nodes', 'Factory'],
    ['child below 0', (s) => (s['nodes'][0].children = [-1]), 'node index -1 is not one of the 6 nodes', 'Factory'],
    ['no transform', (s) => delete s['nodes'][1].transform, 'node "Mixer" has no transform', 'Mixer'],
    ['a node that is null', (s) => (s['nodes'][1] = null), 'node 1 is nothing', 'node#[1]'],
    ['rule without statements', (s) => delete s['rules'].temperatureRule.statements, 'rule "temperatureRule" has no statements', undefined],
    ['a statement that is null', (s) => (s['rules'].temperatureRule.statements[0] = null), 'statement 1 of rule "temperatureRule" is nothing', undefined],
  ])('%s', (_, change, message, node) => {
    const { scene: read, problems } = readScene(changed(change))
    expect(read).toBeUndefined()
    const fatal = problems.filter(({ level }) => level === 'fatal')
    expect(fatal.map((problem) => [problem.message, problem.node])).toContainEqual([expect.stringContaining(message), node])
  })

  test('all fatal problems are reported, not only the first', () => {
    const problems = problemsOf((s) => {
      s['nodes'][0].children = [99]
      component(s, 2)['ruleBasedMapId'] = 'nope'
      component(s, 4)['cameraIndex'] = 3
    })
    expect(problems.filter(({ level }) => level === 'fatal').map(({ node }) => node)).toEqual(['Camera', 'Factory', 'Tag'])
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
    'warning: "specVersion" is "1.1"',
    'error: component type "Hologram" is not known',
    'fatal: node index 99 is not one of the 6 nodes',
  ])
})

// The rest of the scene is shown. AWS's viewer is silent about those below the comment.
describe('error and warning', () => {
  test.each<[string, Change, string, string | undefined]>([
    ['specVersion "1.5"', (s) => (s['specVersion'] = '1.5'), 'warning: "specVersion" is "1.5"', undefined],
    // AWS's viewer is silent.
    ['bad expression', (s) => (s['rules'].temperatureRule.statements[0].expression = 'temperature >'), 'error: expression "temperature >" cannot be evaluated', undefined],
    ['target without namespace', (s) => (s['rules'].temperatureRule.statements[0].target = 'Error'), 'error: target "Error" is not known', undefined],
    ['target in lower case', (s) => (s['rules'].temperatureRule.statements[0].target = 'iottwinmaker.common.icon:error'), 'error: target "iottwinmaker.common.icon:error" is not known', undefined],
    ['sub-model not under its model', (s) => {
      s['nodes'][0].children = [2]
      s['nodes'][3].children = [1]
    }, 'error: a SubModelRef is not below the node of its ModelRef', 'Mixer'],
    ['unknown preset', (s) => (s['properties'].environmentPreset = 'sunny'), 'error: "environmentPreset" is "sunny"', undefined],
    ['no light at all', (s) => {
      s['properties'] = {}
      s['nodes'][5].components = []
    }, 'warning: the scene has neither an environmentPreset nor a Light', undefined],
    ['background that is no colour', (s) => (s['properties'].sceneBackgroundSettings = { color: 'red' }), 'error: "color" is "red"', undefined],
    ['position of two numbers', (s) => (s['nodes'][1].transform.position = [1, 2]), 'error: "position" is a list', 'Mixer'],
    ['empty dataBindingConfig', (s) => (s['properties'].dataBindingConfig = {}), 'warning: "dataBindingConfig" is empty', undefined],
    // AWS's viewer hangs.
    ['a cycle', (s) => (s['nodes'][1].children = [0]), 'error: nodes are their own ancestors: Factory -> Mixer -> Factory', 'Factory'],
    ['a node under two', (s) => (s['nodes'][3].children = [1]), 'warning: node "Mixer" is a child of several nodes', 'Belt'],
  ])('%s', (_, change, message, node) => {
    const { scene: read, problems } = readScene(changed(change))
    expect(read).toBeDefined()
    expect(problems.map((problem) => [`${problem.level}: ${problem.message}`, problem.node])).toContainEqual([expect.stringContaining(message), node])
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

test('a value of another type is reported and left out, so that nothing fails on it', () => {
  const { scene: read, problems } = readScene(changed((s) => (s['nodes'][2].components[0].valueDataBinding = { dataBindingContext: { entityId: 'm', componentName: 'c', propertyName: 7 } })))
  expect(read!.roots[0]!.children[1]!.components[0]).toMatchObject({ valueDataBinding: { dataBindingContext: { entityId: 'm', componentName: 'c' } } })
  expect(problems.map(({ level, message, path }) => [level, message, path])).toEqual([
    ['error', '"propertyName" is 7', ['nodes', 2, 'components', 0, 'valueDataBinding', 'dataBindingContext', 'propertyName']],
  ])
})

test('a chain of nodes with shared children is read in linear time', () => {
  const nodes = Array.from({ length: 60 }, (_, i) => ({ transform: {}, children: i < 59 ? [i + 1, i + 1] : [] }))
  const { scene: read } = readScene(JSON.stringify({ ...scene(), nodes, rootNodeIndexes: [0] }))
  let depth = 0
  for (let node = read?.roots[0]; node; node = node.children[0]) depth++
  expect(depth).toBe(60)
})

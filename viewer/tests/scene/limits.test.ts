import { expect, test } from 'vitest'

import cases from '../../../tests/support/expression_cases.json'
import { readScene } from '../../src/scene/document_reader'
import { LIMITS } from '../../src/scene/facts'
import { expressionExcess } from '../../src/scene/limits'
import { evaluateRule, expressionFault, namesIn } from '../../src/scene/rules'

const TAG = { type: 'Tag', ruleBasedMapId: 'r', valueDataBinding: { dataBindingContext: { entityId: 'e', componentName: 'c', propertyName: 'p' } } }

function sceneWith(...expressions: string[]): string {
  const statements = expressions.map((expression) => ({ expression, target: 'iottwinmaker.common.icon:Error' }))
  return JSON.stringify({
    specVersion: '1.0',
    nodes: [{ name: 'A', transform: { position: [0, 0, 0], rotation: [0, 0, 0], scale: [1, 1, 1] }, components: [TAG] }],
    rootNodeIndexes: [0],
    cameras: [],
    rules: { r: { statements } },
  })
}

/** Build the text of a case: parts that are repeated. */
function textOf(parts: readonly (readonly [string, number])[]): string {
  return parts.map(([part, times]) => part.repeat(times)).join('')
}

test.each(cases.accepted.map((parts) => textOf(parts as [string, number][])))('an expression within the limits: case %#', (expression) => {
  expect(expressionExcess(expression)).toBeUndefined()
})

test.each(cases.refused.map(({ parts, excess }) => [textOf(parts as [string, number][]), excess] as const))(
  'an expression that exceeds a limit is refused: case %#',
  (expression, excess) => {
    expect(expressionExcess(expression)).toBe(excess)
  },
)

test.each(cases.refused.map(({ parts }) => textOf(parts as [string, number][])))('no expression takes long: case %#', (expression) => {
  const start = performance.now()
  expect(expressionFault(expression)).toBeDefined()
  expect(namesIn(expression)).toEqual([])
  const rule = { statements: [{ expression, target: 'iottwinmaker.common.icon:Error' }] }
  expect(evaluateRule('own', rule, 'p', 5)).toEqual({ target: 'own' })
  const { problems } = readScene(sceneWith(expression))
  expect(problems.filter(({ message }) => message.includes('is not evaluated'))).toHaveLength(1)
  expect(performance.now() - start).toBeLessThan(1000)
})

test('expressions of a scene together have a limit, after which statements are skipped', () => {
  const expressions = Array.from({ length: 400 }, (_, index) => `p == '${String(index).padEnd(LIMITS.expressionLength - 10, 'x')}'`)
  const { scene, problems } = readScene(sceneWith(...expressions))
  expect(scene?.rules['r']?.statements).toHaveLength(201)
  expect(problems.map(({ message }) => message).filter((message) => message.endsWith('more than 100,000'))).toHaveLength(1)
})

test('an overlay with a text beyond the limit is left out', () => {
  const overlay = (content: string): string =>
    sceneWith().replace(JSON.stringify(TAG), JSON.stringify({ type: 'DataOverlay', dataRows: [{ rowType: 'Markdown', content }], valueDataBindings: [] }))
  expect(readScene(overlay('> '.repeat(LIMITS.textLength / 2))).scene?.roots[0]?.components).toHaveLength(1)
  expect(readScene(overlay('> '.repeat(LIMITS.textLength))).scene?.roots[0]?.components).toHaveLength(0)
})

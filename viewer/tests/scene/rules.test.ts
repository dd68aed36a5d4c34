import { describe, expect, test } from 'vitest'
import { evaluateRule, expressionFault, namesIn, readMaterialStyle, readTarget, type Rule } from '../../src/scene/rules'

const icon = (name: string): string => `iottwinmaker.common.icon:${name}`

function rule(...statements: [expression: string, target: string][]): Rule {
  return { statements: statements.map(([expression, target]) => ({ expression, target })) }
}

describe('a rule', () => {
  const byTemperature = rule(['temperature >= 80', icon('Error')], ['temperature >= 60', icon('Warning')], ['temperature < 60', icon('Info')])

  test.each([
    [91, 'Error'],
    [80, 'Error'],
    [72, 'Warning'],
    [0, 'Info'],
  ])('takes the first statement that is true: %d is %s', (value, expected) => {
    expect(evaluateRule('own', byTemperature, 'temperature', value).target).toBe(icon(expected))
  })

  test('has the fallback if no statement is true', () => {
    expect(evaluateRule('own', rule(['temperature > 100', icon('Error')]), 'temperature', 5)).toEqual({ target: 'own' })
  })

  test('has the fallback without a rule or without a binding', () => {
    const always = rule(['true', icon('Error')])
    expect(evaluateRule('own', undefined, 'temperature', 5).target).toBe('own')
    expect(evaluateRule('own', always, undefined, 5).target).toBe('own')
    expect(evaluateRule('own', always, 'temperature', 5).target).toBe(icon('Error'))
  })

  test('reaches its last statement if the bound property has no value', () => {
    const status = rule(["alarmStatus == 'ACTIVE'", icon('Error')], ['true', icon('Custom')])
    expect(evaluateRule('own', status, 'alarmStatus', undefined).target).toBe(icon('Custom'))
  })

  test('has only the bound property in scope', () => {
    expect(evaluateRule('own', rule(['rpm > 1', icon('Error')]), 'temperature', 91).target).toBe('own')
    expect(evaluateRule('own', rule(['Temperature > 1', icon('Error')]), 'temperature', 91).target).toBe('own')
  })

  test.each([
    ['flag == true', true, 'own'],
    ["flag == 'true'", true, icon('Error')],
    ["flag == 'true'", false, 'own'],
    ['flag', false, icon('Error')], // the string "false" is true
    ['!flag', false, 'own'],
  ])('has booleans as strings: %s of %s', (expression, value, expected) => {
    expect(evaluateRule('own', rule([expression, icon('Error')]), 'flag', value).target).toBe(expected)
  })

  test('skips a statement that cannot be parsed or evaluated', () => {
    const broken = rule(['temperature >>> ', icon('Error')], ['temperature|unknown', icon('Error')], ['temperature > 1', icon('Warning')])
    expect(evaluateRule('own', broken, 'temperature', 5).target).toBe(icon('Warning'))
  })

  test('replaces the first occurrence of a property with "-" in its name', () => {
    expect(evaluateRule('own', rule(['oil-level > 3', icon('Error')]), 'oil-level', 5).target).toBe(icon('Error'))
    expect(evaluateRule('own', rule(['oil-level > 3 && oil-level < 9', icon('Error')]), 'oil-level', 5).target).toBe('own')
  })

  test('has the value of the expression for a number, and skips a statement that is not a number', () => {
    const speed = rule(['rpm / 60', 'iottwinmaker.common.number'])
    expect(evaluateRule(0, speed, 'rpm', 120)).toEqual({ target: 2 })
    expect(evaluateRule(0, speed, 'rpm', 'fast')).toEqual({ target: 0 })
  })

  test('has the target metadata of its statement', () => {
    const metadata = { color: '#ff00ff', iconPrefix: 'fas', iconName: 'bell' }
    const custom: Rule = { statements: [{ expression: 'true', target: icon('Custom'), targetMetadata: metadata }] }
    expect(evaluateRule('own', custom, 'x', 1)).toEqual({ target: icon('Custom'), targetMetadata: metadata })
  })
})

test.each([
  [icon('Error'), { type: 'icon', value: 'Error' }],
  [icon('error'), { type: 'icon', value: 'Info' }],
  ['Error', { type: 'icon', value: 'Info' }],
  ['', { type: 'icon', value: 'Info' }],
  [7, { type: 'icon', value: 'Info' }],
  ['iottwinmaker.common.color:#abc', { type: 'color', value: '#abc' }],
  ['iottwinmaker.common.color:', { type: 'color', value: '#db0000' }],
  ['iottwinmaker.common.opacity:0.3', { type: 'opacity', value: '0.3' }],
  ['iottwinmaker.common.opacity:', { type: 'opacity', value: '1' }],
  ['iottwinmaker.common.number', { type: 'number', value: 'iottwinmaker.common.number' }],
])('target %s', (target, expected) => {
  expect(readTarget(target)).toEqual(expected)
})

test.each([
  ['iottwinmaker.common.color:#d13212', { color: '#d13212', opacity: 1 }],
  ['iottwinmaker.common.color:rgba(255, 0, 0, 0.25)', { color: 'rgb(255, 0, 0)', opacity: 0.25 }],
  ['iottwinmaker.common.color:hsla(120,50%,50%,0.5)', { color: 'hsl(120,50%,50%)', opacity: 0.5 }],
  ['iottwinmaker.common.opacity:0.32', { opacity: 0.32 }],
  ['iottwinmaker.common.opacity:glass', undefined],
  [icon('Error'), undefined],
  [0, undefined],
])('material style of %s', (target, expected) => {
  expect(readMaterialStyle(target)).toEqual(expected)
})

test('the fault of an expression is the message of jexl', () => {
  expect(expressionFault('temperature > 3')).toBeUndefined()
  expect(expressionFault('temperature >')).toMatch(/Unexpected end/)
  expect(expressionFault('temperature # 3')).toMatch(/Invalid expression token/)
  expect(expressionFault('temperature|round')).toBe('Transform round is not defined.')
  expect(expressionFault('temperature ? 1 :')).toBe('a part of it is empty')
  expect(expressionFault('() + 1')).toBe('a part of it is empty')
})

test('names of an expression', () => {
  expect(namesIn("a > 3 && b == 'x' || c.d")).toEqual(['a', 'b', 'c'])
  expect(namesIn('true')).toEqual([])
})

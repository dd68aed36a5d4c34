/** The evaluator gives what jexl 2.3.0 gives, the library that AWS's viewer uses, for generated expressions. */

import { isDeepStrictEqual } from 'node:util'
import jexl from 'jexl'
import { describe, expect, test } from 'vitest'
import { expressionExcess } from '../../../src/scene/limits'
import { evaluate, MAX_TEXT_LENGTH, type Scope } from '../../../src/scene/jexl/evaluate'
import { parseExpression } from '../../../src/scene/jexl/parser'

type Result = { readonly value: unknown } | 'fails'

function resultOf(run: () => unknown): Result {
  try {
    return { value: run() }
  } catch {
    return 'fails'
  }
}

const ours = (text: string, scope: Scope): Result => resultOf(() => evaluate(parseExpression(text), scope))
const theirs = (text: string, scope: Scope): Result => resultOf(() => jexl.createExpression(text).evalSync({ ...scope }))

/** Numbers from 0 to 1, the same in each run (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const OPERATORS = ['==', '!=', '>', '>=', '<', '<=', 'in', '+', '-', '*', '/', '//', '%', '^', '&&', '||']
const LEAVES = ['p', 'q', 'flag', '3', '-2', '0', '1.5', '.5', "'a'", '"x\\"y"', "'\\\\n'", "''", 'true', 'false', 'missing', "'3'"]
const TOKENS = [...OPERATORS, ...LEAVES, '(', ')', '[', ']', '{', '}', ':', ',', '.', '?', '|', '!', '-', 'toString', 'ü', '#']

function generate(random: () => number, depth: number): string {
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T
  const part = (): string => generate(random, depth - 1)
  if (depth === 0) return pick(LEAVES)
  switch (Math.floor(random() * 11)) {
    case 0:
      return pick(LEAVES)
    case 1:
      return `!${part()}`
    case 2:
      return `(${part()})`
    case 3:
      return `${part()} ? ${part()} : ${part()}`
    case 4:
      return `[${part()}, ${part()}]`
    case 5:
      return `{k: ${part()}, l: ${part()}}.${pick(['k', 'l', 'm'])}`
    case 6:
      return `p[${part()}]`
    case 7:
      return `[${part()}, ${part()}][${pick(['0', '1', '2', "'length'"])}]`
    case 8:
      return Array.from({ length: Math.floor(random() * 6) }, () => pick(TOKENS)).join(pick(['', ' ']))
    default:
      return `${part()} ${pick(OPERATORS)} ${part()}`
  }
}

const SCOPES: readonly Scope[] = [
  { p: 5, q: 3, flag: 'true' },
  { p: 'text', q: -1.5, flag: 'false' },
  { p: undefined, q: '', flag: 'true' },
  { p: ['a', 2], q: 0, flag: 'false' },
]

test('generated expressions have the value that jexl gives', () => {
  const random = randomNumbers(1)
  let values = 0
  let failures = 0
  for (let index = 0; index < 6_000; index++) {
    const text = generate(random, 1 + (index % 3))
    if (expressionExcess(text)) continue
    for (const scope of SCOPES) {
      const expected = theirs(text, scope)
      if (expected !== 'fails' && typeof expected.value === 'function') continue
      const result = ours(text, scope)
      if (!isDeepStrictEqual(result, expected)) expect(result, `${text} with ${JSON.stringify(scope)}`).toEqual(expected)
      if (expected === 'fails') failures++
      else values++
    }
  }
  expect(values).toBeGreaterThan(5_000)
  expect(failures).toBeGreaterThan(500)
})

test('generated texts are refused with the message of jexl', () => {
  const random = randomNumbers(2)
  const messages = new Set<string>()
  for (let index = 0; index < 6_000; index++) {
    const text = generate(random, 1 + (index % 2))
    let expected: string | undefined
    try {
      jexl.createExpression(text).compile()
    } catch (error) {
      if (error instanceof TypeError) continue // an error of JavaScript within jexl, such as after "()"
      expected = (error as Error).message
    }
    let message: string | undefined
    try {
      parseExpression(text)
    } catch (error) {
      message = (error as Error).message
    }
    if (message !== expected) expect(message, text).toBe(expected)
    if (message) messages.add(message.split(' ')[0] ?? '')
  }
  expect([...messages].sort()).toEqual(['Invalid', 'Token', 'Unexpected'])
})

describe('an expression reaches its values and nothing else', () => {
  const reaching = [
    "p['constructor']",
    "p['constructor']['constructor']",
    "p['__proto__']",
    'p.trim',
    "[]['push']",
    "{k: 1}['toString']",
    "('a')['repeat']",
    'hasOwn',
    'fetch',
    'window',
    "flag['prototype']",
    "p['const' + 'ructor']",
    "{__proto__: p}['const' + 'ructor']",
    "{k: p}[['constructor']]",
    "[p]['__proto__']",
  ]
  test.each(reaching)('%s is undefined', (text) => {
    expect(ours(text, { p: 'text', flag: 'true' })).not.toEqual({ value: expect.any(Function) })
    const result = ours(text, { p: 'text', flag: 'true' })
    expect(result === 'fails' || result.value === undefined).toBe(true)
  })

  test('names of inherited members are no names', () => {
    expect(ours('constructor', {})).toBe('fails')
    expect(ours('p.__proto__', { p: 1 })).toBe('fails')
  })
})

test('a text that grows beyond the limit ends the evaluation', () => {
  const p = 'x'.repeat(MAX_TEXT_LENGTH / 2)
  expect(ours('p + p', { p })).toEqual({ value: p + p })
  expect(ours('p + p + p', { p })).toBe('fails')
})

/**
 * Evaluates expressions as jexl 2.3.0 does, within limits: an expression reaches its values and nothing else of
 * JavaScript. Members that jexl would take from prototypes, such as methods and constructors, are undefined.
 */

import { EMPTY_PART } from './parser'
import type { Node } from './syntax'

/** Most characters of a text that an expression makes. */
export const MAX_TEXT_LENGTH = 100_000

export type Scope = Readonly<Record<string, unknown>>

type Operation = (left: never, right: never) => unknown

const OPERATIONS: Readonly<Record<string, Operation>> = {
  '+': (left: number, right: number) => left + right,
  '-': (left: number, right: number) => left - right,
  '*': (left: number, right: number) => left * right,
  '/': (left: number, right: number) => left / right,
  '//': (left: number, right: number) => Math.floor(left / right),
  '%': (left: number, right: number) => left % right,
  '^': (left: number, right: number) => left ** right,
  '==': (left: unknown, right: unknown) => left == right,
  '!=': (left: unknown, right: unknown) => left != right,
  '>': (left: number, right: number) => left > right,
  '>=': (left: number, right: number) => left >= right,
  '<': (left: number, right: number) => left < right,
  '<=': (left: number, right: number) => left <= right,
  in: (left: unknown, right: unknown) => {
    if (typeof right === 'string') return right.includes(String(left))
    return Array.isArray(right) && right.some((item) => item === left)
  },
}

/**
 * Evaluate a syntax tree. It takes a step for each node: the language has no loops.
 *
 * @param scope Values by name.
 * @throws {Error} when a part is not written, a function is called, a name begins with ".", an item of undefined is
 *   taken, or a text becomes longer than `MAX_TEXT_LENGTH`.
 */
export function evaluate(node: Node | null | undefined, scope: Scope): unknown {
  if (!node) throw new Error(EMPTY_PART)
  const [first, second, third] = node.parts
  switch (node.kind) {
    case 'literal':
      return node.value
    case 'name':
      return evaluateName(node, scope)
    case 'unary':
      return !evaluate(first, scope)
    case 'binary':
      return evaluateOperation(node, scope)
    case 'condition': {
      const test = evaluate(first, scope)
      if (!test) return evaluate(third, scope)
      return second ? evaluate(second, scope) : test
    }
    case 'filter':
      return evaluateFilter(node, scope)
    case 'list':
      return node.parts.map((part) => evaluate(part, scope))
    case 'object':
      return Object.fromEntries((node.keys ?? []).map((key, index) => [key, evaluate(node.parts[index], scope)]))
    case 'call':
      throw new Error(`${node.isTransform ? 'Transform' : 'Jexl Function'} ${String(node.value)} is not defined.`)
  }
}

function evaluateName({ value, parts, isRelative }: Node, scope: Scope): unknown {
  if (isRelative) throw new Error('a name begins with "."')
  const [owner] = parts
  if (owner === undefined) return memberOf(scope, value)
  const values = evaluate(owner, scope)
  return memberOf(Array.isArray(values) ? values[0] : values, value)
}

function evaluateOperation({ value, parts }: Node, scope: Scope): unknown {
  const left = evaluate(parts[0], scope)
  if (value === '&&') return left && evaluate(parts[1], scope)
  if (value === '||') return left || evaluate(parts[1], scope)
  const right = evaluate(parts[1], scope)
  const result = OPERATIONS[String(value)]?.(left as never, right as never)
  if (typeof result === 'string' && result.length > MAX_TEXT_LENGTH) {
    throw new Error(`it makes a text of more than ${MAX_TEXT_LENGTH} characters`)
  }
  return result
}

function evaluateFilter({ parts, isRelative }: Node, scope: Scope): unknown {
  if (isRelative) throw new Error('a name begins with "."')
  const subject = evaluate(parts[0], scope)
  const key = evaluate(parts[1], scope)
  if (typeof key === 'boolean') return key ? subject : undefined
  if (subject === undefined || subject === null) throw new Error(`${String(subject)} has no items`)
  return memberOf(subject, key)
}

/** The member of a value itself, not of its prototypes; undefined if it has none. */
function memberOf(owner: unknown, key: unknown): unknown {
  if (owner === undefined || owner === null) return undefined
  const name = String(key)
  const values: Readonly<Record<string, unknown>> = Object(owner)
  return Object.hasOwn(values, name) ? values[name] : undefined
}

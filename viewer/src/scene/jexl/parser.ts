/**
 * Reads expressions as jexl 2.3.0 does: a table of states, and a parser of its own for each part in brackets.
 *
 * The table takes some expressions that no grammar would, such as `(a > 1` and `--5`. It is that of jexl
 * (https://github.com/TomFrost/Jexl, `lib/parser`), and so are messages. twin_stack/twinmaker/jexl does the same.
 */

import { PRECEDENCE, tokenize, type Token } from './lexer'
import type { Node } from './syntax'

export const EMPTY_PART = 'a part of it is empty'

interface State {
  /** The state after a token, by the token's type. */
  readonly nextStates: Readonly<Record<string, string>>
  /** The state after an expression that a parser of its own reads, by the type of the token that ends it. */
  readonly endStates?: Readonly<Record<string, string>>
  /** Whether the tokens that end that expression are those that end this one, too. */
  readonly inheritsEnds?: boolean
  /** Whether the expression may end here. */
  readonly isComplete?: boolean
}

const AFTER_CALL = { binaryOp: 'expectOperand', dot: 'traverse', openBracket: 'filter', pipe: 'expectTransform' }
const STATES: Readonly<Record<string, State>> = {
  expectOperand: {
    nextStates: {
      literal: 'expectBinOp',
      identifier: 'identifier',
      unaryOp: 'expectOperand',
      openParen: 'subExpression',
      openCurl: 'expectObjKey',
      dot: 'traverse',
      openBracket: 'arrayVal',
    },
  },
  expectBinOp: {
    nextStates: { binaryOp: 'expectOperand', pipe: 'expectTransform', dot: 'traverse', question: 'ternaryMid' },
    isComplete: true,
  },
  expectTransform: { nextStates: { identifier: 'postTransform' } },
  expectObjKey: { nextStates: { identifier: 'expectKeyValSep', closeCurl: 'expectBinOp' } },
  expectKeyValSep: { nextStates: { colon: 'objVal' } },
  postTransform: { nextStates: { openParen: 'argVal', ...AFTER_CALL }, isComplete: true },
  postArgs: { nextStates: AFTER_CALL, isComplete: true },
  identifier: { nextStates: { ...AFTER_CALL, openParen: 'argVal', question: 'ternaryMid' }, isComplete: true },
  traverse: { nextStates: { identifier: 'identifier' } },
  filter: { nextStates: {}, endStates: { closeBracket: 'identifier' } },
  subExpression: { nextStates: {}, endStates: { closeParen: 'expectBinOp' } },
  argVal: { nextStates: {}, endStates: { comma: 'argVal', closeParen: 'postArgs' } },
  objVal: { nextStates: {}, endStates: { comma: 'expectObjKey', closeCurl: 'expectBinOp' } },
  arrayVal: { nextStates: {}, endStates: { comma: 'arrayVal', closeBracket: 'expectBinOp' } },
  ternaryMid: { nextStates: {}, endStates: { colon: 'ternaryEnd' } },
  ternaryEnd: { nextStates: {}, endStates: {}, inheritsEnds: true, isComplete: true },
}

/**
 * Parse an expression. Check its depth before (`expressionExcess`).
 *
 * @returns The syntax tree, null if nothing is written.
 * @throws {Error} when jexl cannot parse it, with jexl's message.
 */
export function parseExpression(text: string): Node | null {
  const parser = new Parser('', {})
  for (const token of tokenize(text)) parser.add(token)
  return parser.complete()
}

/** Reads one expression, up to a token that ends it. */
class Parser {
  isRelative = false
  private state = 'expectOperand'
  private tree: Node | null = null
  private cursor: Node | null = null
  private part: Parser | undefined
  private key = ''
  private hasOwner = false
  private isNextRelative = false

  constructor(
    private written: string,
    private readonly ends: Readonly<Record<string, string>>,
  ) {}

  /** Read a token. @returns The state after this expression if the token ends it. */
  add(token: Token): string | undefined {
    const state = stateOf(this.state)
    const before = this.written
    this.written += token.raw
    const nextState = state.nextStates[token.type]
    if (state.endStates) {
      this.part ??= new Parser(before, state.inheritsEnds ? this.ends : state.endStates)
      const endState = this.part.add(token)
      if (endState === undefined) return undefined
      this.endPart()
      if (state.inheritsEnds) return endState
      this.state = endState
    } else if (nextState !== undefined) {
      this.take(token)
      this.state = nextState
    } else if (this.ends[token.type] !== undefined) {
      return this.ends[token.type]
    } else {
      throw new Error(`Token ${token.raw} (${token.type}) unexpected in expression: ${this.written}`)
    }
    return undefined
  }

  /** End the expression, and return its tree. */
  complete(): Node | null {
    if (this.cursor && !stateOf(this.state).isComplete) throw new Error(`Unexpected end of expression: ${this.written}`)
    if (this.part) this.endPart()
    return this.cursor ? this.tree : null
  }

  private take({ type, value }: Token): void {
    switch (`${this.state} ${type}`) {
      case 'expectOperand openBracket':
        return this.place({ kind: 'list', parts: [] })
      case 'expectOperand openCurl':
        return this.place({ kind: 'object', parts: [], keys: [] })
      case 'identifier openParen':
        return this.wrap({ kind: 'call', value: this.cursor?.value ?? '', parts: [] })
      case 'expectTransform identifier':
        return this.wrap({ kind: 'call', value, parts: [this.cursor], isTransform: true })
      case 'expectObjKey identifier':
        this.key = String(value)
        return
    }
    switch (type) {
      case 'literal':
        return this.place({ kind: 'literal', value, parts: [] })
      case 'unaryOp':
        return this.place({ kind: 'unary', value, parts: [] })
      case 'identifier':
        return this.takeName(value)
      case 'dot':
        return this.takeDot()
      case 'binaryOp':
        return this.takeOperator(String(value))
      case 'question':
        this.tree = this.cursor = { kind: 'condition', parts: [this.tree, null, null] }
    }
  }

  private takeDot(): void {
    const { cursor } = this
    const isOpen = cursor?.kind === 'unary' || (cursor?.kind === 'binary' && cursor.parts.length < 2)
    this.hasOwner = cursor !== null && !isOpen
    this.isNextRelative = !this.hasOwner
    this.isRelative ||= this.isNextRelative
  }

  private takeName(value: Token['value']): void {
    if (this.hasOwner) this.wrap({ kind: 'name', value, parts: [this.cursor] })
    else this.place({ kind: 'name', value, parts: [], isRelative: this.isNextRelative })
    this.hasOwner = this.isNextRelative = false
  }

  private takeOperator(operator: string): void {
    let { cursor } = this
    if (!cursor) throw new Error(EMPTY_PART) // after "()", on which jexl fails with an error of JavaScript
    const precedence = PRECEDENCE.get(operator) ?? 0
    for (let { parent } = cursor; parent && bindingOf(parent) >= precedence; { parent } = cursor) cursor = parent
    const node: Node = { kind: 'binary', value: operator, parts: [cursor] }
    this.cursor = cursor.parent ?? null
    this.replace(node)
    cursor.parent = node
  }

  /** Add a node as the last part of the node at the cursor. */
  private place(node: Node): void {
    if (this.cursor) {
      this.cursor.parts.push(node)
      node.parent = this.cursor
    } else this.tree = node
    this.cursor = node
  }

  /** Replace the last part of the node at the cursor by a node that contains it. */
  private replace(node: Node): void {
    if (this.cursor) {
      this.cursor.parts[this.cursor.parts.length - 1] = node
      node.parent = this.cursor
    } else this.tree = node
    this.cursor = node
  }

  /** Replace the node at the cursor by one that contains it. */
  private wrap(node: Node): void {
    if (!this.cursor) throw new Error(EMPTY_PART)
    this.cursor = this.cursor.parent ?? null
    this.replace(node)
  }

  private endPart(): void {
    const { cursor } = this
    const isRelative = this.part?.isRelative ?? false
    const tree = this.part?.complete() ?? null
    this.part = undefined
    switch (this.state) {
      case 'subExpression':
        if (tree) this.place(tree)
        else if (cursor) throw new Error(EMPTY_PART)
        return
      case 'filter':
        return this.wrap({ kind: 'filter', parts: [cursor, tree], isRelative })
      case 'ternaryMid':
        if (cursor) cursor.parts[1] = tree
        return
      case 'ternaryEnd':
        if (cursor) cursor.parts[2] = tree
        return
      case 'objVal':
        return this.addMember(tree)
      default:
        if (cursor && tree) cursor.parts.push(tree)
    }
  }

  /** Add a member to an object. A second member of a name replaces the first one. */
  private addMember(tree: Node | null): void {
    if (!this.cursor?.keys) return
    const { keys, parts } = this.cursor
    const index = keys.indexOf(this.key)
    if (index >= 0) parts[index] = tree
    else parts[keys.push(this.key) - 1] = tree
  }
}

function stateOf(name: string): State {
  return STATES[name] ?? { nextStates: {} }
}

/** How closely the operator of a node binds; -1 if the node has none. */
function bindingOf({ kind, value }: Node): number {
  if (kind === 'unary') return Infinity
  return kind === 'binary' ? (PRECEDENCE.get(String(value)) ?? -1) : -1
}

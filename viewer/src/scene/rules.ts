/**
 * Rules of a scene: from the value of a property to an icon, colour, opacity or number.
 *
 * Source of the semantics: `ruleEvaluator` and `getSceneResourceInfo` of AWS IoT App Kit's scene composer 10.13.1.
 * `make conformance` compares both.
 */

import jexl, { type Ast, type Expression } from 'jexl'
import type { Value } from '../data/feed'
import { ICONS, TARGETS, type Icon } from './facts'
import { expressionExcess } from './limits'

export interface Statement {
  readonly expression: string
  readonly target: string
  readonly targetMetadata?: TargetMetadata
}

/** The look of the icon `Custom`. */
export interface TargetMetadata {
  readonly color?: string
  readonly iconPrefix?: string
  readonly iconName?: string
}

export interface Rule {
  readonly statements: readonly Statement[]
}

export interface Outcome {
  readonly target: string | number
  readonly targetMetadata?: TargetMetadata
}

export type Target =
  | { readonly type: 'icon'; readonly value: Icon }
  | { readonly type: 'color' | 'number' | 'opacity'; readonly value: string }

const { number: NUMBER, icon: ICON, color: COLOR, opacity: OPACITY } = TARGETS
/** The colour of the target `iottwinmaker.common.color:` without a colour. */
const DEFAULT_COLOR = '#db0000'

const compiledExpressions = new Map<string, Expression>()
/** Many components have the same rule. */
const namesByExpression = new Map<string, readonly string[]>()

/** @throws {Error} when the expression exceeds a limit, or jexl cannot parse it. */
function compile(expression: string): Expression {
  let compiled = compiledExpressions.get(expression)
  if (!compiled) {
    const excess = expressionExcess(expression)
    if (excess) throw new Error(excess)
    compiled = jexl.createExpression(expression)
    compiledExpressions.set(expression, compiled)
  }
  return compiled
}

const EMPTY_PART = 'a part of it is empty'

/** Explain why jexl cannot parse an expression; undefined if it can. */
export function syntaxFault(expression: string): string | undefined {
  try {
    compile(expression)._getAst()
    return undefined
  } catch (error) {
    // jexl reads members of null after "()".
    return error instanceof TypeError ? EMPTY_PART : (error as Error).message
  }
}

/** Explain why jexl cannot evaluate an expression; undefined if it can. */
export function expressionFault(expression: string): string | undefined {
  const fault = syntaxFault(expression)
  if (fault !== undefined) return fault
  const tree = compile(expression)._getAst()
  if (!tree) return 'it is empty'
  for (const node of nodesOf(tree)) {
    if (node.type === 'FunctionCall') {
      return `${node.pool === 'transforms' ? 'Transform' : 'Jexl Function'} ${node.name} is not defined.`
    }
    // A condition may have no second part: "a ?: b".
    const needed = node.type === 'ConditionalExpression' ? [node.test, node.alternate] : partsOf(node)
    if (needed.some((part) => !part)) return EMPTY_PART
  }
  return undefined
}

/** The names that an expression looks up, each once; none if it cannot be parsed. */
export function namesIn(expression: string): readonly string[] {
  const known = namesByExpression.get(expression)
  if (known) return known
  const nodes = syntaxFault(expression) === undefined ? nodesOf(compile(expression)._getAst()) : []
  const names = nodes.filter(({ type, from, relative }) => type === 'Identifier' && !from && !relative)
  const unique = [...new Set(names.map(({ value }) => String(value)))]
  namesByExpression.set(expression, unique)
  return unique
}

/** The parts of a node from left to right; undefined or null stands for one that is not written. */
function partsOf(node: Ast): readonly (Ast | null | undefined)[] {
  switch (node.type) {
    case 'Identifier':
      return node.from ? [node.from] : []
    case 'UnaryExpression':
      return [node.right]
    case 'BinaryExpression':
      return [node.left, node.right]
    case 'ConditionalExpression':
      return [node.test, node.consequent, node.alternate]
    case 'FilterExpression':
      return [node.subject, node.expr]
    case 'FunctionCall':
      return node.args ?? []
    case 'ArrayLiteral':
    case 'ObjectLiteral':
      return Object.values(node.value as Record<string, Ast | null>)
  }
  return []
}

/** All nodes of a syntax tree, from left to right. */
function nodesOf(tree: Ast | null): readonly Ast[] {
  const nodes: Ast[] = []
  const pending: (Ast | null | undefined)[] = [tree]
  while (pending.length) {
    const node = pending.pop()
    if (!node) continue
    nodes.push(node)
    pending.push(...[...partsOf(node)].reverse())
  }
  return nodes
}

/** Escape "-" in a property name, which jexl would parse as a minus. */
export function escapeName(name: string): string {
  return name.replaceAll('-', '__')
}

/**
 * Evaluate a rule for the value of the bound property, which is the only name in its scope.
 *
 * The first statement whose expression is truthy wins; a statement that cannot be evaluated is skipped. Booleans are
 * strings in the scope, so that `flag == 'true'` matches and `flag == true` never does.
 *
 * @param fallback The outcome without a rule, without a binding (`propertyName` undefined), or if no statement wins.
 */
export function evaluateRule(
  fallback: string | number,
  rule: Rule | undefined,
  propertyName: string | undefined,
  value: Value | undefined,
): Outcome {
  if (!rule || propertyName === undefined) return { target: fallback }
  const escapedName = escapeName(propertyName)
  const context = { [escapedName]: typeof value === 'boolean' ? String(value) : value }
  for (const { expression, target, targetMetadata } of rule.statements) {
    try {
      // AWS's viewer replaces the first occurrence only, too.
      const escaped = escapedName === propertyName ? expression : expression.replace(propertyName, escapedName)
      const result = compile(escaped).evalSync(context)
      if (target === NUMBER) {
        if (Number.isFinite(Number(result))) return { target: Number(result) }
      } else if (result) {
        return targetMetadata ? { target, targetMetadata } : { target }
      }
    } catch {
      // The other statements still apply. Reading the document has reported this one.
    }
  }
  return { target: fallback }
}

/** Parse a target. An unknown one is the icon `Info`. */
export function readTarget(target: unknown): Target {
  if (typeof target === 'string') {
    if (target.startsWith(ICON)) {
      const name = target.slice(ICON.length)
      return { type: 'icon', value: ICONS.find((icon) => icon === name) ?? 'Info' }
    }
    if (target.startsWith(COLOR)) return { type: 'color', value: target.slice(COLOR.length) || DEFAULT_COLOR }
    if (target.startsWith(NUMBER)) return { type: 'number', value: target.slice(NUMBER.length) || NUMBER }
    if (target.startsWith(OPACITY)) return { type: 'opacity', value: target.slice(OPACITY.length) || '1' }
  }
  return { type: 'icon', value: 'Info' }
}

export interface MaterialStyle {
  /** A CSS colour without alpha. */
  readonly color?: string
  /** From 0 (invisible) to 1. */
  readonly opacity?: number
}

const COLOR_WITH_ALPHA = /^(rgb|hsl)a\(\s*([^,]+),([^,]+),([^,]+)(?:,\s*(\d*\.?\d+)\s*)?\)/

/** Parse a target as the style of a material; undefined if it is neither a colour nor an opacity. */
export function readMaterialStyle(target: unknown): MaterialStyle | undefined {
  const { type, value } = readTarget(target)
  if (type === 'opacity') return Number.isFinite(Number(value)) ? { opacity: Number(value) } : undefined
  if (type !== 'color') return undefined
  const [, model, a, b, c, alpha] = COLOR_WITH_ALPHA.exec(value) ?? []
  if (!model) return { color: value, opacity: 1 }
  return { color: `${model}(${a},${b},${c})`, opacity: Number(alpha ?? 1) }
}

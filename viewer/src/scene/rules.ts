/**
 * Rules of a scene: from the value of a property to an icon, colour, opacity or number.
 *
 * Source of the semantics: `ruleEvaluator` and `getSceneResourceInfo` of AWS IoT App Kit's scene composer 10.13.1.
 * `make conformance` compares both.
 */

import type { Value } from '../data/feed'
import { ICONS, TARGETS, type Icon } from './facts'
import { evaluate } from './jexl/evaluate'
import { EMPTY_PART, parseExpression } from './jexl/parser'
import { type Node, nodesOf } from './jexl/syntax'
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

const trees = new Map<string, Node | null>()
/** Many components have the same rule. */
const namesByExpression = new Map<string, readonly string[]>()

/** @throws {Error} when the expression exceeds a limit, or cannot be parsed. */
function compile(expression: string): Node | null {
  const compiled = trees.get(expression)
  if (compiled !== undefined) return compiled
  const excess = expressionExcess(expression)
  if (excess) throw new Error(excess)
  const tree = parseExpression(expression)
  trees.set(expression, tree)
  return tree
}

/** Explain why an expression cannot be parsed; undefined if it can. */
export function syntaxFault(expression: string): string | undefined {
  try {
    compile(expression)
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}

/** Explain why an expression cannot be evaluated; undefined if it can. */
export function expressionFault(expression: string): string | undefined {
  const fault = syntaxFault(expression)
  if (fault !== undefined) return fault
  const tree = compile(expression)
  if (!tree) return 'it is empty'
  for (const { kind, value, parts, isTransform } of nodesOf(tree)) {
    if (kind === 'call') return `${isTransform ? 'Transform' : 'Jexl Function'} ${String(value)} is not defined.`
    // A condition may have no second part: "a ?: b".
    if (parts.some((part, index) => !part && !(kind === 'condition' && index === 1))) return EMPTY_PART
  }
  return undefined
}

/** The names that an expression looks up, each once; none if it cannot be parsed. */
export function namesIn(expression: string): readonly string[] {
  const kept = namesByExpression.get(expression)
  if (kept) return kept
  const nodes = syntaxFault(expression) === undefined ? nodesOf(compile(expression)) : []
  const names = nodes.filter(({ kind, parts, isRelative }) => kind === 'name' && parts.length === 0 && !isRelative)
  const unique = [...new Set(names.map(({ value }) => String(value)))]
  namesByExpression.set(expression, unique)
  return unique
}

/** Escape "-" in a property name, which is a minus in an expression. */
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
      const result = evaluate(compile(escaped), context)
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

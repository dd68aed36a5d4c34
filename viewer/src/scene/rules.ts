/**
 * Rules of a scene: which icon, colour, number or opacity a value stands for.
 *
 * Source of the semantics: `ruleEvaluator` and `getSceneResourceInfo` of AWS IoT App Kit's scene composer 10.13.1,
 * which `make conformance` runs beside these.
 */

import jexl, { type Expression } from 'jexl'
import type { Value } from '../data/feed'
import { ICONS, TARGETS, type Icon } from './facts'

export interface Statement {
  readonly expression: string
  readonly target: string
  readonly targetMetadata?: TargetMetadata
}

/** How an icon `Custom` looks. */
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
/** The colour of a target `iottwinmaker.common.color:` that names none. */
const NO_COLOR = '#db0000'

const compiled = new Map<string, Expression>()

/** @throws {Error} when jexl cannot read the expression. */
function compile(expression: string): Expression {
  let found = compiled.get(expression)
  if (!found) {
    found = jexl.createExpression(expression)
    compiled.set(expression, found)
  }
  return found
}

/** Why jexl cannot read an expression, or undefined when it can. */
export function expressionFault(expression: unknown): string | undefined {
  if (typeof expression !== 'string') return 'it is not a string'
  try {
    compile(expression).evalSync({})
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}

/** The names an expression looks up, as far as they are looked up when nothing has a value. */
export function namesIn(expression: string): readonly string[] {
  const names: string[] = []
  const context = new Proxy({}, { get: (_, name) => void names.push(String(name)) })
  try {
    compile(expression).evalSync(context)
  } catch {
    // Its fault is told by `expressionFault`.
  }
  return names
}

/** A property name and its expressions in a form that jexl can read: "-" would be a minus. */
export function escapeName(name: string): string {
  return name.replaceAll('-', '__')
}

/**
 * What a rule says about the value of the bound property, the only name in its scope.
 *
 * The first statement whose expression is true wins; one that cannot be evaluated is skipped. Booleans arrive as
 * strings, so `flag == 'true'` matches and `flag == true` never does. Without a binding (`propertyName` undefined) or
 * a rule, or when no statement is true, it is the default.
 */
export function evaluateRule(
  fallback: string | number,
  rule: Rule | undefined,
  propertyName: string | undefined,
  value: Value | undefined,
): Outcome {
  if (!rule || propertyName === undefined) return { target: fallback }
  const escaped = escapeName(propertyName)
  const context = { [escaped]: typeof value === 'boolean' ? String(value) : value }
  for (const { expression, target, targetMetadata } of rule.statements) {
    try {
      // Only the first occurrence is replaced, as in AWS's viewer.
      const readable = escaped === propertyName ? expression : expression.replace(propertyName, escaped)
      const result = compile(readable).evalSync(context)
      if (target === NUMBER) {
        if (Number.isFinite(Number(result))) return { target: Number(result) }
      } else if (result) {
        return targetMetadata ? { target, targetMetadata } : { target }
      }
    } catch {
      // A mistake in one statement does not take the others away. The document's checks name it.
    }
  }
  return { target: fallback }
}

/** What a target asks for. Whatever is no known target is the icon `Info`. */
export function readTarget(target: unknown): Target {
  if (typeof target === 'string') {
    if (target.startsWith(ICON)) {
      const name = target.slice(ICON.length)
      return { type: 'icon', value: ICONS.find((icon) => icon === name) ?? 'Info' }
    }
    if (target.startsWith(COLOR)) return { type: 'color', value: target.slice(COLOR.length) || NO_COLOR }
    if (target.startsWith(NUMBER)) return { type: 'number', value: target.slice(NUMBER.length) || NUMBER }
    if (target.startsWith(OPACITY)) return { type: 'opacity', value: target.slice(OPACITY.length) || '1' }
  }
  return { type: 'icon', value: 'Info' }
}

/** Whether a target is one that a viewer knows: anything else shows as `Info`. */
export function isKnownTarget(target: unknown): boolean {
  if (typeof target !== 'string') return false
  if (target.startsWith(ICON)) return ICONS.some((icon) => target === ICON + icon)
  return target === NUMBER || target.startsWith(COLOR) || target.startsWith(OPACITY)
}

export interface Paint {
  /** A CSS colour without alpha. */
  readonly color?: string
  /** From 0, not seen, to 1. */
  readonly opacity?: number
}

const WITH_ALPHA = /^(rgb|hsl)a\(\s*([^,]+),([^,]+),([^,]+)(?:,\s*(\d*\.?\d+)\s*)?\)/

/** What a rule's outcome paints a model with; undefined when it is neither colour nor opacity. */
export function readPaint(target: unknown): Paint | undefined {
  const { type, value } = readTarget(target)
  if (type === 'opacity') return Number.isFinite(Number(value)) ? { opacity: Number(value) } : undefined
  if (type !== 'color') return undefined
  const [, model, a, b, c, alpha] = WITH_ALPHA.exec(value) ?? []
  if (!model) return { color: value, opacity: 1 }
  return { color: `${model}(${a},${b},${c})`, opacity: Number(alpha ?? 1) }
}

/** Checks expressions of rules: whether they can be evaluated, and whether their names have values. */

import type { Path } from '../document'
import { expressionExcess, STRINGS } from '../limits'
import type { Problems } from '../problems'
import { escapeName, expressionFault, namesIn, syntaxFault } from '../rules'
import { quoteValue } from './wording'

/** What is added to the name of a property for the list of its values. */
const RAW = '_raw'

/** An expression with the names of bound properties as viewers read them: at the first place only. */
function escapeNames(expression: string, properties: readonly string[]): string {
  const dashed = properties.filter((name) => name.includes('-'))
  dashed.sort((a, b) => b.length - a.length || (a < b ? -1 : 1))
  return dashed.reduce((text, name) => text.replace(name, () => escapeName(name)), expression)
}

/**
 * Check that an expression can be evaluated, and that its names are properties that are bound.
 *
 * @param bound Properties that components with its rule bind.
 * @param isKnown Whether these are all of them.
 */
export function checkExpression(problems: Problems, expression: string, path: Path, bound: readonly string[], isKnown: boolean): void {
  const text = escapeNames(expression, bound)
  for (const name of bound) {
    if (name.includes('-') && text.replace(STRINGS, '""').includes(name)) return problems.add('repeated-dashed-name', path, { name })
    if (/^[0-9]/.test(name) && new RegExp(`(?<![\\w-])${name.replace(/[^\w-]/g, '\\$&')}(?![\\w-])`).test(expression)) {
      return problems.add('unusable-name', path, { name: quoteValue(name) })
    }
  }
  const fault = expressionFault(text)
  if (fault !== undefined) return problems.add('invalid-expression', path, { value: quoteValue(expression), fault })
  if (!isKnown || !bound.length) return
  const scope = new Set(bound.map(escapeName).flatMap((name) => [name, name + RAW]))
  const listed = bound.slice(0, 5).map(quoteValue).join(', ') + (bound.length > 5 ? ', ...' : '')
  for (const name of namesIn(text)) if (!scope.has(name)) problems.add('unbound-name', path, { name, bound: listed })
}

/** The bound properties that an expression has; undefined if it cannot be parsed. */
export function propertiesIn(expression: string, bound: readonly string[]): readonly string[] | undefined {
  if (expressionExcess(expression)) return undefined
  const names = namesIn(escapeNames(expression, bound))
  return bound.filter((name) => names.includes(escapeName(name)) || names.includes(escapeName(name) + RAW))
}

/** Whether an expression looks up a name; true for one that cannot be parsed. */
export function hasNames(expression: string): boolean {
  return expressionExcess(expression) !== undefined || namesIn(expression).length > 0 || syntaxFault(expression) !== undefined
}

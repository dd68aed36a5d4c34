/** Thresholds of a property: the numbers that the rules of a scene compare it with. Pure. */

export interface Threshold {
  readonly value: number
  /** Such as `≥ 80`. */
  readonly text: string
  /** Colour of a rule's target. */
  readonly colour?: string
}

/** A rule of a scene document, see `scene/rules.ts`. */
export interface RuleStatements {
  readonly statements: readonly { readonly expression: string; readonly target: string }[]
}

const COLOUR_TARGET = 'iottwinmaker.common.color:'
const RELATIONS: Readonly<Record<string, string>> = { '>': '>', '>=': '≥', '<': '<', '<=': '≤' }
const MIRRORED: Readonly<Record<string, string>> = { '>': '<', '>=': '<=', '<': '>', '<=': '>=' }
const NUMBER = '-?\\d+(?:\\.\\d+)?(?:[eE][+-]?\\d+)?'

/**
 * Read the thresholds of a property from rules that are bound to it. Of statements with the same number, the first one
 * counts, because the first one that is true applies; and a colour of another rule, if the first rule has none.
 */
export function thresholdsOf(rules: readonly RuleStatements[], propertyName: string): Threshold[] {
  const thresholds = new Map<number, Threshold>()
  for (const { statements } of rules) {
    for (const { expression, target } of statements) {
      const colour = target.startsWith(COLOUR_TARGET) ? target.slice(COLOUR_TARGET.length) : ''
      for (const { relation, value } of comparisonsIn(expression, propertyName)) {
        const former = thresholds.get(value)
        const text = former?.text ?? `${RELATIONS[relation] ?? relation} ${value}`
        const shown = former?.colour ?? colour
        thresholds.set(value, { value, text, ...(shown ? { colour: shown } : {}) })
      }
    }
  }
  return [...thresholds.values()].sort((a, b) => a.value - b.value)
}

/** The comparisons of a property with a number in an expression. Other parts of the expression are skipped. */
function comparisonsIn(expression: string, propertyName: string): { relation: string; value: number }[] {
  const name = propertyName.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
  const isAlone = '(?![\\w.(])'
  const pattern = new RegExp(`(?<![\\w.-])${name}\\s*(>=?|<=?)\\s*(${NUMBER})${isAlone}|(?<![\\w.])(${NUMBER})\\s*(>=?|<=?)\\s*${name}(?![\\w.(-])`, 'g')
  return [...expression.matchAll(pattern)].map(([, relation, right, left, mirrored]) =>
    relation === undefined
      ? { relation: MIRRORED[mirrored ?? ''] ?? '', value: Number(left) }
      : { relation, value: Number(right) },
  )
}

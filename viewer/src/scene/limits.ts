/** Limits of expressions and texts. A scene is untrusted input, and evaluating it must not take the page's time. */

import { LIMITS } from './facts'

/** Texts in expressions. */
export const STRINGS = /"(?:\\"|[^"])*"|'(?:\\'|[^'])*'/g
/** A name without an owner, such as `.x` in `list[.x > 1]`, for which jexl evaluates a filter for each item. */
const RELATIVE_NAME = /^\s*\.|(?:[^\p{L}\p{N}_$\s)\]}"']|\bin)\s*\.(?!\d)/u

/** Explain which limit an expression exceeds; undefined if it exceeds none. twin_stack/twinmaker/scene_text.py does the same. */
export function expressionExcess(expression: string): string | undefined {
  const { expressionLength, expressionDepth } = LIMITS
  if (expression.length > expressionLength) return `it has more than ${expressionLength} characters`
  const code = expression.replace(STRINGS, '""')
  if (depthOf(code) > expressionDepth) return `it has more than ${expressionDepth} nested brackets and conditions`
  return RELATIVE_NAME.test(code) ? 'it has a name that begins with ".", as a filter of a list does' : undefined
}

/** Nested brackets, and conditions: each of them nests the rest of an expression. */
function depthOf(code: string): number {
  let [depth, deepest, conditions] = [0, 0, 0]
  for (const character of code) {
    if ('([{'.includes(character)) deepest = Math.max(deepest, ++depth)
    else if (')]}'.includes(character)) depth--
    else if (character === '?') conditions++
  }
  return deepest + conditions
}

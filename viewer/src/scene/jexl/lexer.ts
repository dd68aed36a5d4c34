/** Splits expressions into tokens, as jexl 2.3.0 does (https://github.com/TomFrost/Jexl, `lib/Lexer.js`). */

/** Operators between two operands, and how closely they bind. */
export const PRECEDENCE: ReadonlyMap<string, number> = new Map(
  Object.entries({
    '||': 10, '&&': 10, '==': 20, '!=': 20, '>': 20, '>=': 20, '<': 20, '<=': 20, in: 20, '+': 30, '-': 30,
    '*': 40, '/': 40, '//': 40, '%': 50, '^': 50,
  }),
)

const SIGNS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    '.': 'dot',
    '[': 'openBracket',
    ']': 'closeBracket',
    '|': 'pipe',
    '{': 'openCurl',
    '}': 'closeCurl',
    ':': 'colon',
    ',': 'comma',
    '(': 'openParen',
    ')': 'closeParen',
    '?': 'question',
    '!': 'unaryOp',
  }),
)
const NEGATES_AFTER: ReadonlySet<string | undefined> = new Set(['binaryOp', 'unaryOp', 'openParen', 'openBracket', 'question', 'colon'])
const LETTER = 'a-zA-Z\u0430-\u044f\u0410-\u042f_\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u00ff$'
const NAME = `[${LETTER}][${LETTER}0-9]*`
const NUMBER = '(?:[0-9]*\\.[0-9]+)|[0-9]+'
const OPERATORS = [...PRECEDENCE.keys(), ...SIGNS.keys()]
  .sort((a, b) => b.length - a.length)
  .map((sign) => (sign === 'in' ? '\\bin\\b' : sign.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')))
  .join('|')
const TOKENS = new RegExp(`('(?:(?:\\\\')|[^'])*'|"(?:(?:\\\\")|[^"])*"|\\s+|\\btrue\\b|\\bfalse\\b|${OPERATORS}|${NAME}|(?:${NUMBER}))`)
const IS_SPACE = /^\s*$/
const IS_NUMBER = new RegExp(`^-?(?:${NUMBER})$`)
const IS_NAME = new RegExp(`^${NAME}$`)

export interface Token {
  /** The type, as jexl names it. */
  readonly type: string
  /** Value of a literal, otherwise the text. */
  readonly value: string | number | boolean
  /** The text with the space after it. */
  raw: string
}

/** Split an expression into tokens. @throws {Error} when a part of it is no token. */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = []
  let isNegative = false
  for (const element of text.split(TOKENS)) {
    if (!element) continue
    const last = tokens.at(-1)
    if (IS_SPACE.test(element)) {
      if (last) last.raw += element
    } else if (element === '-' && (!last || NEGATES_AFTER.has(last.type))) {
      isNegative = true
    } else {
      tokens.push(createToken(isNegative ? `-${element}` : element))
      isNegative = false
    }
  }
  if (isNegative) tokens.push(createToken('-'))
  return tokens
}

function createToken(element: string): Token {
  const token = (type: string, value: string | number | boolean = element): Token => ({ type, value, raw: element })
  if (element.startsWith('"') || element.startsWith("'")) return token('literal', unquote(element))
  if (IS_NUMBER.test(element)) return token('literal', Number.parseFloat(element))
  if (element === 'true' || element === 'false') return token('literal', element === 'true')
  if (PRECEDENCE.has(element)) return token('binaryOp')
  const sign = SIGNS.get(element)
  if (sign !== undefined) return token(sign)
  // jexl looks signs up in an object, so that members of each object of JavaScript are signs of no type.
  if (element in {}) return token('undefined')
  if (IS_NAME.test(element)) return token('identifier')
  throw new Error(`Invalid expression token: ${element}`)
}

/** A text that is not closed is a quote alone: nothing of it is left. As in jexl, only the first `\\` becomes `\`. */
function unquote(element: string): string {
  return element.slice(1, -1).replaceAll(`\\${element.charAt(0)}`, element.charAt(0)).replace('\\\\', () => '\\')
}

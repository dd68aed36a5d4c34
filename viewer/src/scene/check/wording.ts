/** Words of messages: the same as twin_stack/definition/wording.py. */

/** A value as messages show it: spelled as in the document, and shortened where it is long. */
export function quoteValue(value: unknown): string {
  if (typeof value === 'string') {
    const characters = [...value]
    return characters.length <= 60 ? `"${value}"` : `"${characters.slice(0, 50).join('')}..." (${characters.length} characters)`
  }
  if (value === null || value === undefined) return 'nothing'
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'object' ? 'a mapping' : String(value)
}

/** The names along a cycle, shortened in the middle where it is long. */
export function chain(names: readonly string[]): string {
  if (names.length <= 12) return names.join(' -> ')
  return [...names.slice(0, 6), `(${formatNumber(names.length - 7)} more)`, names.at(-1)].join(' -> ')
}

export function formatNumber(value: number): string {
  return value.toLocaleString('en-US')
}

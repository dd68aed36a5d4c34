/** Who may acknowledge alarms, by the token of a user. AWS decides which role the user gets. */

/** The claim of the ID token by which users are operators, or `none` if no user of the page is. */
export type Operators =
  | { readonly claim: string; readonly value: string; readonly matchType: 'Equals' | 'Contains' | 'StartsWith' }
  | 'none'

const GROUPS = 'cognito:groups'

/**
 * Explain why a user may not acknowledge alarms.
 *
 * @param claims The claims of the user's ID token.
 * @returns undefined if the user may, or if this is not known.
 */
export function operatorObstacle(operators: Operators | undefined, claims: Readonly<Record<string, unknown>>): string | undefined {
  if (operators === undefined) return undefined
  if (operators === 'none') return 'No user of this page may acknowledge alarms: it has no operators.'
  const { claim, value, matchType } = operators
  const content = Object.hasOwn(claims, claim) ? claims[claim] : undefined
  const texts = (Array.isArray(content) ? content : [content]).filter((item) => item !== undefined).map(String)
  const isOperator = texts.some((text) => {
    if (matchType === 'Contains') return text.includes(value)
    return matchType === 'StartsWith' ? text.startsWith(value) : text === value
  })
  if (isOperator) return undefined
  return claim === GROUPS
    ? `Users of the group "${value}" acknowledge alarms, and this user is not in it. Sign in again after being added.`
    : `Users whose "${claim}" is "${value}" acknowledge alarms, and this user's is not.`
}

/** The secret of the local twin: it comes after the `#` of the link that `twin up` prints, which no server receives. */

const NAME = 'twin-key'

/** Take the key out of the address, so that bookmarks, shared links and the screen do not show it. */
export function takeLinkKey(): string | undefined {
  const parts = location.hash.replace(/^#/, '').split('&')
  const key = parts.find((part) => part.startsWith('key='))?.slice('key='.length)
  if (!key) return sessionStorage.getItem(NAME) ?? undefined
  // Kept for this tab only: a reload needs it again.
  sessionStorage.setItem(NAME, key)
  const rest = parts.filter((part) => !part.startsWith('key=')).join('&')
  history.replaceState(null, '', location.pathname + location.search + (rest && `#${rest}`))
  return key
}

/** The page has no key, or that of another twin. */
export class LinkKeyError extends Error {
  override readonly name = 'LinkKeyError'

  constructor(reason: string) {
    super(`${reason}. Open the link that \`twin up\` printed; \`twin status\` prints it again.`)
  }
}

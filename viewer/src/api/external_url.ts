/** Links of scenes. A scene is untrusted input: its links lead to other web sites only. */

/**
 * Parse the target of a link.
 *
 * @param ownOrigins Origins of the page and of its API. A link to one of them could call the API by a click.
 * @returns undefined for what is not an absolute http(s) address of another origin.
 */
export function externalUrl(link: string, ownOrigins: readonly string[]): URL | undefined {
  const url = URL.parse(link)
  if (!url || !/^https?:$/.test(url.protocol)) return undefined
  return ownOrigins.some((origin) => isSameServer(url, origin)) ? undefined : url
}

/** Whether an address is of an origin, also by another name of this machine. */
function isSameServer(url: URL, origin: string): boolean {
  const own = URL.parse(origin)
  if (!own) return false
  return url.origin === own.origin || (isLoopback(url) && isLoopback(own) && portOf(url) === portOf(own))
}

function isLoopback({ hostname }: URL): boolean {
  const host = hostname.replace(/\.$/, '')
  return /^(localhost|.+\.localhost|127(\.\d+){3}|0\.0\.0\.0|\[::1?\]|\[::ffff:(7f[\da-f]{2}|0):[\da-f]{1,4}\])$/.test(host)
}

function portOf({ port, protocol }: URL): string {
  return port || (protocol === 'https:' ? '443' : '80')
}

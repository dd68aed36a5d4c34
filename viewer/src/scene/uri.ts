/** Addresses of a scene's files. */

/**
 * The address of a file that a scene names.
 *
 * A relative one stands beside the file `base`; `s3://` and `http(s)://` ones are kept (AWS IoT App Kit's scene loader).
 *
 * @throws {TypeError} when it is no address.
 */
export function resolveUri(uri: string, base: string): string {
  if (/^[a-z][a-z0-9+.-]*:/i.test(uri)) return uri
  const folder = base.slice(0, base.lastIndexOf('/') + 1)
  const [scheme, bucket, ...folders] = folder.split(/\/+/)
  if (!scheme || !bucket) throw new TypeError(`${uri} has nothing to be relative to: ${base}`)
  const parts = uri.startsWith('/') ? [] : folders.slice(0, -1)
  for (const part of uri.split('/')) {
    if (part === '..') parts.pop()
    else if (part && part !== '.') parts.push(part)
  }
  return `${scheme}//${bucket}/${parts.join('/')}`
}

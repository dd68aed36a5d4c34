/** Addresses of a scene's files. */

/**
 * Resolve the address of a file against that of the file which names it.
 *
 * A relative address is relative to the folder of `base`; `s3://` and `http(s)://` addresses are kept (AWS IoT App
 * Kit's scene loader).
 *
 * @throws {TypeError} when `base` is not an address.
 */
export function resolveUri(uri: string, base: string): string {
  if (/^[a-z][a-z0-9+.-]*:/i.test(uri)) return uri
  const folder = base.slice(0, base.lastIndexOf('/') + 1)
  const [scheme, bucket, ...folders] = folder.split(/\/+/)
  if (!scheme || !bucket) throw new TypeError(`cannot resolve ${uri}: ${base} is not an s3:// or http(s):// address`)
  const parts = uri.startsWith('/') ? [] : folders.slice(0, -1)
  for (const part of uri.split('/')) {
    if (part === '..') parts.pop()
    else if (part && part !== '.') parts.push(part)
  }
  return `${scheme}//${bucket}/${parts.join('/')}`
}

/** What the page shows, as it stands behind the `#` of its address. */

import { DEFAULT_RANGE, formatRange, parseRange, type Range } from '../data/range'

export interface PropertyKey {
  readonly entityId: string
  readonly componentName: string
  readonly propertyName: string
}

export interface Shown {
  readonly workspace?: string
  readonly scene?: string
  readonly camera?: string
  readonly entity?: string
  readonly range: Range
  /** What charts show. None: what the selected entity has. */
  readonly properties: readonly PropertyKey[]
}

const NAMES = ['workspace', 'scene', 'camera', 'entity'] as const

export function parseLink(hash: string): Shown {
  const found = new URLSearchParams(hash.replace(/^#/, ''))
  const names: Partial<Record<(typeof NAMES)[number], string>> = {}
  for (const name of NAMES) {
    const value = found.get(name)
    if (value) names[name] = value
  }
  const properties: PropertyKey[] = []
  for (const text of found.getAll('property')) {
    const key = parseKey(text)
    if (key) properties.push(key)
  }
  return { ...names, range: parseRange(found.get('range') ?? '') ?? DEFAULT_RANGE, properties }
}

export function formatLink(shown: Shown): string {
  const parts: string[] = []
  for (const name of NAMES) {
    const value = shown[name]
    if (value) parts.push(`${name}=${encodeURIComponent(value)}`)
  }
  const range = formatRange(shown.range)
  if (range !== formatRange(DEFAULT_RANGE)) parts.push(`range=${range}`)
  for (const key of shown.properties) parts.push(`property=${encodeURIComponent(formatKey(key))}`)
  return parts.length > 0 ? `#${parts.join('&')}` : ''
}

/** Entity, component and property with slashes between them; slashes in a component's path are escaped. */
export function formatKey(key: PropertyKey): string {
  return [key.entityId, key.componentName, key.propertyName].map(encodeURIComponent).join('/')
}

export function parseKey(text: string): PropertyKey | undefined {
  try {
    const [entityId, componentName, propertyName, ...more] = text.split('/').map(decodeURIComponent)
    if (!entityId || !componentName || !propertyName || more.length > 0) return undefined
    return { entityId, componentName, propertyName }
  } catch {
    return undefined // a % that escapes nothing
  }
}

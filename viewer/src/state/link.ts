/** The view state of the page, and its form after the `#` of the page's address. */

import { DEFAULT_RANGE, formatRange, parseRange, type Range } from '../data/range'

export interface PropertyKey {
  readonly entityId: string
  readonly componentName: string
  readonly propertyName: string
}

export interface ViewState {
  readonly workspace?: string
  readonly scene?: string
  readonly camera?: string
  /** Where the camera is when the page opens. */
  readonly pose?: string
  readonly entity?: string
  /** `before` for the state of the twin before a planned change. */
  readonly side?: string
  /** `utc` if times are shown in UTC. */
  readonly zone?: string
  /** `alarms` for the list of alarms, `wall` for the view of a screen on a wall. */
  readonly view?: string
  readonly range: Range
  /** Properties that are pinned in the charts. If empty, the charts show those of the selected entity. */
  readonly properties: readonly PropertyKey[]
}

const NAMES = ['workspace', 'scene', 'camera', 'pose', 'entity', 'side', 'zone', 'view'] as const

export function parseLink(hash: string): ViewState {
  const parameters = new URLSearchParams(hash.replace(/^#/, ''))
  const names: Partial<Record<(typeof NAMES)[number], string>> = {}
  for (const name of NAMES) {
    const value = parameters.get(name)
    if (value) names[name] = value
  }
  const properties: PropertyKey[] = []
  for (const text of parameters.getAll('property')) {
    const key = parseKey(text)
    if (key) properties.push(key)
  }
  return { ...names, range: parseRange(parameters.get('range') ?? '') ?? DEFAULT_RANGE, properties }
}

export function formatLink(state: ViewState): string {
  const parts: string[] = []
  for (const name of NAMES) {
    const value = state[name]
    if (value) parts.push(`${name}=${encodeURIComponent(value)}`)
  }
  const range = formatRange(state.range)
  if (range !== formatRange(DEFAULT_RANGE)) parts.push(`range=${range}`)
  for (const key of state.properties) parts.push(`property=${encodeURIComponent(formatKey(key))}`)
  return parts.length > 0 ? `#${parts.join('&')}` : ''
}

/** Format a key as entity, component and property with slashes between them. Slashes in a component's path are escaped. */
export function formatKey(key: PropertyKey): string {
  return [key.entityId, key.componentName, key.propertyName].map(encodeURIComponent).join('/')
}

export function parseKey(text: string): PropertyKey | undefined {
  try {
    const [entityId, componentName, propertyName, ...more] = text.split('/').map(decodeURIComponent)
    if (!entityId || !componentName || !propertyName || more.length > 0) return undefined
    return { entityId, componentName, propertyName }
  } catch {
    return undefined // malformed percent-encoding
  }
}

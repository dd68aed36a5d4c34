/** The interface between live data and those who show it: bindings in, readings out. */

import type { Priority } from './priority'

/** A property of a component, as a scene's `dataBindingContext` names it. */
export interface Binding {
  readonly entityId: string
  readonly componentName: string
  readonly propertyName: string
  /** Static properties are read by GetPropertyValue, others by GetPropertyValueHistory. */
  readonly isStaticData?: boolean
}

export type Value = string | number | boolean

/** The newest value of a binding. */
export interface Reading {
  /** Absent until the first value arrives. */
  readonly value?: Value
  /** When the value was measured, in milliseconds since 1970. Static values have no time. */
  readonly time?: number
  /** Message of the last request if it failed. The value is then that of the last successful one. */
  readonly error?: string
  /** Whether no answer has come yet, so that it is not known whether there is a value. */
  readonly isPending?: boolean
  /** Whether the value is older than values may be, or was last requested too long ago. */
  readonly isStale?: boolean
  /** The service's `unitOfMeasure`, once it is known. */
  readonly unit?: string
}

export interface Feed {
  /** Call `listener` with the present reading, and again at each change, until the returned function is called. */
  subscribe(binding: Binding, listener: (reading: Reading) => void): () => void
  /** The same feed, for requests of a priority; absent if it makes none. */
  at?(priority: Priority): Feed
}

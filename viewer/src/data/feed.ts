/** What a scene and a panel know about live data: bindings in, readings out. Who fetches them is nobody's business here. */

/** A property of a component, as a scene's `dataBindingContext` names it. */
export interface Binding {
  readonly entityId: string
  readonly componentName: string
  readonly propertyName: string
  /** Static properties are read by GetPropertyValue, others by GetPropertyValueHistory. */
  readonly isStaticData?: boolean
}

export type Value = string | number | boolean

/** The newest known value of a binding. */
export interface Reading {
  /** Absent until one arrived. */
  readonly value?: Value
  /** When it was measured, in milliseconds since 1970. Static values have none. */
  readonly time?: number
  /** Why the last request failed. The value before it stays, and its age tells. */
  readonly error?: string
}

export interface Feed {
  /** Calls `listener` at once with what is known and again at each change, until the returned function is called. */
  watch(binding: Binding, listener: (reading: Reading) => void): () => void
}

/** Bindings of a scene: from a document's `valueDataBinding` to a property of a component. */

import type { Binding, Value } from '../data/feed'

/** `valueDataBinding` of a document. */
export interface ValueDataBinding {
  readonly dataBindingContext?: {
    readonly entityId?: string
    readonly componentName?: string
    readonly propertyName?: string
  }
  readonly isStaticData?: boolean
}

/** Names for `${name}` in bindings: `properties.dataBindingConfig.template` of a scene. */
export type Template = Readonly<Record<string, string>>

const PLACEHOLDER = /^\$\{(.+)\}$/

function applied(value: string | undefined, template: Template | undefined): string | undefined {
  const name = value === undefined ? undefined : PLACEHOLDER.exec(value)?.[1]
  return name === undefined ? value : (template?.[name] ?? value)
}

/** The entity a binding names, be it bound to a property or to the entity alone. */
export function boundEntity(bound: ValueDataBinding | undefined, template?: Template): string | undefined {
  return applied(bound?.dataBindingContext?.entityId, template)
}

/** The property a binding names, or undefined when it names none completely. */
export function bindingOf(bound: ValueDataBinding | undefined, template?: Template): Binding | undefined {
  const context = bound?.dataBindingContext
  const entityId = applied(context?.entityId, template)
  const componentName = applied(context?.componentName, template)
  const propertyName = applied(context?.propertyName, template)
  if (!entityId || !componentName || !propertyName) return undefined
  return { entityId, componentName, propertyName, ...(bound?.isStaticData ? { isStaticData: true } : {}) }
}

const VARIABLE = /\$\{(.+?)\}/g

/** The names of `${name}` in a text. */
export function variablesIn(content: string): readonly string[] {
  return [...content.matchAll(VARIABLE)].map(([, name]) => name!)
}

/** A text with values for `${name}`, and "-" where there is none. A value of 0, false or "" is a value. */
export function fillVariables(content: string, values: ReadonlyMap<string, Value | undefined>): string {
  return content.replace(VARIABLE, (_, name: string) => String(values.get(name) ?? '-'))
}

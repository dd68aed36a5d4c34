/** Data bindings of a scene document: from a `valueDataBinding` to a property of a component. */

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

/** Values of `${name}` in bindings: `properties.dataBindingConfig.template` of a scene. */
export type Template = Readonly<Record<string, string>>

const PLACEHOLDER = /^\$\{(.+)\}$/

function resolvePlaceholder(value: unknown, template: Template | undefined): string | undefined {
  if (typeof value !== 'string') return undefined
  const name = PLACEHOLDER.exec(value)?.[1]
  return name === undefined ? value : (template?.[name] ?? value)
}

/** The property of a binding; undefined for a placeholder that the template has no value for. */
export function knownProperty(valueDataBinding: ValueDataBinding, template: Template): string | undefined {
  const name = valueDataBinding.dataBindingContext?.propertyName
  const placeholder = name === undefined ? undefined : PLACEHOLDER.exec(name)?.[1]
  const value: unknown = placeholder === undefined ? name : template[placeholder]
  return typeof value === 'string' ? value : undefined
}

/** The entity of a binding, whether it names a property too or the entity alone. */
export function boundEntity(valueDataBinding: ValueDataBinding | undefined, template?: Template): string | undefined {
  return resolvePlaceholder(valueDataBinding?.dataBindingContext?.entityId, template)
}

/** The property of a binding, or undefined if entity, component or property is missing. */
export function bindingOf(valueDataBinding: ValueDataBinding | undefined, template?: Template): Binding | undefined {
  const context = valueDataBinding?.dataBindingContext
  const entityId = resolvePlaceholder(context?.entityId, template)
  const componentName = resolvePlaceholder(context?.componentName, template)
  const propertyName = resolvePlaceholder(context?.propertyName, template)
  if (!entityId || !componentName || !propertyName) return undefined
  return { entityId, componentName, propertyName, ...(valueDataBinding?.isStaticData ? { isStaticData: true } : {}) }
}

const VARIABLE = /\$\{(.+?)\}/g

/** The names of `${name}` in a text. The time grows with the square of its length, which has a limit. */
export function variablesIn(content: string): readonly string[] {
  return [...content.matchAll(VARIABLE)].map(([, name]) => name!)
}

/** Replace each `${name}` by its value, or by "-" if there is none. 0, false and "" are values. */
export function fillVariables(content: string, values: ReadonlyMap<string, Value | undefined>): string {
  return content.replace(VARIABLE, (_, name: string) => String(values.get(name) ?? '-'))
}

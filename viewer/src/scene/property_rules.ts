/** The rules of a scene that are bound to a property. */

import type { Binding } from '../data/feed'
import { bindingOf } from './bindings'
import type { DocumentNode, SceneDocument } from './document'
import type { Rule } from './rules'

/** The rules of tags and shaders, each once. */
export function rulesOfProperty(document: SceneDocument, nodes: readonly DocumentNode[], key: Binding): Rule[] {
  const template = document.properties.dataBindingConfig?.template
  const ids = new Set<string>()
  for (const component of nodes.flatMap(({ components }) => components)) {
    if (component.type !== 'Tag' && component.type !== 'ModelShader') continue
    const { ruleBasedMapId } = component
    const bound = bindingOf(component.valueDataBinding, template)
    const isSame =
      bound?.entityId === key.entityId &&
      bound.componentName === key.componentName &&
      bound.propertyName === key.propertyName
    if (isSame && ruleBasedMapId) ids.add(ruleBasedMapId)
  }
  return [...ids].flatMap((id) => document.rules[id] ?? [])
}

/** Whether a node has one of some rules. */
export function usesRule(node: DocumentNode, ids: ReadonlySet<string>): boolean {
  return node.components.some((component) => {
    const bindings = component.type === 'MotionIndicator' ? Object.values(component.valueDataBindings) : [component]
    return bindings.some((binding) => 'ruleBasedMapId' in binding && ids.has(binding.ruleBasedMapId ?? ''))
  })
}

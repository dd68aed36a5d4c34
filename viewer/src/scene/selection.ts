/** What a node of the scene is bound to, and what a click on it selects. */

import { bindingOf, boundEntity, type Template, type ValueDataBinding } from './bindings'
import type { DocumentNode, Tag } from './document'
import type { SceneNode } from './node'

export interface Selection {
  readonly entityId?: string
  readonly componentName?: string
  readonly propertyName?: string
  readonly nodeName: string
  /** Address of a tag's link, with its parameters in the query. */
  readonly navLink?: string
}

export function describeNode(node: DocumentNode, template?: Template): Selection {
  const valueDataBinding = primaryBinding(node)
  const entityId = boundEntity(valueDataBinding, template)
  const binding = bindingOf(valueDataBinding, template)
  const tag = node.components.find((component): component is Tag => component.type === 'Tag')
  const navLink = tag && navLinkAddress(tag)
  return {
    nodeName: node.name,
    ...(entityId === undefined ? {} : { entityId }),
    ...(binding ? { componentName: binding.componentName, propertyName: binding.propertyName } : {}),
    ...(navLink === undefined ? {} : { navLink }),
  }
}

/** The binding that names the entity of a node: that of its EntityBinding, Tag, ModelShader or DataOverlay. */
export function primaryBinding(node: DocumentNode): ValueDataBinding | undefined {
  for (const type of ['EntityBinding', 'Tag', 'ModelShader'] as const) {
    for (const component of node.components) {
      if (component.type === type && 'valueDataBinding' in component && boundEntity(component.valueDataBinding)) {
        return component.valueDataBinding
      }
    }
  }
  const overlay = node.components.find((component) => component.type === 'DataOverlay')
  return overlay?.valueDataBindings.find(({ valueDataBinding }) => boundEntity(valueDataBinding))?.valueDataBinding
}

/** The nearest of a node and its ancestors that is bound to an entity. */
export function nearestBoundNode(node: SceneNode): SceneNode | undefined {
  let ancestor: SceneNode | undefined = node
  while (ancestor && !primaryBinding(ancestor.definition)) ancestor = ancestor.parent
  return ancestor
}

export function inheritedBinding(node: SceneNode): ValueDataBinding | undefined {
  const bound = nearestBoundNode(node)
  return bound && primaryBinding(bound.definition)
}

/** The address of a tag's link; undefined for one that would run a script. */
export function navLinkAddress(tag: Tag): string | undefined {
  const { destination, params } = tag.navLink ?? {}
  if (!destination || /^\s*(javascript|data|vbscript):/i.test(destination)) return undefined
  const query = new URLSearchParams(params).toString()
  if (!query) return destination
  const [path, fragment] = destination.split('#', 2)
  return `${path}${path!.includes('?') ? '&' : '?'}${query}${fragment === undefined ? '' : `#${fragment}`}`
}

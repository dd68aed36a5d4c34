/**
 * Nodes of a dynamic scene: entities with components of the types `com.amazon.iottwinmaker.3d.*`, as members of a scene
 * document, so that they are read, checked and drawn like those of a static one.
 *
 * Source: AWS IoT App Kit, packages/scene-composer/src/utils/entityModelUtils (commit 1400eab), which its viewer reads
 * such entities with.
 */

import type { Component, DataValue, Entity } from '../api/api'
import { isObject, type Json } from './problems'

export const NODE_TYPE = 'com.amazon.iottwinmaker.3d.node'
const COMPONENT_PREFIX = 'com.amazon.iottwinmaker.3d.component.'
const NO_COLOR = 'null_color'
const MAX_CONTENT_PARTS = 10

/** A document with nodes of entities added, and what of them is not drawn. */
export interface DynamicDocument {
  readonly document: Json
  readonly warnings: readonly { readonly message: string; readonly node: string }[]
}

type Plain = string | number | boolean | readonly unknown[] | Json | undefined
type Values = Readonly<Record<string, Plain>>

/**
 * Add nodes of entities to the document of a dynamic scene. The result is that of a static one.
 *
 * @param document The document as it was parsed. It is not changed.
 * @param rootId Id of the entity that the nodes are below.
 * @param entities The entities, in any order. One whose parent is none of them is drawn at the top.
 */
export function addEntityNodes(document: Json, rootId: string, entities: readonly Entity[]): DynamicDocument {
  const nodes = [...listOf(document['nodes'])]
  const cameras = [...listOf(document['cameras'])]
  const roots = [...listOf(document['rootNodeIndexes'])]
  const warnings: { message: string; node: string }[] = []
  const indexes = new Map(entities.map(({ entityId }, index) => [entityId, nodes.length + index]))
  const children = new Map<string, number[]>()
  for (const { entityId, parentEntityId } of entities) {
    const index = indexes.get(entityId)!
    const isChild = parentEntityId !== undefined && parentEntityId !== rootId && indexes.has(parentEntityId)
    if (isChild) children.set(parentEntityId, [...(children.get(parentEntityId) ?? []), index])
    else roots.push(index)
  }
  for (const entity of entities) {
    const reader = new EntityReader(entity, isObject(document['rules']) ? document['rules'] : {}, cameras)
    nodes.push(reader.node(children.get(entity.entityId) ?? []))
    warnings.push(...reader.warnings)
  }
  const { sceneRootEntityId: _, ...properties } = isObject(document['properties']) ? document['properties'] : {}
  return { document: { ...document, nodes, rootNodeIndexes: roots, cameras, properties }, warnings }
}

class EntityReader {
  readonly warnings: { message: string; node: string }[] = []
  private readonly name: string

  constructor(
    private readonly entity: Entity,
    private readonly rules: Json,
    private readonly cameras: unknown[],
  ) {
    this.name = textOf(valuesOf(this.componentOf(NODE_TYPE))['name']) ?? entity.entityName
  }

  node(children: readonly number[]): Json {
    const values = valuesOf(this.componentOf(NODE_TYPE))
    const properties = isObject(values['properties']) ? { ...values['properties'] } : {}
    if ('alwaysVisible' in properties) properties['alwaysVisible'] = properties['alwaysVisible'] === 'true'
    const transform = { position: values['transform_position'], rotation: values['transform_rotation'], scale: values['transform_scale'] }
    const target = this.componentOf(NODE_TYPE)?.properties?.['isVisualOf']?.value?.relationshipValue?.targetEntityId
    const binding = target ? [{ type: 'EntityBinding', valueDataBinding: { dataBindingContext: { entityId: target } } }] : []
    return { name: this.name, transform: withoutUndefined(transform), properties, children, components: [...this.components(), ...binding] }
  }

  private componentOf(typeId: string): Component | undefined {
    return Object.values(this.entity.components ?? {}).find(({ componentTypeId }) => componentTypeId === typeId)
  }

  private components(): Json[] {
    return Object.values(this.entity.components ?? {})
      .filter(({ componentTypeId }) => componentTypeId?.startsWith(COMPONENT_PREFIX))
      .map((component) => this.component(component.componentTypeId!.slice(COMPONENT_PREFIX.length), valuesOf(component)))
      .filter((component) => component !== undefined)
  }

  private component(type: string, values: Values): Json | undefined {
    switch (type) {
      case 'modelref':
        if (!textOf(values['uri']) || !textOf(values['modelType'])) return this.incomplete('ModelRef', 'uri and modelType')
        return pick('ModelRef', values, ['uri', 'modelType', 'unitOfMeasure', 'localScale', 'castShadow', 'receiveShadow'])
      case 'submodelref':
        if (!textOf(values['selector'])) return this.incomplete('SubModelRef', 'a selector')
        return pick('SubModelRef', values, ['selector'])
      case 'tag':
        return this.tag(values)
      case 'modelshader':
        return withoutUndefined({ type: 'ModelShader', ...this.ruleBinding(values['dataBinding']) })
      case 'motionindicator':
        if (!textOf(values['shape'])) return this.incomplete('MotionIndicator', 'a shape')
        return this.motionIndicator(values)
      case 'dataoverlay':
        return overlay(values)
      case 'light':
        return { type: 'Light', lightType: values['lightType'] ?? 'Directional', lightSettings: withPrefix(values, 'lightSettings_') }
      case 'camera':
        this.cameras.push(withoutUndefined({ ...values }))
        return { type: 'Camera', cameraIndex: this.cameras.length - 1 }
    }
    this.warnings.push({ message: `a component of type ${COMPONENT_PREFIX}${type} is not drawn`, node: this.name })
    return undefined
  }

  private incomplete(type: string, missing: string): undefined {
    this.warnings.push({ message: `${type} lacks ${missing}; it is left out`, node: this.name })
  }

  private tag(values: Values): Json {
    const { iconName, prefix } = withPrefix(values, 'customIcon_')
    return withoutUndefined({
      ...pick('Tag', values, ['icon', 'offset', 'chosenColor']),
      navLink: withPrefix(values, 'navLink_'),
      customIcon: iconName && prefix ? { iconName, prefix } : undefined,
      ...this.ruleBinding(values['styleBinding']),
    })
  }

  private motionIndicator(values: Values): Json {
    const config = withPrefix(values, 'config_')
    for (const name of ['defaultBackgroundColor', 'defaultForegroundColor']) if (config[name] === NO_COLOR) delete config[name]
    const bindings = listOf(values['appearanceBindings']).filter(isObject)
    const named = bindings.map((binding) => [String(binding['bindingName']), withoutUndefined(this.ruleBinding(binding))])
    return { type: 'MotionIndicator', shape: values['shape'], config, valueDataBindings: Object.fromEntries(named) as Json }
  }

  /** The rule and the binding of a map of texts. A rule that the document does not have is left out, as in AWS's viewer. */
  private ruleBinding(value: Plain): Json {
    const id = isObject(value) ? textOf(value['ruleBasedMapId']) : undefined
    const isKnown = id !== undefined && Object.hasOwn(this.rules, id)
    if (id !== undefined && !isKnown) this.warnings.push({ message: `Rule#[${id}] not found; it never applies`, node: this.name })
    return { ruleBasedMapId: isKnown ? id : undefined, valueDataBinding: dataBinding(value) }
  }
}

function overlay(values: Values): Json {
  const dataRows = listOf(values['dataRows']).filter(isObject).map((row) => ({ rowType: row['rowType'], content: contentOf(row) }))
  const valueDataBindings = listOf(values['rowBindings'])
    .filter(isObject)
    .map((binding) => withoutUndefined({ bindingName: binding['bindingName'], valueDataBinding: dataBinding(binding) }))
  return withoutUndefined({ type: 'DataOverlay', subType: values['subType'], dataRows, valueDataBindings })
}

/** The text of a row: percent-encoded, in parts of 2,048 characters. */
function contentOf(row: Json): string {
  const names = ['content', ...Array.from({ length: MAX_CONTENT_PARTS - 1 }, (_, index) => `content_${index + 1}`)]
  const text = names.map((name) => textOf(row[name] as Plain) ?? '').join('')
  try {
    return decodeURI(text)
  } catch {
    return text
  }
}

function dataBinding(value: Plain): Json | undefined {
  if (!isObject(value)) return undefined
  const context = withoutUndefined({
    entityId: value['entityId'],
    componentName: value['componentName'],
    propertyName: value['propertyName'],
  })
  if (!Object.keys(context).length) return undefined
  return { dataBindingContext: context, ...('isStaticData' in value ? { isStaticData: value['isStaticData'] === 'true' } : {}) }
}

/** Values of a component's properties, without the service's wrapping. */
function valuesOf(component: Component | undefined): Values {
  const entries = Object.entries(component?.properties ?? {}).map(([name, { value }]) => [name, plain(value)] as const)
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined))
}

function plain(value: DataValue | undefined): Plain {
  if (!value) return undefined
  if (value.listValue) return value.listValue.map(plain)
  if (value.mapValue) return Object.fromEntries(Object.entries(value.mapValue).map(([key, item]) => [key, plain(item)]))
  return value.stringValue ?? value.doubleValue ?? value.integerValue ?? value.longValue ?? value.booleanValue
}

function pick(type: string, values: Values, names: readonly string[]): Json {
  return withoutUndefined({ type, ...Object.fromEntries(names.map((name) => [name, values[name]])) })
}

/** Values whose names begin with a prefix, without it. */
function withPrefix(values: Values, prefix: string): Json {
  const entries = Object.entries(values).filter(([name]) => name.startsWith(prefix))
  return Object.fromEntries(entries.map(([name, value]) => [name.slice(prefix.length), value]))
}

function withoutUndefined(members: Json): Json {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined))
}

function textOf(value: Plain | unknown): string | undefined {
  return typeof value === 'string' && value ? value : undefined
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

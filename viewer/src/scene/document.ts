/**
 * Scene documents: read them, and say which node is wrong and why.
 *
 * What makes a document fatal, and what a viewer warns of, is as in the deserializer of AWS IoT App Kit's scene composer
 * 10.13.1; `make conformance` holds both against each other. On top, it warns of what AWS's viewer does in silence, such
 * as a tag that never changes.
 */

import { bindingOf, variablesIn, type Template, type ValueDataBinding } from './bindings'
import {
  ENVIRONMENT_PRESETS,
  HEX_COLOR,
  LIGHT_TYPES,
  METERS,
  MODEL_TYPES,
  MOTION_SHAPES,
  SPEC_VERSION,
  TRANSFORM_DEFAULTS,
  type ModelType,
  type Vector,
} from './facts'
import { escapeName, expressionFault, isKnownTarget, namesIn, readTarget, type Rule } from './rules'

export interface Problem {
  /** After a fatal one there is no scene; after a warning the rest of it is shown. */
  readonly level: 'fatal' | 'warning'
  readonly message: string
  /** Name of the node it is about, or `node#[index]` for one without. */
  readonly node?: string
}

export interface Transform {
  readonly position: Vector
  /** Euler angles in radians, applied in the order XYZ. */
  readonly rotation: Vector
  readonly scale: Vector
}

export interface RuleBinding {
  readonly ruleBasedMapId?: string
  readonly valueDataBinding?: ValueDataBinding
}

export interface ModelRef {
  readonly type: 'ModelRef'
  readonly uri: string
  readonly modelType: ModelType
  readonly unitOfMeasure?: string
  readonly localScale?: Vector
  readonly castShadow?: boolean
  readonly receiveShadow?: boolean
}

export interface SubModelRef {
  readonly type: 'SubModelRef'
  readonly selector: string | number
}

export interface Animation {
  readonly type: 'Animation'
  readonly currentAnimations?: readonly string[]
}

export interface Tag extends RuleBinding {
  readonly type: 'Tag'
  readonly icon?: string
  readonly navLink?: { readonly destination?: string; readonly params?: Readonly<Record<string, string>> }
  readonly offset?: Vector
  readonly chosenColor?: string
  readonly customIcon?: { readonly prefix?: string; readonly iconName?: string }
}

export interface ModelShader extends RuleBinding {
  readonly type: 'ModelShader'
}

export interface MotionIndicator {
  readonly type: 'MotionIndicator'
  readonly shape: string
  readonly valueDataBindings: {
    readonly speed?: RuleBinding
    readonly foregroundColor?: RuleBinding
    readonly backgroundColor?: RuleBinding
  }
  readonly config: {
    readonly numOfRepeatInY?: number
    readonly backgroundColorOpacity?: number
    readonly defaultSpeed?: number | string
    readonly defaultBackgroundColor?: string
    readonly defaultForegroundColor?: string
  }
}

export interface CameraSettings {
  readonly cameraType?: string
  /** Degrees from top to bottom. */
  readonly fov?: number
  readonly near?: number
  readonly far?: number
}

export interface Camera extends CameraSettings {
  readonly type: 'Camera'
}

export interface Light {
  readonly type: 'Light'
  readonly lightType: string
  readonly lightSettings?: {
    readonly color?: string | number
    readonly groundColor?: string | number
    readonly intensity?: number
    readonly distance?: number
    readonly decay?: number
    readonly castShadow?: boolean
  }
}

export interface DataOverlay {
  readonly type: 'DataOverlay'
  readonly subType?: string
  readonly dataRows: readonly { readonly rowType: string; readonly content?: string }[]
  readonly valueDataBindings: readonly { readonly bindingName: string; readonly valueDataBinding?: ValueDataBinding }[]
}

export interface EntityBinding {
  readonly type: 'EntityBinding'
  readonly valueDataBinding?: ValueDataBinding
}

export interface PlaneGeometry {
  readonly type: 'PlaneGeometry'
  readonly width: number
  readonly height: number
  readonly color?: string
  readonly textureUri?: string
}

export type Component =
  | ModelRef
  | SubModelRef
  | Animation
  | Tag
  | ModelShader
  | MotionIndicator
  | Camera
  | Light
  | DataOverlay
  | EntityBinding
  | PlaneGeometry

export interface SceneNode {
  readonly name: string
  readonly transform: Transform
  readonly components: readonly Component[]
  readonly children: readonly SceneNode[]
  readonly alwaysVisible?: boolean
}

/** `properties` of a scene, as far as a viewer reads them. */
export interface Properties {
  readonly environmentPreset?: string
  readonly dataBindingConfig?: { readonly template?: Template }
  readonly componentSettings?: {
    readonly Tag?: { readonly scale?: number; readonly enableOcclusion?: boolean }
    readonly DataOverlay?: { readonly overlayPanelVisible?: boolean }
  }
  readonly fogSettings?: { readonly color?: string; readonly near?: number; readonly far?: number }
  readonly sceneBackgroundSettings?: { readonly color?: string; readonly textureUri?: string }
  readonly groundPlaneSettings?: { readonly color?: string; readonly opacity?: number; readonly textureUri?: string }
}

export interface SceneDocument {
  readonly roots: readonly SceneNode[]
  readonly rules: Readonly<Record<string, Rule>>
  readonly properties: Properties
}

export interface Read {
  /** Absent after a fatal problem. */
  readonly scene?: SceneDocument
  readonly problems: readonly Problem[]
}

type Json = Record<string, unknown>

const isOneOf = (names: readonly string[], value: unknown): boolean => names.includes(value as string)

/** The scene in a text, and all that is wrong with it. */
export function readScene(text: string): Read {
  const reader = new Reader()
  let scene: SceneDocument | undefined
  try {
    scene = reader.read(text)
  } catch (error) {
    // Scenes can be wrong in more ways than were thought of. AWS's viewer loses the whole of them, too.
    reader.problems.push({ level: 'fatal', message: `An unexpected error occurred: ${(error as Error).message}` })
  }
  const fatal = reader.problems.some(({ level }) => level === 'fatal')
  return { ...(scene && !fatal ? { scene } : {}), problems: reader.problems }
}

class Reader {
  readonly problems: Problem[] = []
  private nodes: readonly (Json | undefined)[] = []
  private rules: Readonly<Record<string, Rule>> = {}
  private cameras: readonly Json[] = []
  private template: Template | undefined
  private componentsOf: readonly (readonly Component[])[] = []
  private childrenOf: readonly (readonly number[])[] = []
  private readonly placed = new Map<number, 'open' | 'done'>()

  read(text: string): SceneDocument | undefined {
    const json = this.parse(text)
    if (!json) return undefined
    this.cameras = this.list(json['cameras'], 'cameras') as readonly Json[]
    this.nodes = this.list(json['nodes'], 'nodes', true).map((node, index) => this.checkNode(node, index))
    const rootIndexes = this.list(json['rootNodeIndexes'], 'rootNodeIndexes', true)
    this.rules = this.readRules(json['rules'])
    const properties = this.readProperties(json['properties'])
    this.template = properties.dataBindingConfig?.template
    this.componentsOf = this.nodes.map((node, index) => (node ? this.readComponents(node, index) : []))
    this.childrenOf = this.nodes.map((node, index) => (node ? this.readChildren(node, index) : []))
    const roots = rootIndexes.filter((index) => this.exists(index, `root node#[${String(index)}] is not in nodes`))
    if (this.isFatal) return undefined

    const scene = {
      roots: roots.map((index) => this.place(Number(index))).filter((node) => !!node),
      rules: this.rules,
      properties,
    }
    this.checkLight(scene)
    return scene
  }

  private get isFatal(): boolean {
    return this.problems.some(({ level }) => level === 'fatal')
  }

  private fatal(message: string, node?: string): undefined {
    this.problems.push({ level: 'fatal', message, ...(node === undefined ? {} : { node }) })
  }

  private warn(message: string, node?: string): void {
    this.problems.push({ level: 'warning', message, ...(node === undefined ? {} : { node }) })
  }

  private parse(text: string): Json | undefined {
    let json: Json | null
    try {
      json = JSON.parse(text.replace(/^\uFEFF/, '')) as Json | null
    } catch (error) {
      return this.fatal(`Invalid scene document: not a valid JSON document (${(error as Error).message})`)
    }
    const version = (json as Json | null)?.['specVersion']
    if (!json || !version) return this.fatal('Invalid scene document: unable to find specVersion')
    if (typeof version !== 'string') return this.fatal(`Invalid scene document: specVersion is not a string; ${WRITE_VERSION}`)
    if (version === SPEC_VERSION.legacy) {
      return this.fatal(`Invalid scene document: specVersion "${version}" is no longer supported; ${WRITE_VERSION}`)
    }
    const parts = version.split('.').map((part) => Number.parseInt(part)).filter((part) => Number.isSafeInteger(part))
    const [major, minor] = parts
    if (parts.length !== 2) return this.fatal(`Invalid scene document: specVersion "${version}" is not well-formatted; ${WRITE_VERSION}`)
    if (major! > SPEC_VERSION.major) return this.fatal(`The format of the scene is newer than the supported one: specVersion "${version}" is not supported`)
    if (minor! > SPEC_VERSION.minor) this.warn(`The scene may contain features not supported here: specVersion "${version}" is newer than "${SPEC_VERSION.current}"`)
    return json
  }

  private list(value: unknown, name: string, needed = false): readonly unknown[] {
    if (Array.isArray(value)) return value
    if (needed) this.fatal(`Invalid scene document: "${name}" ${value === undefined ? 'is missing' : 'is not an array'}`)
    else if (value) this.fatal(`Invalid scene document: "${name}" is not an array`)
    return []
  }

  /** How a node is called in a message. */
  private nameOf(index: number): string {
    const name = (this.nodes[index] as Json | undefined)?.['name']
    return typeof name === 'string' && name ? name : `node#[${index}]`
  }

  private checkNode(node: unknown, index: number): Json | undefined {
    const given = (node as Json | null)?.['name']
    const name = typeof given === 'string' && given ? given : `node#[${index}]`
    if (!isObject(node)) return this.fatal('the node is not an object', name)
    if (node['transform'] === undefined || node['transform'] === null) return this.fatal('the node has no transform', name)
    return node
  }

  private exists(index: unknown, message: string, node?: string): boolean {
    const found = /^\d+$/.test(String(index)) && Number(index) < this.nodes.length
    if (!found) this.fatal(`Invalid scene document: ${message}`, node)
    return found
  }

  private readChildren(node: Json, index: number): readonly number[] {
    const name = this.nameOf(index)
    const children = node['children'] ?? []
    if (!Array.isArray(children)) {
      this.fatal('Invalid scene document: "children" is not an array', name)
      return []
    }
    return children
      .filter((child) => this.exists(child, `Invalid child#[${String(child)}] found in node#[${index}]`, name))
      .map(Number)
  }

  /** The node with what is under it. A node that stands in two places is drawn in the first only; a cycle is cut. */
  private place(index: number): SceneNode | undefined {
    const name = this.nameOf(index)
    const before = this.placed.get(index)
    if (before) {
      this.warn(
        before === 'open'
          ? 'the node is among its own children; AWS\'s viewer hangs on it, here that child is left out'
          : 'the node is the child of two nodes; it is drawn under the first',
        name,
      )
      return undefined
    }
    this.placed.set(index, 'open')
    const properties = this.nodes[index]!['properties'] as Json | undefined
    const always = properties?.['alwaysVisible']
    const node: SceneNode = {
      name,
      transform: this.readTransform(this.nodes[index]!['transform'] as Json, name),
      components: this.componentsOf[index]!,
      children: this.childrenOf[index]!.map((child) => this.place(child)).filter((child) => !!child),
      ...(always === undefined ? {} : { alwaysVisible: always === true }),
    }
    this.placed.set(index, 'done')
    this.checkSubModels(node)
    return node
  }

  private readTransform(transform: Json, name: string): Transform {
    const read = (member: string, fallback: Vector): Vector => {
      const value = transform[member] ?? fallback
      const numbers = Array.isArray(value) ? value.slice(0, 3).map(Number) : []
      if (numbers.length === 3 && numbers.every(Number.isFinite)) return numbers as unknown as Vector
      this.warn(`transform.${member} is not three numbers; ${fallback.join(', ')} is used`, name)
      return fallback
    }
    const { position, rotation, scale } = TRANSFORM_DEFAULTS
    return { position: read('position', position), rotation: read('rotation', rotation), scale: read('scale', scale) }
  }

  private readRules(rules: unknown): Readonly<Record<string, Rule>> {
    if (!rules) return {}
    for (const [id, rule] of Object.entries(rules as Json)) {
      const statements = (rule as Json | null)?.['statements']
      if (!Array.isArray(statements) || statements.some((statement) => statement === null || statement === undefined)) {
        this.fatal(`Invalid scene document: Rule#[${id}] has no list of statements`)
        continue
      }
      statements.forEach((statement: Json, number) => {
        const where = `Rule#[${id}] statement ${number + 1}`
        const fault = expressionFault(statement['expression'])
        if (fault) this.warn(`${where}: "${String(statement['expression'])}" is skipped, it cannot be evaluated: ${fault}`)
        if (!isKnownTarget(statement['target'])) {
          this.warn(`${where}: target "${String(statement['target'])}" is unknown and shows as the icon Info`)
        }
      })
    }
    return rules as Readonly<Record<string, Rule>>
  }

  private readComponents(node: Json, index: number): readonly Component[] {
    const name = this.nameOf(index)
    const components = node['components'] ?? []
    if (!Array.isArray(components)) {
      this.fatal('Invalid scene document: "components" is not an array', name)
      return []
    }
    return components.map((component: unknown) => this.readComponent(component, name)).filter((component) => !!component)
  }

  private readComponent(component: unknown, name: string): Component | undefined {
    if (component === null || component === undefined) return this.fatal('Invalid scene document: a component is null', name)
    const json = component as Json
    switch (json['type']) {
      case 'ModelRef':
        return this.readModelRef(json, name)
      case 'Tag':
        return this.readTag(json, name)
      case 'ModelShader':
        if (json['ruleBasedMapId'] && !this.ruleOf(json)) {
          this.warn(`ModelShader: Rule#[${String(json['ruleBasedMapId'])}] not found; the model keeps its colour`, name)
        }
        this.checkRuleBinding('ModelShader', json, name)
        return json as unknown as ModelShader
      case 'MotionIndicator':
        return this.readMotionIndicator(json, name)
      case 'Camera':
        return this.readCamera(json, name)
      case 'Light':
        if (!isOneOf(LIGHT_TYPES, json['lightType'])) {
          this.warn(`Light: unknown lightType "${String(json['lightType'])}"; it is one of ${LIGHT_TYPES.join(', ')}`, name)
        }
        return json as unknown as Light
      case 'DataOverlay':
        return this.readDataOverlay(json, name)
      case 'SubModelRef':
      case 'Animation':
      case 'EntityBinding':
      case 'PlaneGeometry':
        return json as unknown as Component
    }
    this.warn(`Unknown component type ${String(json['type'])}; it is left out`, name)
    return undefined
  }

  private readModelRef(json: Json, name: string): ModelRef | undefined {
    if (!isOneOf(MODEL_TYPES, json['modelType'])) {
      this.warn(`Unknown model type ${String(json['modelType'])}; it is one of ${MODEL_TYPES.join(', ')}`, name)
      return undefined
    }
    const unit = json['unitOfMeasure']
    if (unit !== undefined && METERS[String(unit)] === undefined) {
      this.warn(`unknown unitOfMeasure "${String(unit)}": AWS's viewer hides the model, here it is in meters; it is one of ${Object.keys(METERS).join(', ')}`, name)
    }
    return json as unknown as ModelRef
  }

  private readTag(json: Json, name: string): Tag | undefined {
    if (json['ruleBasedMapId'] && !this.ruleOf(json)) return this.missingRule(json, name)
    const icon = json['icon']
    if (icon !== undefined && !(isKnownTarget(icon) && readTarget(icon).type === 'icon')) {
      this.warn(`Tag: icon "${String(icon)}" is unknown and shows as Info; write it as iottwinmaker.common.icon:Info`, name)
    }
    this.checkRuleBinding('Tag', json, name)
    return json as unknown as Tag
  }

  private missingRule(json: Json, name: string): undefined {
    return this.fatal(`Invalid scene document: Rule#[${String(json['ruleBasedMapId'])}] not found`, name)
  }

  private readMotionIndicator(json: Json, name: string): MotionIndicator | undefined {
    const bindings = json['valueDataBindings']
    if (bindings === undefined || bindings === null) return this.fatal('MotionIndicator has no valueDataBindings', name)
    for (const [part, bound] of Object.entries(bindings as Json)) {
      if (bound === null || bound === undefined) return this.fatal(`MotionIndicator: valueDataBindings.${part} is null`, name)
      const json = bound as Json
      if (json['ruleBasedMapId'] && !this.ruleOf(json)) return this.missingRule(json, name)
      this.checkRuleBinding(`MotionIndicator ${part}`, json, name)
    }
    if (json['config'] === undefined || json['config'] === null) return this.fatal('MotionIndicator has no config', name)
    if (!isOneOf(MOTION_SHAPES, json['shape'])) {
      this.warn(`MotionIndicator: unknown shape "${String(json['shape'])}", nothing is drawn; it is one of ${MOTION_SHAPES.join(', ')}`, name)
    }
    return json as unknown as MotionIndicator
  }

  private readCamera(json: Json, name: string): Camera | undefined {
    const index = json['cameraIndex']
    if (index === undefined) {
      this.warn('Camera has no cameraIndex; it is left out', name)
      return undefined
    }
    if ((index as number) < 0 || (index as number) >= this.cameras.length) {
      return this.fatal(`Invalid scene document: Camera index out of bound ${String(index)}`, name)
    }
    return { ...this.cameras[index as number], type: 'Camera' }
  }

  private readDataOverlay(json: Json, name: string): DataOverlay | undefined {
    for (const member of ['dataRows', 'valueDataBindings']) {
      const list = json[member]
      if (!Array.isArray(list) || !list.every(isObject)) {
        this.warn(`DataOverlay has no ${member}; it is left out`, name)
        return undefined
      }
    }
    const overlay = json as unknown as DataOverlay
    const bound = new Set(overlay.valueDataBindings.map(({ bindingName }) => bindingName))
    for (const { content } of overlay.dataRows) {
      for (const variable of variablesIn(String(content ?? ''))) {
        if (!bound.has(variable)) this.warn(`DataOverlay: \${${variable}} is bound to nothing and shows as "-"`, name)
      }
    }
    for (const { bindingName, valueDataBinding } of overlay.valueDataBindings) {
      if (!bindingOf(valueDataBinding, this.template)) {
        this.warn(`DataOverlay: "${bindingName}" is bound to no property; ${BOUND}`, name)
      }
    }
    return overlay
  }

  private ruleOf(json: Json): Rule | undefined {
    const id = String(json['ruleBasedMapId'])
    return Object.hasOwn(this.rules, id) ? this.rules[id] : undefined
  }

  /** What AWS's viewer says nothing about: a rule that can never see what it asks for. */
  private checkRuleBinding(what: string, json: Json, name: string): void {
    const rule = this.ruleOf(json)
    const given = json['valueDataBinding'] as ValueDataBinding | undefined
    const binding = bindingOf(given, this.template)
    if (!binding) {
      if (rule) this.warn(`${what} has a rule and is bound to no property, so it never changes; ${BOUND}`, name)
      return
    }
    const property = escapeName(binding.propertyName)
    const statements: unknown = rule?.statements
    for (const statement of Array.isArray(statements) ? (statements as (Json | null)[]) : []) {
      for (const used of namesIn(String(statement?.['expression']).replace(binding.propertyName, property))) {
        if (used !== property) {
          this.warn(`${what}: its rule asks for "${used}" and sees only the bound "${binding.propertyName}"`, name)
        }
      }
    }
  }

  private checkSubModels(node: SceneNode): void {
    const hasModel = node.components.some(({ type }) => type === 'ModelRef' || type === 'SubModelRef')
    for (const child of node.children) {
      if (!hasModel && child.components.some(({ type }) => type === 'SubModelRef')) {
        this.warn('SubModelRef is not under the node of its ModelRef, so it selects nothing', child.name)
      }
    }
  }

  private readProperties(given: unknown): Properties {
    if (!given) return {}
    const properties = given as Json
    for (const name of ['fogCustomColors', 'backgroundCustomColors', 'groundCustomColors']) {
      if (properties[name] && !Array.isArray(properties[name])) this.fatal(`Invalid scene document: properties.${name} is not an array`)
    }
    const preset = properties['environmentPreset']
    if (preset !== undefined && !isOneOf(ENVIRONMENT_PRESETS, preset)) {
      this.warn(`environmentPreset "${String(preset)}" gives no light; it is one of ${ENVIRONMENT_PRESETS.join(', ')}`)
    }
    for (const name of ['fogSettings', 'sceneBackgroundSettings', 'groundPlaneSettings']) {
      const settings = properties[name]
      if (settings && !isObject(settings)) this.fatal(`Invalid scene document: properties.${name} is not an object`)
      const color = (settings as Json | undefined)?.['color']
      if (color !== undefined && !HEX_COLOR.test(String(color))) {
        this.warn(`properties.${name}.color "${String(color)}" is not #rrggbb; the default is used`)
      }
    }
    const config = properties['dataBindingConfig']
    if (isObject(config) && !Object.keys(config).length) {
      this.warn('properties.dataBindingConfig is empty, which breaks the scene composer; leave it out')
    }
    return properties as Properties
  }

  private checkLight(scene: SceneDocument): void {
    const lit = (node: SceneNode): boolean =>
      node.components.some(({ type }) => type === 'Light') || node.children.some(lit)
    const preset = scene.properties.environmentPreset
    if (scene.roots.length && !isOneOf(ENVIRONMENT_PRESETS, preset) && !scene.roots.some(lit)) {
      this.warn('the scene has neither an environmentPreset nor a Light: AWS\'s viewer draws it black')
    }
  }
}

const WRITE_VERSION = `write "${SPEC_VERSION.current}"`
const BOUND = 'a binding is {"dataBindingContext": {"entityId", "componentName", "propertyName"}}'

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

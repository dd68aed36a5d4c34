/**
 * Reads scene documents, and reports what is wrong with which node.
 *
 * Fatal problems and warnings are those of the deserializer of AWS IoT App Kit's scene composer 10.13.1; `make
 * conformance` compares both. Some warnings are about what AWS's viewer ignores silently, such as a tag that never
 * changes.
 */

import type { Template } from './bindings'
import { ComponentReader } from './component_reader'
import type { Component, DocumentNode, Properties, ReadResult, SceneDocument, Transform } from './document'
import { ENVIRONMENT_PRESETS, HEX_COLOR, LIMITS, SPEC_VERSION, TRANSFORM_DEFAULTS, type Vector } from './facts'
import { isObject, isOneOf, Problems, type Json } from './problems'
import { expressionFault, isKnownTarget, type Rule } from './rules'

/** Read a scene document and all of its problems. */
export function readScene(text: string): ReadResult {
  const problems = new Problems()
  let scene: SceneDocument | undefined
  try {
    scene = new DocumentReader(problems).read(text)
  } catch (error) {
    // A malformed member that is not checked for. AWS's viewer loses the whole scene, too.
    problems.fatal(`An unexpected error occurred: ${(error as Error).message}`)
  }
  return { ...(scene && !problems.hasFatal ? { scene } : {}), problems: problems.all }
}

class DocumentReader {
  private nodes: readonly (Json | undefined)[] = []
  private components: readonly (readonly Component[])[] = []
  private children: readonly (readonly number[])[] = []
  private readonly visits = new Map<number, 'open' | 'done'>()

  constructor(private readonly problems: Problems) {}

  read(text: string): SceneDocument | undefined {
    const json = this.parse(text)
    if (!json) return undefined
    const cameras = this.readList(json['cameras'], 'cameras') as readonly Json[]
    this.nodes = this.readList(json['nodes'], 'nodes', true).map((node, index) => this.checkNode(node, index))
    const rootIndexes = this.readList(json['rootNodeIndexes'], 'rootNodeIndexes', true)
    const rules = this.readRules(json['rules'])
    const properties = this.readProperties(json['properties'])
    this.components = this.readComponents({ cameras, rules, template: properties.dataBindingConfig?.template })
    this.children = this.nodes.map((node, index) => (node ? this.readChildren(node, index) : []))
    const roots = rootIndexes.filter((index) => this.checkIndex(index, `root node#[${String(index)}] is not in nodes`))
    if (this.problems.hasFatal) return undefined

    const scene = {
      roots: roots.map((index) => this.nest(Number(index))).filter((node) => !!node),
      rules,
      properties,
    }
    this.checkLight(scene)
    return scene
  }

  private parse(text: string): Json | undefined {
    let json: Json | null
    try {
      json = JSON.parse(text.replace(/^\uFEFF/, '')) as Json | null
    } catch (error) {
      return this.problems.fatal(`Invalid scene document: not a valid JSON document (${(error as Error).message})`)
    }
    const version = (json as Json | null)?.['specVersion']
    if (!json || !version) return this.problems.fatal('Invalid scene document: unable to find specVersion')
    return this.checkVersion(version) ? json : undefined
  }

  private checkVersion(version: unknown): boolean {
    const fatal = (message: string): false => {
      this.problems.fatal(message)
      return false
    }
    const remedy = `write "${SPEC_VERSION.current}"`
    if (typeof version !== 'string') return fatal(`Invalid scene document: specVersion is not a string; ${remedy}`)
    if (version === SPEC_VERSION.legacy) {
      return fatal(`Invalid scene document: specVersion "${version}" is no longer supported; ${remedy}`)
    }
    const parts = version.split('.').map((part) => Number.parseInt(part)).filter((part) => Number.isSafeInteger(part))
    const [major, minor] = parts
    if (parts.length !== 2) {
      return fatal(`Invalid scene document: specVersion "${version}" is not well-formatted; ${remedy}`)
    }
    if (major! > SPEC_VERSION.major) {
      return fatal(`The format of the scene is newer than the supported one: specVersion "${version}" is not supported`)
    }
    if (minor! > SPEC_VERSION.minor) {
      this.problems.warn(
        `The scene may contain features not supported here: specVersion "${version}" is newer than "${SPEC_VERSION.current}"`,
      )
    }
    return true
  }

  private readList(value: unknown, name: string, isRequired = false): readonly unknown[] {
    if (Array.isArray(value)) return value
    if (isRequired && value === undefined) this.problems.fatal(`Invalid scene document: "${name}" is missing`)
    else if (isRequired || value) this.problems.fatal(`Invalid scene document: "${name}" is not an array`)
    return []
  }

  /** The name of a node in messages. */
  private nameOf(index: number): string {
    return displayName(this.nodes[index], index)
  }

  private checkNode(node: unknown, index: number): Json | undefined {
    const name = displayName(node, index)
    if (!isObject(node)) return this.problems.fatal('the node is not an object', name)
    if (node['transform'] === undefined || node['transform'] === null) {
      return this.problems.fatal('the node has no transform', name)
    }
    return node
  }

  private checkIndex(index: unknown, message: string, node?: string): boolean {
    const isIndex = /^\d+$/.test(String(index)) && Number(index) < this.nodes.length
    if (!isIndex) this.problems.fatal(`Invalid scene document: ${message}`, node)
    return isIndex
  }

  private readComponents(context: {
    readonly cameras: readonly Json[]
    readonly rules: Readonly<Record<string, Rule>>
    readonly template: Template | undefined
  }): Component[][] {
    return this.nodes.map((node, index) => {
      const components = node?.['components'] ?? []
      const name = this.nameOf(index)
      if (!Array.isArray(components)) {
        this.problems.fatal('Invalid scene document: "components" is not an array', name)
        return []
      }
      const reader = new ComponentReader(this.problems, name, context)
      return components.map((component: unknown) => reader.read(component)).filter((component) => !!component)
    })
  }

  private readChildren(node: Json, index: number): readonly number[] {
    const name = this.nameOf(index)
    const children = node['children'] ?? []
    if (!Array.isArray(children)) {
      this.problems.fatal('Invalid scene document: "children" is not an array', name)
      return []
    }
    return children
      .filter((child) => this.checkIndex(child, `Invalid child#[${String(child)}] found in node#[${index}]`, name))
      .map(Number)
  }

  /** Nest the children of a node. A node with two parents is kept below the first one; a cycle is cut. */
  private nest(index: number): DocumentNode | undefined {
    const name = this.nameOf(index)
    const visit = this.visits.get(index)
    if (visit) {
      this.problems.warn(
        visit === 'open'
          ? 'the node is its own ancestor; AWS\'s viewer hangs on this, here the child is left out'
          : 'the node is a child of two nodes; it is drawn below the first one only',
        name,
      )
      return undefined
    }
    this.visits.set(index, 'open')
    const properties = this.nodes[index]!['properties'] as Json | undefined
    const alwaysVisible = properties?.['alwaysVisible']
    const node: DocumentNode = {
      name,
      transform: this.readTransform(this.nodes[index]!['transform'] as Json, name),
      components: this.components[index]!,
      children: this.children[index]!.map((child) => this.nest(child)).filter((child) => !!child),
      ...(alwaysVisible === undefined ? {} : { alwaysVisible: alwaysVisible === true }),
    }
    this.visits.set(index, 'done')
    this.checkSubModels(node)
    return node
  }

  private readTransform(transform: Json, name: string): Transform {
    const read = (member: keyof Transform): Vector => {
      const fallback = TRANSFORM_DEFAULTS[member]
      const value = transform[member] ?? fallback
      const numbers = Array.isArray(value) ? value.slice(0, 3).map(Number) : []
      if (numbers.length === 3 && numbers.every(Number.isFinite)) return numbers as unknown as Vector
      this.problems.warn(`transform.${member} is not three numbers; ${fallback.join(', ')} is used`, name)
      return fallback
    }
    return { position: read('position'), rotation: read('rotation'), scale: read('scale') }
  }

  private readRules(rules: unknown): Readonly<Record<string, Rule>> {
    if (!rules) return {}
    const checked: Record<string, Rule> = {}
    let length = 0
    for (const [id, rule] of Object.entries(rules as Json)) {
      const statements = (rule as Json | null)?.['statements']
      if (!Array.isArray(statements) || statements.some((statement) => statement === null || statement === undefined)) {
        this.problems.fatal(`Invalid scene document: Rule#[${id}] has no list of statements`)
        continue
      }
      const statementsWithinLimit = (statements as Json[]).filter(({ expression }) => {
        length += String(expression).length
        return length <= LIMITS.expressionsLength
      })
      checked[id] = { statements: statementsWithinLimit as unknown as Rule['statements'] }
      statementsWithinLimit.forEach((statement: Json, index) => {
        const label = `Rule#[${id}] statement ${index + 1}`
        const { expression, target } = statement
        const fault = expressionFault(expression)
        if (fault) {
          this.problems.warn(`${label}: "${String(expression)}" is skipped because it cannot be evaluated: ${fault}`)
        }
        if (!isKnownTarget(target)) {
          this.problems.warn(`${label}: target "${String(target)}" is unknown and is shown as the icon Info`)
        }
      })
    }
    if (length > LIMITS.expressionsLength) {
      this.problems.warn(`Rules: the scene has more than ${LIMITS.expressionsLength} characters of expressions; the rest is skipped`)
    }
    return checked
  }

  private checkSubModels(node: DocumentNode): void {
    const hasModel = node.components.some(({ type }) => type === 'ModelRef' || type === 'SubModelRef')
    for (const child of node.children) {
      if (!hasModel && child.components.some(({ type }) => type === 'SubModelRef')) {
        this.problems.warn('SubModelRef is not below the node of its ModelRef, so it selects nothing', child.name)
      }
    }
  }

  private readProperties(value: unknown): Properties {
    if (!value) return {}
    const properties = value as Json
    for (const name of ['fogCustomColors', 'backgroundCustomColors', 'groundCustomColors']) {
      if (properties[name] && !Array.isArray(properties[name])) {
        this.problems.fatal(`Invalid scene document: properties.${name} is not an array`)
      }
    }
    const preset = properties['environmentPreset']
    if (preset !== undefined && !isOneOf(ENVIRONMENT_PRESETS, preset)) {
      const allowed = ENVIRONMENT_PRESETS.join(', ')
      this.problems.warn(`environmentPreset "${String(preset)}" gives no light; allowed: ${allowed}`)
    }
    for (const name of ['fogSettings', 'sceneBackgroundSettings', 'groundPlaneSettings']) {
      const settings = properties[name]
      if (settings && !isObject(settings)) {
        this.problems.fatal(`Invalid scene document: properties.${name} is not an object`)
      }
      const color = (settings as Json | undefined)?.['color']
      if (color !== undefined && !HEX_COLOR.test(String(color))) {
        this.problems.warn(`properties.${name}.color "${String(color)}" is not #rrggbb; the default is used`)
      }
    }
    const config = properties['dataBindingConfig']
    if (isObject(config) && !Object.keys(config).length) {
      this.problems.warn('properties.dataBindingConfig is empty, which breaks the scene composer; leave it out')
    }
    return properties as Properties
  }

  private checkLight(scene: SceneDocument): void {
    const isLit = (node: DocumentNode): boolean =>
      node.components.some(({ type }) => type === 'Light') || node.children.some(isLit)
    const preset = scene.properties.environmentPreset
    if (scene.roots.length && !isOneOf(ENVIRONMENT_PRESETS, preset) && !scene.roots.some(isLit)) {
      this.problems.warn('the scene has neither an environmentPreset nor a Light: AWS\'s viewer draws it black')
    }
  }
}

function displayName(node: unknown, index: number): string {
  const name = (node as Json | null | undefined)?.['name']
  return typeof name === 'string' && name ? name : `node#[${index}]`
}

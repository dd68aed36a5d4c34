/** Reads the components of a node of a scene document. */

import { bindingOf, variablesIn, type Template, type ValueDataBinding } from './bindings'
import type { Camera, Component, DataOverlay, ModelRef, ModelShader, MotionIndicator, Tag } from './document'
import { LIGHT_TYPES, LIMITS, METERS, MODEL_TYPES, MOTION_SHAPES } from './facts'
import { isObject, isOneOf, type Json, type Problems } from './problems'
import { escapeName, isKnownTarget, namesIn, readTarget, type Rule } from './rules'

const BINDING_FORM = 'a binding is {"dataBindingContext": {"entityId", "componentName", "propertyName"}}'

export class ComponentReader {
  /**
   * @param node Name of the node, for messages.
   * @param document Parts of the document that components refer to.
   */
  constructor(
    private readonly problems: Problems,
    private readonly node: string,
    private readonly document: {
      readonly cameras: readonly Json[]
      readonly rules: Readonly<Record<string, Rule>>
      readonly template: Template | undefined
    },
  ) {}

  /** Read a component. @returns undefined for one that is left out. */
  read(component: unknown): Component | undefined {
    if (component === null || component === undefined) return this.fatal('Invalid scene document: a component is null')
    const json = component as Json
    switch (json['type']) {
      case 'ModelRef':
        return this.readModelRef(json)
      case 'Tag':
        return this.readTag(json)
      case 'ModelShader':
        return this.readModelShader(json)
      case 'MotionIndicator':
        return this.readMotionIndicator(json)
      case 'Camera':
        return this.readCamera(json)
      case 'Light':
        this.checkName('Light: unknown lightType', json['lightType'], LIGHT_TYPES)
        return json as unknown as Component
      case 'DataOverlay':
        return this.readDataOverlay(json)
      case 'SubModelRef':
      case 'Animation':
      case 'EntityBinding':
      case 'PlaneGeometry':
        return json as unknown as Component
    }
    this.warn(`Unknown component type ${String(json['type'])}; it is left out`)
    return undefined
  }

  private fatal(message: string): undefined {
    this.problems.fatal(message, this.node)
  }

  private warn(message: string): void {
    this.problems.warn(message, this.node)
  }

  private checkName(label: string, value: unknown, allowed: readonly string[]): void {
    if (!isOneOf(allowed, value)) this.warn(`${label} "${String(value)}"; allowed: ${allowed.join(', ')}`)
  }

  private readModelRef(json: Json): ModelRef | undefined {
    const { modelType, unitOfMeasure } = json
    if (!isOneOf(MODEL_TYPES, modelType)) {
      this.warn(`Unknown model type ${String(modelType)}; allowed: ${MODEL_TYPES.join(', ')}`)
      return undefined
    }
    if (unitOfMeasure !== undefined && METERS[String(unitOfMeasure)] === undefined) {
      const allowed = Object.keys(METERS).join(', ')
      this.warn(
        `unknown unitOfMeasure "${String(unitOfMeasure)}": AWS's viewer hides the model, here meters are used; allowed: ${allowed}`,
      )
    }
    return json as unknown as ModelRef
  }

  private readTag(json: Json): Tag | undefined {
    if (json['ruleBasedMapId'] && !this.ruleOf(json)) return this.reportMissingRule(json)
    const { icon } = json
    if (icon !== undefined && !(isKnownTarget(icon) && readTarget(icon).type === 'icon')) {
      this.warn(`Tag: icon "${String(icon)}" is unknown and is shown as Info; write it as iottwinmaker.common.icon:Info`)
    }
    this.checkRuleBinding('Tag', json)
    return json as unknown as Tag
  }

  private readModelShader(json: Json): ModelShader {
    if (json['ruleBasedMapId'] && !this.ruleOf(json)) {
      this.warn(`ModelShader: Rule#[${String(json['ruleBasedMapId'])}] not found; the model keeps its colour`)
    }
    this.checkRuleBinding('ModelShader', json)
    return json as unknown as ModelShader
  }

  private readMotionIndicator(json: Json): MotionIndicator | undefined {
    const bindings = json['valueDataBindings']
    if (bindings === undefined || bindings === null) return this.fatal('MotionIndicator has no valueDataBindings')
    for (const [name, ruleBinding] of Object.entries(bindings as Json)) {
      if (ruleBinding === null || ruleBinding === undefined) {
        return this.fatal(`MotionIndicator: valueDataBindings.${name} is null`)
      }
      const ruleBindingJson = ruleBinding as Json
      if (ruleBindingJson['ruleBasedMapId'] && !this.ruleOf(ruleBindingJson)) return this.reportMissingRule(ruleBindingJson)
      this.checkRuleBinding(`MotionIndicator ${name}`, ruleBindingJson)
    }
    if (json['config'] === undefined || json['config'] === null) return this.fatal('MotionIndicator has no config')
    this.checkName('MotionIndicator: nothing is drawn for the unknown shape', json['shape'], MOTION_SHAPES)
    return json as unknown as MotionIndicator
  }

  private readCamera(json: Json): Camera | undefined {
    const index = json['cameraIndex']
    if (index === undefined) {
      this.warn('Camera has no cameraIndex; it is left out')
      return undefined
    }
    const { cameras } = this.document
    if ((index as number) < 0 || (index as number) >= cameras.length) {
      return this.fatal(`Invalid scene document: Camera index out of bound ${String(index)}`)
    }
    return { ...cameras[index as number], type: 'Camera' }
  }

  private readDataOverlay(json: Json): DataOverlay | undefined {
    for (const member of ['dataRows', 'valueDataBindings']) {
      const list = json[member]
      if (!Array.isArray(list) || !list.every(isObject)) {
        this.warn(`DataOverlay has no ${member}; it is left out`)
        return undefined
      }
    }
    const overlay = json as unknown as DataOverlay
    const boundNames = new Set(overlay.valueDataBindings.map(({ bindingName }) => bindingName))
    for (const { content } of overlay.dataRows) {
      if (String(content ?? '').length > LIMITS.textLength) {
        this.warn(`DataOverlay has a text of more than ${LIMITS.textLength} characters; it is left out`)
        return undefined
      }
      for (const variable of variablesIn(String(content ?? ''))) {
        if (!boundNames.has(variable)) this.warn(`DataOverlay: \${${variable}} has no binding and is shown as "-"`)
      }
    }
    for (const { bindingName, valueDataBinding } of overlay.valueDataBindings) {
      if (!bindingOf(valueDataBinding, this.document.template)) {
        this.warn(`DataOverlay: "${bindingName}" is not bound to a property; ${BINDING_FORM}`)
      }
    }
    return overlay
  }

  private ruleOf(json: Json): Rule | undefined {
    const id = String(json['ruleBasedMapId'])
    return Object.hasOwn(this.document.rules, id) ? this.document.rules[id] : undefined
  }

  private reportMissingRule(json: Json): undefined {
    return this.fatal(`Invalid scene document: Rule#[${String(json['ruleBasedMapId'])}] not found`)
  }

  /** Warn of a rule that never gets the value it asks for. AWS's viewer reports nothing. */
  private checkRuleBinding(label: string, json: Json): void {
    const rule = this.ruleOf(json)
    const binding = bindingOf(json['valueDataBinding'] as ValueDataBinding | undefined, this.document.template)
    if (!binding) {
      if (rule) this.warn(`${label} has a rule and is not bound to a property, so it never changes; ${BINDING_FORM}`)
      return
    }
    const property = escapeName(binding.propertyName)
    const statements: unknown = rule?.statements
    for (const statement of Array.isArray(statements) ? (statements as (Json | null)[]) : []) {
      for (const name of namesIn(String(statement?.['expression']).replace(binding.propertyName, property))) {
        if (name !== property) {
          this.warn(`${label}: its rule uses "${name}", but only the bound property "${binding.propertyName}" has a value`)
        }
      }
    }
  }
}

/** Reads the components of a node of a scene document that was checked. */

import type { Camera, Component } from './document'
import { COMPONENT_MEMBERS, LIMITS, MODEL_TYPES } from './facts'
import { isObject, isOneOf, type Json } from './problems'

export class ComponentReader {
  constructor(private readonly cameras: readonly unknown[]) {}

  /** Read a component. @returns undefined for one that is left out. */
  read(component: unknown): Component | undefined {
    if (!isObject(component) || !Object.hasOwn(COMPONENT_MEMBERS, String(component['type']))) return undefined
    switch (component['type']) {
      case 'ModelRef':
        return isOneOf(MODEL_TYPES, component['modelType']) ? (component as unknown as Component) : undefined
      case 'Camera':
        return this.readCamera(component['cameraIndex'])
      case 'DataOverlay':
        return hasContent(component) ? (component as unknown as Component) : undefined
    }
    return component as unknown as Component
  }

  private readCamera(index: unknown): Camera | undefined {
    const isIndex = typeof index === 'number' || typeof index === 'string'
    const settings = isIndex ? this.cameras[Number(index)] : undefined
    return isObject(settings) ? { ...settings, type: 'Camera' } : undefined
  }
}

function hasContent({ dataRows, valueDataBindings }: Json): boolean {
  const isComplete = [dataRows, valueDataBindings].every((list) => Array.isArray(list) && list.every(isObject))
  return isComplete && (dataRows as readonly Json[]).every(({ content }) => String(content ?? '').length <= LIMITS.textLength)
}

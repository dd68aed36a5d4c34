/** Checks nodes and components of scene documents. */

import { variablesIn } from '../bindings'
import type { Path } from '../document'
import { COMPONENT_MEMBERS, LIMITS, MODEL_TYPES, NODE_MEMBERS, NUMERIC_TEXT } from '../facts'
import { isObject, isOneOf, listMember, mapMember, type Json, type Problems } from '../problems'
import type { MemberChecker } from './members'
import { formatNumber, quoteValue } from './wording'

/** Check nodes and their components, and the light that they need. */
export function checkNodes(problems: Problems, members: MemberChecker, document: Json): void {
  const { transform: transformMember, ...nodeMembers } = NODE_MEMBERS
  for (const [index, node] of listMember(document, 'nodes').entries()) {
    const path: Path = ['nodes', index]
    if (!isObject(node)) {
      problems.add('node-form', path, { index, value: quoteValue(node) })
      continue
    }
    const { transform, layout: _, ...known } = node
    if (transform === undefined || transform === null) problems.add('no-transform', path, { name: labelOf(node, index) })
    else members.checkValue(transform, transformMember!, [...path, 'transform'], 'transform')
    members.check(known, nodeMembers, path, 'a node')
    for (const [position, component] of listMember(node, 'components').entries()) {
      checkComponent(problems, members, document, component, [...path, 'components', position])
    }
  }
  const cameraCount = listMember(document, 'cameras').length
  const defaultCamera = document['defaultCameraIndex']
  // AWS's samples have 0 in scenes without cameras.
  if (typeof defaultCamera === 'number' && Number.isInteger(defaultCamera) && defaultCamera >= Math.max(cameraCount, 1)) {
    problems.add('default-camera', ['defaultCameraIndex'], { value: quoteValue(defaultCamera), count: cameraCount })
  }
  checkLight(problems, document)
}

/** A node as messages name it. */
export function labelOf(node: unknown, index: number): string {
  const name = isObject(node) ? node['name'] : undefined
  return typeof name === 'string' && name ? quoteValue(name) : `#${index}`
}

/** The components of a document with their paths; those that are no mappings are skipped. */
export function componentsOf(document: Json): readonly [Path, Json][] {
  return listMember(document, 'nodes').flatMap((node, index) =>
    listMember(node, 'components').flatMap((component, position): [Path, Json][] =>
      isObject(component) ? [[['nodes', index, 'components', position], component]] : [],
    ),
  )
}

/** An index as AWS's viewer reads it; undefined if it is none. */
export function indexOf(value: unknown, count: number): number | undefined {
  const isIndex = typeof value === 'string' ? /^(0|[1-9][0-9]{0,8})$/.test(value) : Number.isInteger(value)
  const index = Number(value)
  return isIndex && index >= 0 && index < count ? index : undefined
}

function checkComponent(problems: Problems, members: MemberChecker, document: Json, component: unknown, path: Path): void {
  if (!isObject(component)) {
    const values = { index: path.at(-1)!, value: quoteValue(component) }
    return problems.add('component-form', path, values, component === null ? 'fatal' : 'error')
  }
  const type = component['type']
  const own = typeof type === 'string' && Object.hasOwn(COMPONENT_MEMBERS, type) ? COMPONENT_MEMBERS[type] : undefined
  if (!own || typeof type !== 'string') {
    const allowed = Object.keys(COMPONENT_MEMBERS).join(', ')
    return problems.add('component-type', path, { value: quoteValue(type), allowed })
  }
  const { cameraIndex, ...rest } = component
  if (type === 'Camera' && cameraIndex !== undefined && cameraIndex !== null) {
    checkCameraIndex(problems, listMember(document, 'cameras').length, cameraIndex, [...path, 'cameraIndex'])
    const { cameraIndex: _, ...others } = own
    members.check(rest, others, path, `a component ${type}`, type)
  } else members.check(component, own, path, `a component ${type}`, type)
  if (type === 'MotionIndicator') {
    for (const [name, binding] of Object.entries(mapMember(component, 'valueDataBindings'))) {
      if (binding === null) problems.add('missing-stops-viewer', path, { component: type, name: `valueDataBindings.${name}` })
    }
  }
  if (type === 'DataOverlay') checkOverlay(problems, component, path)
}

function checkCameraIndex(problems: Problems, count: number, index: unknown, path: Path): void {
  const values = { value: quoteValue(index), count }
  if (indexOf(index, count) === undefined) {
    // AWS's viewer takes what it cannot compare with a number, and has no camera then.
    const isComparable = typeof index === 'string' ? NUMERIC_TEXT.test(index) : typeof index !== 'object'
    const isOutside = isComparable && !(Number(index) >= 0 && Number(index) < count)
    problems.add('camera-index', path, values, isOutside ? 'fatal' : 'error')
  } else if (typeof index === 'string') problems.add('camera-index', path, values, 'warning')
}

function checkOverlay(problems: Problems, component: Json, path: Path): void {
  const bindings = listMember(component, 'valueDataBindings').filter(isObject)
  const boundNames = new Set(bindings.map(({ bindingName }) => bindingName))
  for (const [index, row] of listMember(component, 'dataRows').entries()) {
    const content = isObject(row) ? row['content'] : undefined
    if (typeof content !== 'string') continue
    const contentPath = [...path, 'dataRows', index, 'content']
    if (content.length > LIMITS.textLength) {
      const values = { length: formatNumber(content.length), limit: formatNumber(LIMITS.textLength) }
      problems.add('costly-text', contentPath, values)
      continue
    }
    for (const name of new Set(variablesIn(content))) {
      if (!boundNames.has(name) && Array.isArray(component['valueDataBindings'])) {
        problems.add('unbound-variable', contentPath, { name: quoteValue(`\${${name}}`) })
      }
    }
  }
}

function checkLight(problems: Problems, document: Json): void {
  const { environmentPreset, sceneRootEntityId } = mapMember(document, 'properties')
  if (environmentPreset || sceneRootEntityId) return // an unknown preset is reported itself; entities may be lights
  const components = componentsOf(document).map(([, component]) => component)
  const needsLight = ({ type, modelType }: Json): boolean =>
    type === 'PlaneGeometry' || (type === 'ModelRef' && isOneOf(MODEL_TYPES, modelType))
  if (!components.some(({ type }) => type === 'Light') && components.some(needsLight)) {
    problems.add('unlit-scene', ['properties'])
  }
}

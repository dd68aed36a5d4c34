/**
 * What AWS documents of scene documents: the data that the Python package checks definitions by.
 *
 * Only the groups that the page needs at run time are exported as values; the rest is for types.
 */

import facts, {
  bindings,
  cameras,
  colorNames,
  colorPattern,
  cssColorPattern,
  environmentPresets,
  hexColor,
  icons,
  lightTypes,
  limits,
  modelTypes,
  motionShapes,
  node,
  numericText,
  overlays,
  parts,
  properties,
  specVersion,
  targets,
  units,
} from '../../../twin_stack/twinmaker/scene_facts.json'
import { expected } from '../../../twin_stack/twinmaker/scene_problems.json'
import type { Level } from './document'

/** A member of a part of a scene document. */
export interface Member {
  readonly type: string
  readonly required?: boolean
  readonly drawn?: boolean
  /** Name of the part that a map is, or that the items of a list are. */
  readonly of?: string
  /** Level of the problem if a required member is missing. */
  readonly missing?: Level
  /** Level of the problem if it has another type. */
  readonly wrong?: Level
  /** Whether AWS's viewer takes 0, false and an empty text as none. */
  readonly lenient?: boolean
  readonly expected?: string
}
export type Members = Readonly<Record<string, Member>>

export type ComponentName = keyof typeof facts.components
export type MembersOf<Name extends ComponentName> = keyof (typeof facts.components)[Name]['members']
export type Icon = keyof typeof icons
export type ModelType = keyof typeof modelTypes
export type Vector = readonly [number, number, number]
export type EnvironmentPreset = keyof typeof environmentPresets

const namesOf = <Name extends string>(group: Readonly<Record<Name, unknown>>): readonly Name[] => Object.keys(group) as Name[]

export const ICONS = namesOf(icons)
export const MODEL_TYPES = namesOf(modelTypes)
export const LIGHT_TYPES = namesOf(lightTypes)
export const MOTION_SHAPES = namesOf(motionShapes)
export const ENVIRONMENT_PRESETS = namesOf(environmentPresets)

/** Prefixes of a rule's targets. That of a number is the whole target. */
export const TARGETS = targets
export const LIMITS = limits
export const SPEC_VERSION = specVersion
export const TRANSFORM_DEFAULTS = node.transform as unknown as Readonly<Record<'position' | 'rotation' | 'scale', Vector>>
export const CAMERA_DEFAULTS = cameras.defaults
export const LIGHT_DEFAULTS = lightTypes
export const FOG_DEFAULTS = properties.fogSettings
export const GROUND_DEFAULTS = properties.groundPlaneSettings

/** Metres by the name of a unit of length. */
export const METERS: Readonly<Record<string, number>> = units

export const DOCUMENT_MEMBERS = facts.document.members as Members
export const NODE_MEMBERS = node.members as Members
export const PROPERTY_MEMBERS = properties.members as Members
export const COMPONENT_MEMBERS = Object.fromEntries(
  Object.entries(facts.components).map(([name, { members }]) => [name, members as Members]),
)

/** Members of what maps and lists contain, by name of the part. */
export const PARTS = {
  ...parts,
  ...properties.settings,
  camera: cameras.members,
  binding: bindings.members,
  bindingContext: bindings.context,
} as unknown as Readonly<Record<string, Members>>

/** Values that are allowed, by type of a member that has a list of them. */
export const ALLOWED_NAMES: Readonly<Record<string, readonly string[]>> = {
  unit: namesOf(units),
  modelType: MODEL_TYPES,
  lightType: LIGHT_TYPES,
  motionShape: MOTION_SHAPES,
  overlayType: namesOf(overlays.subTypes),
  rowType: namesOf(overlays.rowTypes),
  cameraType: namesOf(cameras.types),
  environmentPreset: ENVIRONMENT_PRESETS,
}

/** What members take, in words, by type. */
export const EXPECTED: Readonly<Record<string, string>> = expected
/** The targets that are icons. */
export const KNOWN_ICONS: readonly string[] = ICONS.map((icon) => targets.icon + icon)
/** The colours that AWS's viewer draws, beside the names. */
export const COLOR = new RegExp(colorPattern)
/** What colours of icons may be beside these. */
export const CSS_COLOR = new RegExp(cssColorPattern, 'i')
export const COLOR_NAMES: ReadonlySet<string> = new Set(colorNames)
/** A text that JavaScript reads as a number. */
export const NUMERIC_TEXT = new RegExp(numericText)

/** The colours that settings of fog, background and ground accept: `#rrggbb`. */
export const HEX_COLOR = new RegExp(hexColor)

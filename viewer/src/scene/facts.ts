/**
 * What AWS documents of scene documents: the data that the Python package checks definitions by.
 *
 * Only the groups that the page needs at run time are exported as values; the rest is for types.
 */

import facts, {
  cameras,
  environmentPresets,
  hexColor,
  icons,
  lightTypes,
  limits,
  modelTypes,
  motionShapes,
  node,
  properties,
  specVersion,
  targets,
  units,
} from '../../../twin_stack/twinmaker/scene_facts.json'

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

/** The colours that settings of fog, background and ground accept: `#rrggbb`. */
export const HEX_COLOR = new RegExp(hexColor)

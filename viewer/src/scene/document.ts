/** Types of a scene document that is read and checked: nodes are nested, cameras and rules are looked up. */

import type { Template, ValueDataBinding } from './bindings'
import type { ModelType, Vector } from './facts'
import type { Rule } from './rules'

/** A fatal problem loses the whole scene, an error the part that has it; after a warning all is shown. */
export type Level = 'fatal' | 'error' | 'warning'

/** Keys and indexes from the document to a value. */
export type Path = readonly (string | number)[]

export interface Problem {
  readonly level: Level
  readonly message: string
  /** What to do about it. */
  readonly remedy?: string
  /** Its kind, of a problem of the document. */
  readonly kind?: string
  /** Where it is in the document. */
  readonly path?: Path
  /** Name of the node that has the problem, or `node#[index]` if it has no name. */
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
  /** Vertical field of view in degrees. */
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

/** A node with its children. */
export interface DocumentNode {
  readonly name: string
  readonly transform: Transform
  readonly components: readonly Component[]
  readonly children: readonly DocumentNode[]
  readonly alwaysVisible?: boolean
}

/** The `properties` of a scene that the page reads. */
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
  readonly roots: readonly DocumentNode[]
  readonly rules: Readonly<Record<string, Rule>>
  readonly properties: Properties
}

export interface ReadResult {
  /** Absent after a fatal problem. */
  readonly scene?: SceneDocument
  readonly problems: readonly Problem[]
}

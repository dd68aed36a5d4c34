/** The environment of a scene: ambient light, fog, background and ground. */

import {
  Color,
  DataTexture,
  DoubleSide,
  EquirectangularReflectionMapping,
  FloatType,
  Fog,
  LightProbe,
  LinearFilter,
  Mesh,
  MeshStandardMaterial,
  PlaneGeometry,
  PMREMGenerator,
  RGBAFormat,
  SphericalHarmonics3,
  Vector3,
} from 'three'
import { disposeOf } from '../assets'
import type { SceneContext } from '../context'
import type { DocumentNode } from '../document'
import { FOG_DEFAULTS, GROUND_DEFAULTS, HEX_COLOR, type EnvironmentPreset } from '../facts'
import { KeyLight } from './key_light'
import { applyTexture } from './plane'

/** Add what surrounds a scene. @returns Its main light, unless the document has lights alone. */
export function addEnvironment(context: SceneContext): KeyLight | undefined {
  const { environmentPreset, fogSettings, sceneBackgroundSettings, groundPlaneSettings } = context.document.properties
  const { scene } = context.stage
  context.onDispose(() => {
    scene.environment = scene.fog = scene.background = null
  })
  const hasSky = environmentPreset !== undefined && environmentPreset in SKIES
  // AWS's viewer draws a scene without any light black; reading the document has warned of it.
  const isUnlit = !hasSky && !context.document.roots.some(hasLight)
  const sky = hasSky ? (environmentPreset as EnvironmentPreset) : isUnlit ? 'neutral' : undefined
  const keyLight = sky && addSkyLight(context, sky)

  if (fogSettings) {
    const { color = '', near = 0, far = 0 } = fogSettings
    scene.fog = new Fog(
      HEX_COLOR.test(color) ? color : FOG_DEFAULTS.color,
      near > 0 ? near : FOG_DEFAULTS.near,
      far > 0 ? far : FOG_DEFAULTS.far,
    )
  }
  const { color: background, textureUri } = sceneBackgroundSettings ?? {}
  if (background && HEX_COLOR.test(background)) scene.background = new Color(background)
  if (textureUri) context.addFile(undefined, () => loadBackground(context, textureUri), ({ message }) => message)
  if (groundPlaneSettings) addGround(context, groundPlaneSettings)
  return keyLight
}

function hasLight(node: DocumentNode): boolean {
  return node.components.some(({ type }) => type === 'Light') || node.children.some(hasLight)
}

async function loadBackground(context: SceneContext, uri: string): Promise<void> {
  const texture = await context.assets.texture(uri)
  if (context.isDisposed) return texture.dispose()
  context.stage.scene.background = texture
  context.onDispose(() => texture.dispose())
  context.stage.invalidate()
}

function addGround(context: SceneContext, settings: { color?: string; opacity?: number; textureUri?: string }): void {
  const { color, opacity: setOpacity = GROUND_DEFAULTS.opacity, textureUri } = settings
  const opacity = setOpacity >= 0 && setOpacity <= 1 ? setOpacity : GROUND_DEFAULTS.opacity
  const material = new MeshStandardMaterial({ side: DoubleSide, transparent: opacity !== 1, opacity })
  if (color) material.color.set(HEX_COLOR.test(color) ? color : GROUND_DEFAULTS.color)
  const ground = new Mesh(new PlaneGeometry(1000, 1000).rotateX(-Math.PI / 2), material)
  ground.raycast = () => undefined
  ground.receiveShadow = true
  context.stage.scene.add(ground)
  context.onDispose(() => {
    context.stage.scene.remove(ground)
    disposeOf(ground)
  })
  if (textureUri) context.addFile(undefined, () => applyTexture(context, material, textureUri), ({ message }) => message)
}

type Rgb = readonly [number, number, number]
/** Colour of the sky in a direction: `up` from -1 to 1, `around` from 0 to 1. */
type Sky = (up: number, around: number) => Rgb

/** Brightness of a lamp in the sky at a direction, 1 at its center. */
const lamp = (up: number, around: number, lampUp: number, lampAround: number, size: number): number => {
  const sideways = Math.min(Math.abs(around - lampAround), 1 - Math.abs(around - lampAround)) * 4
  return Math.exp(-((up - lampUp) ** 2 + sideways ** 2) / size)
}

/** A sky without its brightest lamp, and that lamp. */
interface SkyParts {
  readonly rest: Sky
  readonly key: Sky
}

// Computed, because AWS's three images weigh 1.2 MB.
const SKIES = {
  neutral: {
    rest: (up, around) => {
      const light = 0.3 + 0.15 * up + 0.6 * lamp(up, around, 0.5, 0.7, 0.2)
      return [light, light, light]
    },
    key: (up, around) => {
      const light = 1.2 * lamp(up, around, 0.8, 0.2, 0.15)
      return [light, light, light]
    },
  },
  directional: {
    rest: (up) => {
      const light = 0.25 + 0.1 * up
      return [light, light, light]
    },
    key: (up, around) => {
      const light = 6 * lamp(up, around, 0.6, 0.15, 0.06)
      return [light, light, light]
    },
  },
  chromatic: {
    rest: (up, around) => {
      const cold = 2.5 * lamp(up, around, 0.4, 0.6, 0.2)
      const base = 0.4 + 0.2 * up
      return [base, base + 0.5 * cold, base + cold]
    },
    key: (up, around) => {
      const warm = 2.5 * lamp(up, around, 0.4, 0.1, 0.2)
      return [warm, 0.6 * warm, 0.3 * warm]
    },
  },
} satisfies Record<EnvironmentPreset, SkyParts>

/** Light the scene with a sky. Its brightest lamp is a light of its own, because it has shadows. */
function addSkyLight(context: SceneContext, preset: EnvironmentPreset): KeyLight {
  const { rest, key } = SKIES[preset]
  if (context.stage.hasGpu) addEnvironmentMap(context, rest)
  else addLightProbe(context, rest)
  const { direction, intensity, color } = mainLight(key)
  return new KeyLight(context, direction, intensity, color)
}

/** The light that shines from one direction as strongly as a sky does. */
function mainLight(sky: Sky): { direction: Vector3; intensity: number; color: Color } {
  const direction = new Vector3()
  const total = new Vector3()
  forEachSkyPixel(sky, (rgb, x, _, up) => {
    const light = new Vector3(...rgb).multiplyScalar(solidAngleOf(up))
    total.add(light)
    direction.addScaledVector(directionOf(x, up), light.x + light.y + light.z)
  })
  const strongest = Math.max(...total.toArray())
  return { direction: direction.normalize(), intensity: strongest, color: new Color(...total.divideScalar(strongest).toArray()) }
}

/** Size of the sky's image in pixels. */
const [WIDTH, HEIGHT] = [64, 32]

function forEachSkyPixel(sky: Sky, visit: (color: Rgb, x: number, y: number, up: number) => void): void {
  for (let y = 0; y < HEIGHT; y++) {
    const up = Math.sin(((y + 0.5) / HEIGHT - 0.5) * Math.PI)
    for (let x = 0; x < WIDTH; x++) visit(sky(up, (x + 0.5) / WIDTH), x, y, up)
  }
}

function directionOf(x: number, up: number): Vector3 {
  const longitude = ((x + 0.5) / WIDTH - 0.5) * 2 * Math.PI
  const horizontal = Math.sqrt(1 - up * up)
  return new Vector3(Math.cos(longitude) * horizontal, up, Math.sin(longitude) * horizontal)
}

function solidAngleOf(up: number): number {
  return ((2 * Math.PI) / WIDTH) * (Math.PI / HEIGHT) * Math.sqrt(1 - up * up)
}

/** Light the scene with the sky as an environment map, which materials reflect. Takes seconds with software WebGL. */
function addEnvironmentMap({ stage, onDispose }: SceneContext, sky: Sky): void {
  const data = new Float32Array(WIDTH * HEIGHT * 4)
  forEachSkyPixel(sky, (color, x, y) => data.set([...color, 1], (y * WIDTH + x) * 4))
  const image = new DataTexture(data, WIDTH, HEIGHT, RGBAFormat, FloatType, EquirectangularReflectionMapping)
  image.minFilter = image.magFilter = LinearFilter
  image.needsUpdate = true
  const generator = new PMREMGenerator(stage.renderer)
  let target = generator.fromEquirectangular(image)
  stage.scene.environment = target.texture
  // The map is drawn by the graphics card, which has lost it.
  const stop = stage.onContextRestored(() => {
    target = new PMREMGenerator(stage.renderer).fromEquirectangular(image)
    stage.scene.environment = target.texture
  })
  onDispose(() => {
    stop()
    target.dispose()
    generator.dispose()
    image.dispose()
  })
}

/** Light the scene with the sky as a light probe, without reflections. */
function addLightProbe({ stage, onDispose }: SceneContext, sky: Sky): void {
  const probe = new LightProbe()
  const basis: number[] = []
  forEachSkyPixel(sky, (color, x, _, up) => {
    SphericalHarmonics3.getBasisAt(directionOf(x, up), basis)
    const weight = solidAngleOf(up)
    probe.sh.coefficients.forEach((coefficient, i) => coefficient.addScaledVector(new Vector3(...color), basis[i]! * weight))
  })
  stage.scene.add(probe)
  onDispose(() => stage.scene.remove(probe))
}

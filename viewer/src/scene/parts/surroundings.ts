/** Properties of a scene that all of it shows: light from around, fog, background, ground. */

import {
  Color,
  DataTexture,
  DoubleSide,
  EquirectangularReflectionMapping,
  FloatType,
  Fog,
  HemisphereLight,
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
import type { SceneNode } from '../document'
import { FOG_DEFAULTS, GROUND_DEFAULTS, HEX_COLOR, type EnvironmentPreset } from '../facts'
import type { World } from '../world'
import { paper } from './plane'

export function addSurroundings(world: World): void {
  const { environmentPreset, fogSettings, sceneBackgroundSettings, groundPlaneSettings } = world.document.properties
  const { scene } = world.stage
  world.onRelease(() => {
    scene.environment = scene.fog = scene.background = null
  })
  if (environmentPreset && environmentPreset in SKIES) lightFromAround(world, environmentPreset as EnvironmentPreset)
  else if (!world.document.roots.some(hasLight)) addLampForTheDark(world)

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
  if (textureUri) world.work(undefined, hang(world, textureUri))
  if (groundPlaneSettings) addGround(world, groundPlaneSettings)
}

function hasLight(node: SceneNode): boolean {
  return node.components.some(({ type }) => type === 'Light') || node.children.some(hasLight)
}

/** AWS's viewer draws a scene without any light black. Here it is dim, and a warning says why. */
function addLampForTheDark(world: World): void {
  const light = new HemisphereLight('#ffffff', '#666666', 2)
  world.stage.scene.add(light)
  world.onRelease(() => world.stage.scene.remove(light))
}

async function hang(world: World, uri: string): Promise<void> {
  const texture = await world.assets.texture(uri)
  if (world.isOver) return texture.dispose()
  world.stage.scene.background = texture
  world.onRelease(() => texture.dispose())
  world.stage.invalidate()
}

function addGround(world: World, settings: { color?: string; opacity?: number; textureUri?: string }): void {
  const { color, opacity = GROUND_DEFAULTS.opacity, textureUri } = settings
  const seen = opacity >= 0 && opacity <= 1 ? opacity : GROUND_DEFAULTS.opacity
  const material = new MeshStandardMaterial({ side: DoubleSide, transparent: seen !== 1, opacity: seen })
  if (color) material.color.set(HEX_COLOR.test(color) ? color : GROUND_DEFAULTS.color)
  const ground = new Mesh(new PlaneGeometry(1000, 1000).rotateX(-Math.PI / 2), material)
  ground.raycast = () => undefined
  world.stage.scene.add(ground)
  world.onRelease(() => {
    world.stage.scene.remove(ground)
    disposeOf(ground)
  })
  if (textureUri) world.work(undefined, paper(world, material, textureUri))
}

/** Brightness and colour of the sky in a direction: up from -1 to 1, around from 0 to 1. */
type Sky = (up: number, around: number) => readonly [number, number, number]

const lamp = (up: number, around: number, atUp: number, atAround: number, size: number): number => {
  const aside = Math.min(Math.abs(around - atAround), 1 - Math.abs(around - atAround)) * 4
  return Math.exp(-((up - atUp) ** 2 + aside ** 2) / size)
}

// Computed, not photographed: AWS's three pictures weigh 1.2 MB.
const SKIES = {
  neutral: (up, around) => {
    const light = 0.3 + 0.15 * up + 1.2 * lamp(up, around, 0.8, 0.2, 0.15) + 0.6 * lamp(up, around, 0.5, 0.7, 0.2)
    return [light, light, light]
  },
  directional: (up, around) => {
    const light = 0.25 + 0.1 * up + 6 * lamp(up, around, 0.6, 0.15, 0.06)
    return [light, light, light]
  },
  chromatic: (up, around) => {
    const warm = 2.5 * lamp(up, around, 0.4, 0.1, 0.2)
    const cold = 2.5 * lamp(up, around, 0.4, 0.6, 0.2)
    const base = 0.4 + 0.2 * up
    return [base + warm, base + 0.6 * warm + 0.5 * cold, base + 0.3 * warm + cold]
  },
} satisfies Record<EnvironmentPreset, Sky>

function lightFromAround(world: World, preset: EnvironmentPreset): void {
  if (world.stage.hasGraphicsCard) mirrorSky(world, SKIES[preset])
  else glowFromSky(world, SKIES[preset])
}

const [WIDTH, HEIGHT] = [64, 32]

/** Calls `use` for each patch of the sky: its colour, where it is, and how far up. */
function paintSky(sky: Sky, use: (color: readonly [number, number, number], x: number, y: number, up: number) => void): void {
  for (let y = 0; y < HEIGHT; y++) {
    const up = Math.sin(((y + 0.5) / HEIGHT - 0.5) * Math.PI)
    for (let x = 0; x < WIDTH; x++) use(sky(up, (x + 0.5) / WIDTH), x, y, up)
  }
}

/** The sky as what materials mirror: the way it should be, and seconds of work without a graphics card. */
function mirrorSky({ stage, onRelease }: World, sky: Sky): void {
  const data = new Float32Array(WIDTH * HEIGHT * 4)
  paintSky(sky, (color, x, y) => data.set([...color, 1], (y * WIDTH + x) * 4))
  const picture = new DataTexture(data, WIDTH, HEIGHT, RGBAFormat, FloatType, EquirectangularReflectionMapping)
  picture.minFilter = picture.magFilter = LinearFilter
  picture.needsUpdate = true
  const generator = new PMREMGenerator(stage.renderer)
  const target = generator.fromEquirectangular(picture)
  generator.dispose()
  picture.dispose()
  stage.scene.environment = target.texture
  onRelease(() => target.dispose())
}

/** The sky as light from all sides, without reflections. */
function glowFromSky({ stage, onRelease }: World, sky: Sky): void {
  const probe = new LightProbe()
  const basis: number[] = []
  paintSky(sky, (color, x, _, up) => {
    const around = ((x + 0.5) / WIDTH - 0.5) * 2 * Math.PI
    const aside = Math.sqrt(1 - up * up)
    SphericalHarmonics3.getBasisAt(new Vector3(Math.cos(around) * aside, up, Math.sin(around) * aside), basis)
    const area = ((2 * Math.PI) / WIDTH) * (Math.PI / HEIGHT) * aside
    probe.sh.coefficients.forEach((coefficient, i) => coefficient.addScaledVector(new Vector3(...color), basis[i]! * area))
  })
  stage.scene.add(probe)
  onRelease(() => stage.scene.remove(probe))
}

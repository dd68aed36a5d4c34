/** Light: the four kinds of it. */

import { AmbientLight, DirectionalLight, HemisphereLight, PointLight, type Light as ThreeLight } from 'three'
import type { Light } from '../document'
import { LIGHT_DEFAULTS } from '../facts'
import type { Placed, World } from '../world'

/** Brightness in scenes is that of three's lights before r155, which were PI times as bright and did not fade. */
const BEFORE_R155 = Math.PI

export function addLight(world: World, placed: Placed, component: Light): void {
  const light = lightOf(component)
  if (!light) return
  placed.group.add(light)
  world.onRelease(() => light.dispose())
}

function lightOf({ lightType, lightSettings = {} }: Light): ThreeLight | undefined {
  const settings = { ...LIGHT_DEFAULTS.Hemisphere, ...LIGHT_DEFAULTS.Point, ...lightSettings }
  const { color, groundColor, distance, castShadow } = settings
  const intensity = settings.intensity * BEFORE_R155
  switch (lightType) {
    case 'Ambient':
      return new AmbientLight(color, intensity)
    case 'Hemisphere':
      return new HemisphereLight(color, groundColor, intensity)
    case 'Directional':
      return shadowed(new DirectionalLight(color, intensity), castShadow, 10)
    case 'Point':
      return shadowed(new PointLight(color, intensity, distance, 0), castShadow, 100)
  }
  return undefined
}

function shadowed<T extends DirectionalLight | PointLight>(light: T, castShadow: boolean, reach: number): T {
  light.castShadow = castShadow
  light.shadow.bias = 0.0001
  const camera = light.shadow.camera
  if ('left' in camera) Object.assign(camera, { left: -reach, right: reach, top: reach, bottom: -reach })
  Object.assign(camera, { near: 0.1, far: 1000 })
  light.shadow.mapSize.set(2048, 2048)
  return light
}

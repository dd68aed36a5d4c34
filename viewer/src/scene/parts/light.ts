/** Light: the four types of lights. */

import { AmbientLight, DirectionalLight, HemisphereLight, PointLight, type Light as ThreeLight, type Object3D } from 'three'
import type { SceneContext } from '../context'
import type { Light } from '../document'
import { LIGHT_DEFAULTS } from '../facts'
import type { SceneNode } from '../node'

/** Scenes are made for three.js before r155, whose lights were PI times as bright and did not decay. */
const LEGACY_INTENSITY_FACTOR = Math.PI

/** Whether an object has a light, such as a model with the extension KHR_lights_punctual. */
export function hasLight(object: Object3D): boolean {
  let isLit = false
  object.traverse((child) => (isLit ||= 'isLight' in child))
  return isLit
}

export function addLight(context: SceneContext, node: SceneNode, component: Light): void {
  const light = createLight(component)
  if (!light) return
  node.group.add(light)
  context.onDispose(() => light.dispose())
}

function createLight({ lightType, lightSettings }: Light): ThreeLight | undefined {
  const settings = { ...LIGHT_DEFAULTS.Hemisphere, ...LIGHT_DEFAULTS.Point, ...lightSettings }
  const { color, groundColor, distance, castShadow } = settings
  const intensity = settings.intensity * LEGACY_INTENSITY_FACTOR
  switch (lightType) {
    case 'Ambient':
      return new AmbientLight(color, intensity)
    case 'Hemisphere':
      return new HemisphereLight(color, groundColor, intensity)
    case 'Directional':
      return withShadow(new DirectionalLight(color, intensity), castShadow, 10)
    case 'Point':
      return withShadow(new PointLight(color, intensity, distance, 0), castShadow, 100)
  }
  return undefined
}

function withShadow<T extends DirectionalLight | PointLight>(light: T, castShadow: boolean, extent: number): T {
  light.castShadow = castShadow
  light.shadow.bias = 0.0001
  const camera = light.shadow.camera
  if ('left' in camera) Object.assign(camera, { left: -extent, right: extent, top: extent, bottom: -extent })
  Object.assign(camera, { near: 0.1, far: 1000 })
  light.shadow.mapSize.set(2048, 2048)
  return light
}

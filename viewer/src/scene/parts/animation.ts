/** Animation: clips of a model that a node names. */

import { AnimationMixer, type AnimationClip, type Object3D } from 'three'
import type { Animation, SceneNode } from '../document'
import type { World } from '../world'

export function animate(world: World, node: SceneNode, object: Object3D, clips: readonly AnimationClip[]): void {
  const component = node.components.find((one): one is Animation => one.type === 'Animation')
  const wanted = component?.currentAnimations ?? []
  const found = clips.filter(({ name }) => wanted.includes(name))
  for (const name of wanted) {
    if (!clips.some((clip) => clip.name === name)) world.warn(`Animation: the model has no "${name}"`, node)
  }
  if (!found.length || matchMedia('(prefers-reduced-motion: reduce)').matches) return
  const mixer = new AnimationMixer(object)
  for (const clip of found) mixer.clipAction(clip).play()
  const stop = world.stage.keepMoving((now) => mixer.setTime(now / 1000))
  world.onRelease(() => {
    stop()
    mixer.stopAllAction()
    mixer.uncacheRoot(object)
  })
}

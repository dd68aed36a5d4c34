/** Animation: plays the clips of a model that a node names. */

import { AnimationMixer, type AnimationClip, type Object3D } from 'three'
import type { SceneContext } from '../context'
import type { DocumentNode } from '../document'

/** Play some clips of a model, unless the user wants less motion. */
export function playAnimations(
  context: SceneContext,
  node: DocumentNode,
  object: Object3D,
  clips: readonly AnimationClip[],
  names: readonly string[],
): void {
  const selectedClips = clips.filter(({ name }) => names.includes(name))
  for (const name of names) {
    if (!clips.some((clip) => clip.name === name)) context.warn(`Animation: the model has no clip "${name}"`, node)
  }
  if (!selectedClips.length || matchMedia('(prefers-reduced-motion: reduce)').matches) return
  const mixer = new AnimationMixer(object)
  for (const clip of selectedClips) mixer.clipAction(clip).play()
  const { stage } = context
  const stop = stage.animate((now) => {
    mixer.setTime(now / 1000)
    if (stage.hasGpu) stage.renderer.shadowMap.needsUpdate = true
  })
  context.onDispose(() => {
    stop()
    mixer.stopAllAction()
    mixer.uncacheRoot(object)
  })
}

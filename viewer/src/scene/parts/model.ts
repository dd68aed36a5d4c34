/** ModelRef and SubModelRef: models, and parts of models that are nodes of their own. */

import { type AnimationClip, BoxGeometry, Mesh, MeshStandardMaterial, PropertyBinding, SkinnedMesh, type Material, type Object3D } from 'three'
import { clone } from 'three/addons/utils/SkeletonUtils.js'
import { disposeOf } from '../assets'
import type { SceneContext } from '../context'
import type { Animation, ModelRef, SubModelRef } from '../document'
import { METERS } from '../facts'
import { ModelFileError } from '../gltf'
import type { SceneNode } from '../node'

/** Add a model to its node. Until it can be read, a red cube is in its place. */
export function addModel(context: SceneContext, node: SceneNode, component: ModelRef): void {
  let placeholder: Object3D | undefined
  const load = async (): Promise<void> => {
    const object = await loadModel(context, node, component)
    placeholder?.removeFromParent()
    if (object) placeModel(context, node, component, object)
  }
  context.addFile(node.definition, load, (error) => {
    if (!placeholder && !context.isDisposed) {
      placeholder = createPlaceholder(context)
      placeModel(context, node, component, { root: placeholder }, true)
    }
    const { message } = error
    return error instanceof ModelFileError ? `file "${component.uri}" ${message}` : `Could not load ${component.uri}: ${message}`
  })
}

interface LoadedModel {
  readonly root: Object3D
  /** Plays the clips that the node names, once the model is in the scene. */
  readonly play?: (() => void) | undefined
}

/** Load a model; undefined for tiles, which place themselves. */
async function loadModel(context: SceneContext, node: SceneNode, component: ModelRef): Promise<LoadedModel | undefined> {
  if (component.modelType === 'Tiles3D') {
    const { addTiles } = await import('./tiles')
    if (!context.isDisposed) await addTiles(context, node, component.uri)
    return undefined
  }
  const { root, animations, warnings } = await context.assets.model(component.uri)
  for (const warning of warnings) context.warnOnce(`file "${component.uri}" ${warning}`, node.definition)
  const object = clone(root)
  const play = await animationOf(context, node, object, animations)
  return context.isDisposed ? undefined : { root: object, play }
}

/** What plays the clips that a node names. Few models move, so that it is loaded on demand. */
async function animationOf(
  context: SceneContext,
  { definition }: SceneNode,
  object: Object3D,
  clips: readonly AnimationClip[],
): Promise<(() => void) | undefined> {
  const animation = definition.components.find((component): component is Animation => component.type === 'Animation')
  const names = animation?.currentAnimations ?? []
  if (!names.length || !clips.length) return undefined
  const { playAnimations } = await import('./animation')
  return () => playAnimations(context, definition, object, clips, names)
}

function placeModel(
  context: SceneContext,
  node: SceneNode,
  component: ModelRef,
  { root: object, play }: LoadedModel,
  isPlaceholder = false,
): void {
  if (component.castShadow) context.stage.renderer.shadowMap.enabled = true
  // Where the document is silent, models have shadows; a light of the document casts them only if it says so.
  object.scale.multiplyScalar(METERS[component.unitOfMeasure ?? 'meters'] ?? 1)
  if (component.localScale) object.scale.fromArray(component.localScale)
  object.traverse((child) => {
    if (!(child instanceof Mesh)) return
    child.userData['model'] = true
    // Its bounds are those of another pose as soon as it moves.
    if (child instanceof SkinnedMesh) child.frustumCulled = false
    child.castShadow = component.castShadow ?? true
    child.receiveShadow = component.receiveShadow ?? true
    if (!context.stage.scene.environment) for (const material of [child.material].flat()) limitMetalness(material)
  })
  node.group.add(object)
  node.applyMaterialOverrides()
  if (!isPlaceholder) for (const child of node.children) selectSubModel(context, child)
  play?.()
  context.stage.invalidateShadows()
}

/** Without an environment map, a fully metallic material reflects nothing and is black. */
function limitMetalness(material: Material): void {
  if (material instanceof MeshStandardMaterial) material.metalness = Math.min(material.metalness, 0.4)
}

function createPlaceholder(context: SceneContext): Object3D {
  const cube = new Mesh(new BoxGeometry(), new MeshStandardMaterial({ color: 'red' }))
  context.onDispose(() => disposeOf(cube))
  return cube
}

/** Make a node refer to a part of its parent's model. The node's transform replaces that of the part. */
function selectSubModel(context: SceneContext, node: SceneNode): void {
  const { components, transform } = node.definition
  const component = components.find((candidate): candidate is SubModelRef => candidate.type === 'SubModelRef')
  if (!component) return
  const model = node.parent!.object
  const selector = String(component.selector)
  const part = model.getObjectById(Number(selector)) ?? model.getObjectByName(selector)
  if (!part) {
    const sanitized = PropertyBinding.sanitizeNodeName(selector)
    const hint = sanitized !== selector && model.getObjectByName(sanitized) ? `; did you mean "${sanitized}"?` : ''
    context.warn(`SubModelRef: "${selector}" is not in the model${hint}`, node.definition)
    return
  }
  part.position.fromArray(transform.position)
  part.rotation.set(...transform.rotation)
  part.scale.fromArray(transform.scale)
  part.userData['node'] = node
  node.object = part
  node.materialOverride.addMeshes(part)
  for (const child of node.children) selectSubModel(context, child)
}

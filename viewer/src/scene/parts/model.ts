/** ModelRef and SubModelRef: models, and the pieces of them that are nodes of their own. */

import { BoxGeometry, Mesh, MeshStandardMaterial, PropertyBinding, type Material, type Object3D } from 'three'
import { clone } from 'three/addons/utils/SkeletonUtils.js'
import { disposeOf, type Model } from '../assets'
import type { ModelRef, SubModelRef } from '../document'
import { METERS } from '../facts'
import type { Placed, World } from '../world'
import { animate } from './animation'

/** Puts a model under its node, or a red cube where it cannot be had. */
export function addModel(world: World, placed: Placed, component: ModelRef): void {
  world.work(placed.node, loadModel(world, placed, component))
}

async function loadModel(world: World, placed: Placed, component: ModelRef): Promise<void> {
  const factor = METERS[component.unitOfMeasure ?? 'meters'] ?? 1
  let model: Model | undefined
  try {
    if (component.modelType === 'Tiles3D') {
      const { addTiles } = await import('./tiles')
      if (!world.isOver) await addTiles(world, placed, component.uri, factor)
      return
    }
    model = await world.assets.model(component.uri)
  } catch (error) {
    world.warn(`Could not load ${component.uri}: ${(error as Error).message}`, placed.node)
  }
  if (world.isOver) return
  if (component.castShadow) world.stage.renderer.shadowMap.enabled = true
  const object = model ? clone(model.root) : missing(world)
  object.scale.multiplyScalar(factor)
  if (component.localScale) object.scale.fromArray(component.localScale)
  object.traverse((child) => {
    if (!(child instanceof Mesh)) return
    child.userData['model'] = true
    child.castShadow = component.castShadow ?? false
    child.receiveShadow = component.receiveShadow ?? false
    if (!world.stage.scene.environment) for (const material of [child.material].flat()) soften(material)
  })
  placed.group.add(object)
  placed.cover()
  for (const child of placed.children) selectSubModel(world, child)
  if (model) animate(world, placed.node, object, model.animations)
  world.stage.invalidate()
}

/** A metal shows what is around it: where nothing is, it would be black. */
function soften(material: Material): void {
  if (material instanceof MeshStandardMaterial) material.metalness = Math.min(material.metalness, 0.4)
}

function missing(world: World): Object3D {
  const cube = new Mesh(new BoxGeometry(), new MeshStandardMaterial({ color: 'red' }))
  world.onRelease(() => disposeOf(cube))
  return cube
}

/** Makes a node stand for a piece of its parent's model. The node's transform takes the place of the piece's own. */
function selectSubModel(world: World, placed: Placed): void {
  const component = placed.node.components.find((one): one is SubModelRef => one.type === 'SubModelRef')
  if (!component) return
  const model = placed.parent!.object
  const selector = String(component.selector)
  const piece = model.getObjectById(Number(selector)) ?? model.getObjectByName(selector)
  if (!piece) {
    const readable = PropertyBinding.sanitizeNodeName(selector)
    const hint = readable !== selector && model.getObjectByName(readable) ? `; it is called "${readable}" there` : ''
    world.warn(`SubModelRef: "${selector}" is not in the model${hint}`, placed.node)
    return
  }
  const { position, rotation, scale } = placed.node.transform
  piece.position.fromArray(position)
  piece.rotation.set(...rotation)
  piece.scale.fromArray(scale)
  piece.userData['placed'] = placed
  placed.object = piece
  placed.coat.put(piece)
  for (const child of placed.children) selectSubModel(world, child)
}

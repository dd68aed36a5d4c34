/** Tag: an icon of constant size on the screen, chosen by a rule. */

import { BufferGeometry, Line, LineBasicMaterial, Vector3, type Vector2 } from 'three'
import { disposeOf } from '../assets'
import type { SceneContext } from '../context'
import type { Tag } from '../document'
import type { SceneNode } from '../node'
import { readTarget, type Outcome } from '../rules'
import type { IconStyle } from './icons'
import { TagLayer, type TagSprite } from './tag_layer'

/** Height on the screen in CSS pixels, at scale 1. */
const TAG_HEIGHT = 36

/** All tags of a scene. */
export class Tags {
  /** Tags that are always visible, and tags that models can hide. */
  private readonly layers: readonly TagLayer[]
  private readonly nodes = new Map<TagSprite, SceneNode>()
  /** Names and icons of the tags as text, for assistive technology. */
  private readonly list = document.createElement('ul')

  constructor(private readonly context: SceneContext) {
    const { stage } = context
    const { scale = 1 } = context.document.properties.componentSettings?.Tag ?? {}
    const size = Math.max(Math.round(TAG_HEIGHT * scale * stage.renderer.getPixelRatio()), 1)
    this.layers = [false, true].map((isOccluded) => new TagLayer(size, isOccluded))
    for (const { mesh } of this.layers) stage.scene.add(mesh)
    this.list.className = 'scene-tags'
    this.list.ariaLabel = 'Tags of the scene'
    stage.element.append(this.list)
    const stop = stage.beforeDraw(() => {
      const { width, height } = stage.renderer.domElement
      for (const layer of this.layers) layer.update(stage.camera, width, height)
    })
    context.onDispose(() => {
      stop()
      this.list.remove()
      for (const layer of this.layers) {
        stage.scene.remove(layer.mesh)
        layer.dispose()
      }
    })
  }

  add(node: SceneNode, component: Tag): void {
    node.group.updateWorldMatrix(true, false)
    const matrix = node.group.matrixWorld
    const foot = new Vector3().setFromMatrixPosition(matrix)
    // The node's rotation applies to an offset, its scale does not.
    const offset = new Vector3(...(component.offset ?? [0, 0, 0]))
    const position = offset.applyMatrix4(matrix.clone().extractRotation(matrix)).add(foot)
    if (component.offset) this.addStem(foot, position)

    const { enableOcclusion = false } = this.context.document.properties.componentSettings?.Tag ?? {}
    const isOccluded = !(node.definition.alwaysVisible ?? !enableOcclusion)
    const sprite = this.layers[Number(isOccluded)]!.add(position, { icon: 'Info', isSelected: false })
    this.nodes.set(sprite, node)

    const item = document.createElement('li')
    this.list.append(item)
    this.context.subscribeRule(component, component.icon ?? '', (outcome) => {
      sprite.style = { ...tagStyle(component, outcome), isSelected: sprite.style.isSelected }
      item.textContent = `${node.definition.name}: ${sprite.style.icon}`
      this.context.stage.invalidateSoon()
    })
  }

  select(node: SceneNode, isSelected: boolean): void {
    for (const [sprite, owner] of this.nodes) if (owner === node) sprite.style = { ...sprite.style, isSelected }
  }

  /** The node of the tag at a point, and its distance from the camera: 0 for a tag that nothing can hide. */
  at(point: Vector2): { node: SceneNode; distance: number } | undefined {
    for (const layer of this.layers) {
      const hit = layer.at(point, this.context.stage.camera)
      if (hit) return { node: this.nodes.get(hit.sprite)!, distance: layer.isOccluded ? hit.distance : 0 }
    }
    return undefined
  }

  private addStem(foot: Vector3, position: Vector3): void {
    const { scene } = this.context.stage
    const geometry = new BufferGeometry().setFromPoints([foot, position])
    const stem = new Line(geometry, new LineBasicMaterial({ color: '#ffffff' }))
    scene.add(stem)
    this.context.onDispose(() => {
      scene.remove(stem)
      disposeOf(stem)
    })
  }
}

/** The style of a tag's icon: that of the rule's outcome, or `Info` if the outcome is not an icon. */
export function tagStyle(component: Tag, { target, targetMetadata }: Outcome): Omit<IconStyle, 'isSelected'> {
  const { type, value } = readTarget(target)
  return {
    icon: type === 'icon' ? value : 'Info',
    color: targetMetadata?.color ?? component.chosenColor,
    iconName: targetMetadata?.iconName ?? component.customIcon?.iconName,
  }
}

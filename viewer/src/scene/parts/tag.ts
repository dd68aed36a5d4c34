/** Tag: an icon of the same size on the screen wherever the camera is, chosen by a rule. */

import { BufferGeometry, Line, LineBasicMaterial, Vector3, type Vector2 } from 'three'
import { disposeOf } from '../assets'
import type { Tag } from '../document'
import { readTarget, type Outcome } from '../rules'
import type { Placed, World } from '../world'
import type { Look } from './icons'
import { TagLayer, type Stuck } from './tag_layer'

/** Height on the screen, in CSS pixels. */
const HEIGHT = 36

/** All tags of a scene. */
export class Tags {
  /** Tags that are always seen, and those that stand behind things. */
  private readonly layers: readonly TagLayer[]
  private readonly tags = new Map<Stuck, Placed>()
  /** What the tags show, for whom a canvas shows nothing. */
  private readonly list = document.createElement('ul')

  constructor(private readonly world: World) {
    const { stage } = world
    const { scale = 1 } = world.document.properties.componentSettings?.Tag ?? {}
    const size = Math.max(Math.round(HEIGHT * scale * stage.renderer.getPixelRatio()), 1)
    this.layers = [false, true].map((isHidden) => new TagLayer(size, isHidden))
    for (const { mesh } of this.layers) stage.scene.add(mesh)
    this.list.className = 'scene-tags'
    this.list.ariaLabel = 'Tags of the scene'
    stage.element.append(this.list)
    const stop = stage.beforeDraw(() => {
      const { width, height } = stage.renderer.domElement
      for (const layer of this.layers) layer.update(stage.camera, width, height)
    })
    world.onRelease(() => {
      stop()
      this.list.remove()
      for (const layer of this.layers) {
        stage.scene.remove(layer.mesh)
        layer.dispose()
      }
    })
  }

  add(placed: Placed, component: Tag): void {
    placed.group.updateWorldMatrix(true, false)
    const world = placed.group.matrixWorld
    const foot = new Vector3().setFromMatrixPosition(world)
    // An offset turns with the node, yet does not grow with it.
    const place = new Vector3(...(component.offset ?? [0, 0, 0])).applyMatrix4(world.clone().extractRotation(world)).add(foot)
    if (component.offset) this.addStem(foot, place)

    const { enableOcclusion = false } = this.world.document.properties.componentSettings?.Tag ?? {}
    const isHidden = !(placed.node.alwaysVisible ?? !enableOcclusion)
    const tag = this.layers[Number(isHidden)]!.add(place, { icon: 'Info', isSelected: false })
    this.tags.set(tag, placed)

    const item = document.createElement('li')
    this.list.append(item)
    this.world.followRule(component, component.icon ?? '', (outcome) => {
      tag.look = { ...lookOf(component, outcome), isSelected: tag.look.isSelected }
      item.textContent = `${placed.node.name}: ${tag.look.icon}`
      this.world.stage.invalidateSoon()
    })
  }

  select(placed: Placed, isSelected: boolean): void {
    for (const [tag, one] of this.tags) if (one === placed) tag.look = { ...tag.look, isSelected }
  }

  /** The node of the tag at a point, and how far away it is: 0 for one that nothing hides. */
  at(point: Vector2): { placed: Placed; distance: number } | undefined {
    for (const layer of this.layers) {
      const hit = layer.at(point, this.world.stage.camera)
      if (hit) return { placed: this.tags.get(hit.stuck)!, distance: layer.isHidden ? hit.distance : 0 }
    }
    return undefined
  }

  private addStem(foot: Vector3, place: Vector3): void {
    const { scene } = this.world.stage
    const stem = new Line(new BufferGeometry().setFromPoints([foot, place]), new LineBasicMaterial({ color: '#ffffff' }))
    scene.add(stem)
    this.world.onRelease(() => {
      scene.remove(stem)
      disposeOf(stem)
    })
  }
}

/** The icon of a tag: what the rule says, or `Info` where it says a colour or a number. */
export function lookOf(component: Tag, { target, targetMetadata }: Outcome): Omit<Look, 'isSelected'> {
  const read = readTarget(target)
  return {
    icon: read.type === 'icon' ? read.value : 'Info',
    color: targetMetadata?.color ?? component.chosenColor,
    iconName: targetMetadata?.iconName ?? component.customIcon?.iconName,
  }
}

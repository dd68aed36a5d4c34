/** Tag: an icon of the same size on the screen wherever the camera is, chosen by a rule. */

import { BufferGeometry, Group, Line, LineBasicMaterial, Sprite, SpriteMaterial, Vector3 } from 'three'
import { disposeOf } from '../assets'
import type { Tag } from '../document'
import { readTarget, type Outcome } from '../rules'
import type { Placed, World } from '../world'
import { drawIcon, type Look } from './icons'

/** Height on the screen, in CSS pixels. */
const HEIGHT = 36

/** All tags of a scene. Tags that look alike share a material. */
export class Tags {
  private readonly group = new Group()
  private readonly materials = new Map<string, SpriteMaterial>()
  private readonly sprites = new Map<Placed, { sprite: Sprite; look: Look; pinned: boolean }[]>()
  /** What the tags show, for whom a canvas shows nothing. */
  private readonly list = document.createElement('ul')

  constructor(private readonly world: World) {
    const { stage } = world
    stage.scene.add(this.group)
    this.list.className = 'scene-tags'
    this.list.ariaLabel = 'Tags of the scene'
    stage.element.append(this.list)
    const stop = stage.beforeDraw(() => this.resize())
    world.onRelease(() => {
      stop()
      stage.scene.remove(this.group)
      this.list.remove()
      for (const material of this.materials.values()) {
        material.map?.dispose()
        material.dispose()
      }
    })
  }

  add(placed: Placed, component: Tag): void {
    placed.group.updateWorldMatrix(true, false)
    const foot = new Vector3().setFromMatrixPosition(placed.group.matrixWorld)
    // An offset turns with the node, yet does not grow with it.
    const rotation = placed.group.matrixWorld.clone().extractRotation(placed.group.matrixWorld)
    const position = new Vector3(...(component.offset ?? [0, 0, 0])).applyMatrix4(rotation).add(foot)
    if (component.offset) this.addStem(foot, position)

    const { enableOcclusion = false } = this.world.document.properties.componentSettings?.Tag ?? {}
    const tag = {
      sprite: new Sprite(),
      look: { icon: 'Info', isSelected: false } as Look,
      pinned: placed.node.alwaysVisible ?? !enableOcclusion,
    }
    tag.sprite.position.copy(position)
    tag.sprite.renderOrder = 10
    tag.sprite.userData['placed'] = placed
    this.group.add(tag.sprite)
    this.sprites.set(placed, [...(this.sprites.get(placed) ?? []), tag])

    const item = document.createElement('li')
    this.list.append(item)
    this.world.followRule(component, component.icon ?? '', (outcome) => {
      tag.look = { ...lookOf(component, outcome), isSelected: tag.look.isSelected }
      tag.sprite.material = this.materialOf(tag.look, tag.pinned)
      item.textContent = `${placed.node.name}: ${tag.look.icon}`
      this.world.stage.invalidate()
    })
  }

  select(placed: Placed, isSelected: boolean): void {
    for (const tag of this.sprites.get(placed) ?? []) {
      tag.look = { ...tag.look, isSelected }
      tag.sprite.material = this.materialOf(tag.look, tag.pinned)
    }
  }

  get objects(): Group {
    return this.group
  }

  private addStem(foot: Vector3, position: Vector3): void {
    const stem = new Line(new BufferGeometry().setFromPoints([foot, position]), new LineBasicMaterial({ color: '#ffffff' }))
    stem.raycast = () => undefined
    this.group.add(stem)
    this.world.onRelease(() => disposeOf(stem))
  }

  private materialOf(look: Look, pinned: boolean): SpriteMaterial {
    const key = JSON.stringify([look.icon, look.color, look.iconName, look.isSelected, pinned])
    let material = this.materials.get(key)
    if (!material) {
      material = new SpriteMaterial({ map: drawIcon(look), depthTest: !pinned, sizeAttenuation: false, toneMapped: false, fog: false })
      this.materials.set(key, material)
    }
    return material
  }

  private resize(): void {
    const { camera, element } = this.world.stage
    const { scale = 1 } = this.world.document.properties.componentSettings?.Tag ?? {}
    const size = (HEIGHT * scale * 2 * Math.tan((camera.fov * Math.PI) / 360)) / (element.clientHeight || 1)
    for (const tags of this.sprites.values()) for (const { sprite } of tags) sprite.scale.set(size, size, 1)
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

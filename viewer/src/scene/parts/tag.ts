/** Tag: an icon of constant size on the screen, chosen by a rule. */

import { BufferGeometry, Line, LineBasicMaterial, Vector3, type Vector2 } from 'three'
import { disposeOf } from '../assets'
import type { Reading } from '../../data/feed'
import { freshnessOf, type PartSubscription, type SceneContext } from '../context'
import type { Tag } from '../document'
import type { SceneNode } from '../node'
import { readTarget, type Outcome } from '../rules'
import type { IconStyle } from './icons'
import { TagLabels } from './tag_labels'
import { TagLayer, type TagCluster, type TagSprite } from './tag_layer'
import { TagList } from './tag_list'

/** Height on the screen in CSS pixels, at scale 1. */
const TAG_HEIGHT = 36
/** Milliseconds between looks at which tags are in view, while frames are drawn. */
const IN_VIEW_DELAY_MS = 500
/** Labels are shown at first if a scene has at most this many tags. */
const MAX_LABELLED = 24

/** A tag or several that cover each other, at a point of the screen. */
export interface TagHit {
  readonly node: SceneNode
  /** Nodes of all tags that are drawn as one; the first is `node`. */
  readonly members: readonly SceneNode[]
  /** Distance from the camera: 0 for a tag that nothing can hide. */
  readonly distance: number
}

/** All tags of a scene. */
export class Tags {
  /** Tags that are always visible, and tags that models can hide. */
  private readonly layers: readonly TagLayer[]
  private readonly nodes = new Map<TagSprite, SceneNode>()
  private readonly subscriptions = new Map<TagSprite, PartSubscription>()
  private timer: ReturnType<typeof setTimeout> | undefined
  private readonly list: TagList
  private readonly labels: TagLabels
  /** Height of an icon in device pixels, where text has its usual size. */
  private readonly usualSize: number

  /** @param onPick Called with the node of a tag that is chosen by its label or in the list. */
  constructor(
    private readonly context: SceneContext,
    onPick: (node: SceneNode) => void,
  ) {
    const { stage } = context
    const { scale = 1 } = context.document.properties.componentSettings?.Tag ?? {}
    this.usualSize = Math.max(Math.round(TAG_HEIGHT * scale * stage.renderer.getPixelRatio()), 1)
    this.layers = [false, true].map((isOccluded) => new TagLayer(this.usualSize, isOccluded))
    for (const { mesh } of this.layers) stage.scene.add(mesh)
    this.list = new TagList(stage.element, onPick)
    this.labels = new TagLabels(stage.element, onPick)
    const stop = stage.beforeDraw(() => this.update())
    context.onDispose(() => {
      stop()
      clearTimeout(this.timer)
      this.list.dispose()
      this.labels.dispose()
      for (const layer of this.layers) {
        stage.scene.remove(layer.mesh)
        layer.dispose()
      }
    })
  }

  /** Where the tags are. */
  get positions(): readonly Vector3[] {
    return [...this.nodes.keys()].map(({ position }) => position)
  }

  get count(): number {
    return this.nodes.size
  }

  /** Whether names and values are shown beside the tags. Until it is set, they are in a scene of few tags. */
  get hasLabels(): boolean {
    return this.labels.isShown ?? this.nodes.size <= MAX_LABELLED
  }

  set hasLabels(isShown: boolean) {
    this.labels.isShown = isShown
    this.context.stage.invalidate()
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

    this.labels.setName(sprite, shortName(node.definition.name, component))
    const item = this.list.add(node)
    const subscription = this.context.subscribeRule(component, component.icon ?? '', (outcome, reading) => {
      this.show(sprite, tagStyle(component, outcome), reading)
      item.show(sprite.style)
    })
    this.subscriptions.set(sprite, subscription)
  }

  select(node: SceneNode, isSelected: boolean): void {
    for (const [sprite, owner] of this.nodes) if (owner === node) sprite.style = { ...sprite.style, isSelected }
    this.list.select(node, isSelected)
  }

  /** Show the tags of some nodes only. */
  showOnly(isShown: (node: SceneNode) => boolean): void {
    for (const [sprite, node] of this.nodes) sprite.isShown = isShown(node)
  }

  /** The tag at a point in normalised device coordinates. */
  at(point: Vector2): TagHit | undefined {
    for (const layer of this.layers) {
      const cluster = layer.at(point)
      if (!cluster) continue
      const members = cluster.members.map((sprite) => this.nodes.get(sprite)!)
      return { node: members[0]!, members, distance: layer.isOccluded ? cluster.distance : 0 }
    }
    return undefined
  }

  private show(sprite: TagSprite, style: Omit<IconStyle, 'isSelected'>, reading: Reading): void {
    this.labels.setReading(sprite, reading)
    const { icon, color, iconName, freshness, isSelected } = sprite.style
    const next = { ...style, freshness: freshnessOf(reading), isSelected }
    const isSame = icon === next.icon && color === next.color && iconName === next.iconName && freshness === next.freshness
    if (!isSame) sprite.style = next
    if (!isSame || this.hasLabels) this.context.stage.invalidateSoon()
  }

  private update(): void {
    const { stage } = this.context
    const { width, height } = stage.renderer.domElement
    const size = Math.round(this.usualSize * stage.textScale)
    for (const layer of this.layers) layer.size = size
    for (const layer of this.layers) layer.update(stage.camera, width, height)
    this.timer ??= setTimeout(() => this.updateInView(), IN_VIEW_DELAY_MS)
    const ratio = stage.renderer.getPixelRatio()
    const clusters: TagCluster[] = this.hasLabels ? this.layers.flatMap(({ clusters }) => clusters) : []
    this.labels.place(clusters, this.nodes, { iconSize: size / ratio, ratio, scale: stage.textScale }, stage.taken)
  }

  /** Let values of tags in view be read before others. */
  private updateInView(): void {
    this.timer = undefined
    const clusters = this.layers.flatMap(({ clusters }) => clusters)
    const inView = new Set(clusters.flatMap(({ members }) => members))
    for (const [sprite, subscription] of this.subscriptions) subscription.setInView(inView.has(sprite))
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

/** The name of a tag's node without the name of the property at its end, which the value shows. */
function shortName(name: string, { valueDataBinding }: Tag): string {
  const property = valueDataBinding?.dataBindingContext?.propertyName?.toLowerCase()
  if (!property || !name.toLowerCase().endsWith(` ${property}`)) return name
  return name.slice(0, -property.length - 1)
}

/** Finds the node under the pointer, and distinguishes clicks from drags. */

import { Raycaster, Vector2, type Object3D } from 'three'
import type {} from 'three-mesh-bvh'
import type { SceneNode } from './node'
import type { TagHit } from './parts/tag'
import type { Stage } from './stage'

/** How far the pointer may move between press and release of a click, in CSS pixels. */
const CLICK_TOLERANCE = 4
/** If picking a model took longer than this, in milliseconds, only tags are picked while the pointer moves. */
const MAX_HOVER_MS = 8

export interface PickTargets {
  /** The tag at a point in normalised device coordinates (-1 to 1), with its distance from the camera. */
  tagAt(point: Vector2): TagHit | undefined
  /** The user clicks on several tags that are drawn as one. */
  openCluster(nodes: readonly SceneNode[]): void
  readonly models: Object3D
}

export class Picking {
  private readonly raycaster = new Raycaster()
  private readonly pressedAt = new Vector2()
  private readonly canvas: HTMLCanvasElement
  private readonly abort = new AbortController()
  private lastPickMs = 0
  private hoverFrame = 0
  private hasPointer = false
  private shownModels: Object3D | undefined

  /** @param onPick Called with the clicked node, or undefined if the click hits nothing. */
  constructor(
    private readonly stage: Stage,
    private readonly targets: PickTargets,
    private readonly onPick: (node: SceneNode | undefined) => void,
    private readonly isBound: (node: SceneNode) => boolean,
  ) {
    this.canvas = stage.renderer.domElement
    const { signal } = this.abort
    this.canvas.addEventListener('pointerdown', (event) => this.pressedAt.set(event.clientX, event.clientY), { signal })
    this.canvas.addEventListener('click', (event) => this.onClick(event), { signal })
    this.raycaster.firstHitOnly = true
    this.canvas.addEventListener('pointerenter', () => this.onPointer(), { signal, once: true })
    this.canvas.addEventListener('pointermove', (event) => this.onPointerMove(event), { signal })
  }

  /** Prepare models for quick picking, after they are shown. The code for it is loaded with the first pointer. */
  prepare(models: Object3D): void {
    this.shownModels = models
    if (this.hasPointer) this.accelerate()
  }

  dispose(): void {
    this.abort.abort()
    cancelAnimationFrame(this.hoverFrame)
  }

  private accelerate(): void {
    const models = this.shownModels
    if (!models) return
    const isStopped = (): boolean => models.parent === null || this.abort.signal.aborted
    void import('./accelerated_picking').then(({ accelerate }) => accelerate(models, isStopped)).then(() => (this.lastPickMs = 0))
  }

  private onPointer(): void {
    this.hasPointer = true
    this.accelerate()
  }

  private onClick(event: MouseEvent): void {
    if (this.pressedAt.distanceTo(new Vector2(event.clientX, event.clientY)) > CLICK_TOLERANCE) return
    const { node, cluster } = this.pick(event)
    if (cluster) this.targets.openCluster(cluster)
    else this.onPick(node)
  }

  private onPointerMove(event: PointerEvent): void {
    if (event.buttons || this.hoverFrame) return
    this.hoverFrame = requestAnimationFrame(() => {
      this.hoverFrame = 0
      const start = performance.now()
      const { node, cluster } = this.pick(event, this.lastPickMs > MAX_HOVER_MS)
      this.lastPickMs = performance.now() - start
      const selectable = node && this.isBound(node) ? node : undefined
      this.canvas.style.cursor = selectable ? 'pointer' : ''
      this.canvas.title = cluster ? `${cluster.length} tags` : (selectable?.definition.name ?? '')
    })
  }

  private pick(event: MouseEvent, tagsOnly = false): { node?: SceneNode | undefined; cluster?: readonly SceneNode[] } {
    const { left, top, width, height } = this.canvas.getBoundingClientRect()
    const point = new Vector2(((event.clientX - left) / width) * 2 - 1, 1 - ((event.clientY - top) / height) * 2)
    const tag = this.targets.tagAt(point)
    const ofTag = tag && { node: tag.node, ...(tag.members.length > 1 ? { cluster: tag.members } : {}) }
    if (tagsOnly || tag?.distance === 0) return ofTag ?? {}
    this.raycaster.setFromCamera(point, this.stage.camera)
    const hit = this.raycaster.intersectObject(this.targets.models, true).find(({ object }) => isVisible(object))
    return ofTag && (!hit || tag.distance <= hit.distance) ? ofTag : { node: hit && nodeOf(hit.object) }
  }
}

function isVisible(object: Object3D): boolean {
  for (let ancestor: Object3D | null = object; ancestor; ancestor = ancestor.parent) if (!ancestor.visible) return false
  return true
}

/** The node that an object belongs to. */
function nodeOf(object: Object3D): SceneNode | undefined {
  for (let ancestor: Object3D | null = object; ancestor; ancestor = ancestor.parent) {
    const node = ancestor.userData['node'] as SceneNode | undefined
    if (node) return node
  }
  return undefined
}

/** Pointing at things: what is under the pointer, and a click that is no drag. */

import { Raycaster, Vector2, type Object3D } from 'three'
import type { Stage } from './stage'
import type { Placed } from './world'

/** Pixels that a hand may shake between press and release. */
const SHAKE = 4
/** A model so fine that a look at it takes longer than this, in milliseconds, is not looked at while the pointer moves. */
const SLOW = 8

/** What of a scene can be pointed at. */
export interface Targets {
  /** The tag at a point, in the camera's own square from -1 to 1, and how far away it is. */
  tagAt(point: Vector2): { placed: Placed; distance: number } | undefined
  readonly models: Object3D
}

export class Picking {
  private readonly caster = new Raycaster()
  private readonly pressed = new Vector2()
  private readonly canvas: HTMLCanvasElement
  private readonly ending = new AbortController()
  private looked = 0
  private hover = 0

  /** @param onPick The placed node that was clicked, or undefined for nothing. */
  constructor(
    private readonly stage: Stage,
    private readonly targets: Targets,
    private readonly onPick: (picked: Placed | undefined) => void,
    private readonly isBound: (placed: Placed) => boolean,
  ) {
    this.canvas = stage.renderer.domElement
    const { signal } = this.ending
    this.canvas.addEventListener('pointerdown', (event) => this.pressed.set(event.clientX, event.clientY), { signal })
    this.canvas.addEventListener('click', (event) => this.click(event), { signal })
    this.canvas.addEventListener('pointermove', (event) => this.move(event), { signal })
  }

  dispose(): void {
    this.ending.abort()
    cancelAnimationFrame(this.hover)
  }

  private click(event: MouseEvent): void {
    if (this.pressed.distanceTo(new Vector2(event.clientX, event.clientY)) > SHAKE) return
    this.onPick(this.at(event))
  }

  private move(event: PointerEvent): void {
    if (event.buttons || this.hover) return
    this.hover = requestAnimationFrame(() => {
      this.hover = 0
      const started = performance.now()
      const found = this.at(event, this.looked > SLOW)
      this.looked = performance.now() - started
      this.canvas.style.cursor = found && this.isBound(found) ? 'pointer' : ''
      this.canvas.title = found && this.isBound(found) ? found.node.name : ''
    })
  }

  private at(event: MouseEvent, tagsOnly = false): Placed | undefined {
    const { left, top, width, height } = this.canvas.getBoundingClientRect()
    const point = new Vector2(((event.clientX - left) / width) * 2 - 1, 1 - ((event.clientY - top) / height) * 2)
    const tag = this.targets.tagAt(point)
    if (tagsOnly || tag?.distance === 0) return tag?.placed
    this.caster.setFromCamera(point, this.stage.camera)
    const [hit] = this.caster.intersectObject(this.targets.models, true)
    return tag && (!hit || tag.distance <= hit.distance) ? tag.placed : hit && placedAt(hit.object)
  }
}

/** The node that an object belongs to. */
function placedAt(object: Object3D): Placed | undefined {
  for (let one: Object3D | null = object; one; one = one.parent) {
    const placed = one.userData['placed'] as Placed | undefined
    if (placed) return placed
  }
  return undefined
}

/** The canvas: a camera to move about with, and frames that are drawn when something changes and not before. */

import { Box3, NeutralToneMapping, PerspectiveCamera, Scene, Vector3, WebGLRenderer, type Object3D } from 'three'
import { OrbitControls } from 'three/addons/controls/OrbitControls.js'
import { CAMERA_DEFAULTS } from './facts'

/** Runs before a frame is drawn. `now` is in milliseconds, as of `performance.now`. */
export type BeforeDraw = (now: number) => void

/** Where a camera stands and what it looks at. */
export interface Pose {
  readonly position: Vector3
  readonly target: Vector3
}

const FLIGHT = 500
/** Widths to a height that scenes are laid out for: a view that is narrower sees as much from side to side, and more above. */
const WIDE = 4 / 3
/** Milliseconds between frames of what moves by itself. A machine without a graphics card draws each pixel on its own. */
const MOTION = 33
/** Milliseconds for values that come one after the other to come together. */
const TOGETHER = 100
const START: Pose = { position: new Vector3(5, 5, 5), target: new Vector3() }

export class Stage {
  readonly scene = new Scene()
  readonly camera = new PerspectiveCamera(CAMERA_DEFAULTS.fov, 1, CAMERA_DEFAULTS.near, CAMERA_DEFAULTS.far)
  readonly renderer: WebGLRenderer
  /** False where the processor has to draw each pixel. */
  readonly hasGraphicsCard: boolean
  private readonly controls: OrbitControls
  private readonly observer: ResizeObserver
  private readonly hooks = new Set<BeforeDraw>()
  private readonly motions = new Set<BeforeDraw>()
  private flight: { from: Pose; to: Pose; start: number } | undefined
  private fov = CAMERA_DEFAULTS.fov
  private frame = 0
  private isChanged = false
  private waiting: ReturnType<typeof setTimeout> | undefined
  private drawn = 0

  /** @throws {Error} when the browser has no WebGL 2. */
  constructor(
    readonly element: HTMLElement,
    private readonly onDrawn: () => void,
  ) {
    this.hasGraphicsCard = findGraphicsCard()
    // Where the processor draws, smooth edges would double the time of each frame.
    this.renderer = new WebGLRenderer({ antialias: this.hasGraphicsCard, alpha: true })
    this.renderer.toneMapping = NeutralToneMapping
    this.renderer.setPixelRatio(this.hasGraphicsCard ? Math.min(devicePixelRatio, 2) : 1)
    const canvas = this.renderer.domElement
    canvas.style.cssText = 'display:block;width:100%;height:100%;touch-action:none;outline-offset:-2px'
    element.append(canvas)

    this.controls = new OrbitControls(this.camera, canvas)
    this.controls.enableDamping = true
    this.controls.dampingFactor = 0.2
    this.controls.zoomToCursor = true
    this.controls.addEventListener('change', this.invalidate)
    this.controls.addEventListener('start', () => (this.flight = undefined))
    this.stand(START)

    this.observer = new ResizeObserver(() => this.resize())
    this.observer.observe(element)
    this.resize()
  }

  /** Asks for a frame: something has changed. */
  readonly invalidate = (): void => {
    this.isChanged = true
    this.schedule()
  }

  /** Asks for a frame soon: values come in dozens, and are drawn together. */
  readonly invalidateSoon = (): void => {
    this.waiting ??= setTimeout(() => {
      this.waiting = undefined
      this.invalidate()
    }, TOGETHER)
  }

  /** Has `hook` run before each frame until the returned function is called. */
  beforeDraw(hook: BeforeDraw): () => void {
    this.hooks.add(hook)
    this.invalidate()
    return () => this.hooks.delete(hook)
  }

  /** Draws again and again, `move` before each frame, until the returned function is called. */
  keepMoving(move: BeforeDraw): () => void {
    this.motions.add(move)
    this.invalidate()
    return () => this.motions.delete(move)
  }

  /** Sets the lens. @param fov Degrees from top to bottom, of a view that is wide enough. */
  setLens(fov: number, near: number, far: number): void {
    this.fov = fov
    Object.assign(this.camera, { near, far })
    this.fitLens()
  }

  /** Stands the camera there at once. */
  stand(pose: Pose): void {
    this.flight = undefined
    this.camera.position.copy(pose.position)
    this.controls.target.copy(pose.target)
    this.controls.update()
    this.invalidate()
  }

  /** Stands the camera where the whole of an object is seen, however big it is. */
  seeWhole(object: Object3D): void {
    const pose = this.poseFor(object, true)
    const distance = pose.position.distanceTo(pose.target)
    const { fov, near, far } = CAMERA_DEFAULTS
    this.setLens(fov, Math.max(distance / 1000, near), Math.max(distance * 10, far))
    this.stand(pose)
  }

  /** Moves the camera there, or stands it there where the reader wants no motion. */
  fly(pose: Pose): void {
    if (matchMedia('(prefers-reduced-motion: reduce)').matches) return this.stand(pose)
    this.flight = {
      from: { position: this.camera.position.clone(), target: this.controls.target.clone() },
      to: pose,
      start: performance.now(),
    }
    this.invalidate()
  }

  /** From where the whole of an object is seen: from the side the camera is on, or from the box's upper corner. */
  poseFor(object: Object3D, fromCorner = false): Pose {
    const box = boundsOf(object)
    if (box.isEmpty()) {
      const target = object.getWorldPosition(new Vector3())
      return { position: target.clone().add(new Vector3(3, 3, 3)), target }
    }
    const target = box.getCenter(new Vector3())
    const radius = Math.max(box.getSize(new Vector3()).length() / 2, 0.1)
    const fov = Math.min(this.camera.fov, this.camera.fov * this.camera.aspect)
    const distance = radius / Math.sin((fov * Math.PI) / 360)
    const direction = (fromCorner ? box.max.clone() : this.camera.position.clone()).sub(target)
    if (direction.lengthSq() < 1e-6) direction.set(1, 1, 1)
    return { position: target.clone().addScaledVector(direction.normalize(), distance), target }
  }

  dispose(): void {
    cancelAnimationFrame(this.frame)
    clearTimeout(this.waiting)
    this.frame = -1 // no later call of invalidate draws
    this.observer.disconnect()
    this.controls.dispose()
    this.renderer.dispose()
    this.renderer.forceContextLoss()
    this.renderer.domElement.remove()
  }

  private schedule(): void {
    this.frame ||= requestAnimationFrame(this.onFrame)
  }

  private readonly onFrame = (now: number): void => {
    this.frame = 0
    if (this.isChanged || now - this.drawn >= MOTION) this.draw(now)
    if (this.isChanged || this.motions.size) this.schedule()
  }

  private draw(now: number): void {
    this.isChanged = false
    this.drawn = now
    this.moveOn(now)
    this.controls.update()
    for (const motion of this.motions) motion(now)
    for (const hook of this.hooks) hook(now)
    this.renderer.render(this.scene, this.camera)
    this.onDrawn()
  }

  private moveOn(now: number): void {
    if (!this.flight) return
    const { from, to, start } = this.flight
    const t = Math.min(Math.max((now - start) / FLIGHT, 0), 1)
    const eased = t * t * (3 - 2 * t)
    this.camera.position.lerpVectors(from.position, to.position, eased)
    this.controls.target.lerpVectors(from.target, to.target, eased)
    if (t === 1) this.flight = undefined
    this.isChanged = true
  }

  private resize(): void {
    const { clientWidth: width, clientHeight: height } = this.element
    if (!width || !height) return
    this.renderer.setSize(width, height, false)
    this.camera.aspect = width / height
    this.fitLens()
  }

  private fitLens(): void {
    const narrow = Math.max(WIDE / this.camera.aspect, 1)
    this.camera.fov = (Math.atan(Math.tan((this.fov * Math.PI) / 360) * narrow) * 360) / Math.PI
    this.camera.updateProjectionMatrix()
    this.invalidate()
  }
}

/** The box around the meshes under an object, in the world's axes. */
export function boundsOf(object: Object3D): Box3 {
  object.updateWorldMatrix(true, true)
  return new Box3().setFromObject(object)
}

/** What draws where no card does, by the names they give themselves; browsers do not all tell them apart. */
const PROCESSORS = /swiftshader|llvmpipe|softpipe|software|basic render/i

function findGraphicsCard(): boolean {
  const context = document.createElement('canvas').getContext('webgl2', { failIfMajorPerformanceCaveat: true })
  const info = context?.getExtension('WEBGL_debug_renderer_info')
  const name = info ? String(context?.getParameter(info.UNMASKED_RENDERER_WEBGL)) : ''
  context?.getExtension('WEBGL_lose_context')?.loseContext()
  return context !== null && !PROCESSORS.test(name)
}

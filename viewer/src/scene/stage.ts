/** The canvas with its camera and controls. Frames are drawn on change only. */

import { Box3, NeutralToneMapping, PerspectiveCamera, Scene, Vector3, WebGLRenderer, type Object3D } from 'three'
import { OrbitControls } from 'three/addons/controls/OrbitControls.js'
import { CAMERA_DEFAULTS } from './facts'

/** Runs before a frame is drawn. `now` is in milliseconds, as of `performance.now`. */
export type BeforeDraw = (now: number) => void

/** Position of a camera and the point that it looks at. */
export interface Pose {
  readonly position: Vector3
  readonly target: Vector3
}

const TRANSITION_MS = 500
/**
 * Width to height that the camera's field of view is defined for. A narrower canvas keeps this horizontal field of
 * view and shows more above and below.
 */
const REFERENCE_ASPECT = 4 / 3
/** Milliseconds between frames of an animation. Software rendering cannot draw faster. */
const ANIMATION_INTERVAL_MS = 33
/** How long new values are collected before one frame shows all of them, in milliseconds. */
const BATCH_MS = 100
const INITIAL_POSE: Pose = { position: new Vector3(5, 5, 5), target: new Vector3() }

export class Stage {
  readonly scene = new Scene()
  readonly camera = new PerspectiveCamera(CAMERA_DEFAULTS.fov, 1, CAMERA_DEFAULTS.near, CAMERA_DEFAULTS.far)
  readonly renderer: WebGLRenderer
  /** False where WebGL is rendered in software. */
  readonly hasGpu: boolean
  private readonly controls: OrbitControls
  private readonly resizeObserver: ResizeObserver
  private readonly beforeDrawHooks = new Set<BeforeDraw>()
  private readonly animations = new Set<BeforeDraw>()
  private transition: { from: Pose; to: Pose; start: number } | undefined
  private fov = CAMERA_DEFAULTS.fov
  private frame = 0
  private isInvalid = false
  private isPaused = false
  private batchTimer: ReturnType<typeof setTimeout> | undefined
  private lastDrawn = 0

  /** @throws {Error} when the browser has no WebGL 2. */
  constructor(
    readonly element: HTMLElement,
    private readonly onDrawn: () => void,
  ) {
    this.hasGpu = detectGpu()
    // Software rendering takes twice as long with antialiasing.
    this.renderer = new WebGLRenderer({ antialias: this.hasGpu, alpha: true })
    this.renderer.toneMapping = NeutralToneMapping
    this.renderer.setPixelRatio(this.hasGpu ? Math.min(devicePixelRatio, 2) : 1)
    const canvas = this.renderer.domElement
    canvas.style.cssText = 'display:block;width:100%;height:100%;touch-action:none;outline-offset:-2px'
    element.append(canvas)

    this.controls = new OrbitControls(this.camera, canvas)
    this.controls.enableDamping = true
    this.controls.dampingFactor = 0.2
    this.controls.zoomToCursor = true
    this.controls.addEventListener('change', this.invalidate)
    this.controls.addEventListener('start', () => (this.transition = undefined))
    this.jumpTo(INITIAL_POSE)

    this.resizeObserver = new ResizeObserver(() => this.resize())
    this.resizeObserver.observe(element)
    this.resize()
  }

  /** Request a frame. */
  readonly invalidate = (): void => {
    this.isInvalid = true
    this.requestFrame()
  }

  /** Request a frame that shows all changes of the next moment. */
  readonly invalidateSoon = (): void => {
    this.batchTimer ??= setTimeout(() => {
      this.batchTimer = undefined
      this.invalidate()
    }, BATCH_MS)
  }

  /** Draw no frames while the canvas is hidden. */
  setPaused(isPaused: boolean): void {
    this.isPaused = isPaused
    if (!isPaused) this.invalidate()
  }

  /** Run `hook` before each frame until the returned function is called. */
  beforeDraw(hook: BeforeDraw): () => void {
    this.beforeDrawHooks.add(hook)
    this.invalidate()
    return () => this.beforeDrawHooks.delete(hook)
  }

  /** Draw continuously, with `update` before each frame, until the returned function is called. */
  animate(update: BeforeDraw): () => void {
    this.animations.add(update)
    this.invalidate()
    return () => this.animations.delete(update)
  }

  /** Set the camera's lens. @param fov Vertical field of view in degrees, at `REFERENCE_ASPECT` or wider. */
  setLens(fov: number, near: number, far: number): void {
    this.fov = fov
    Object.assign(this.camera, { near, far })
    this.updateFieldOfView()
  }

  get pose(): Pose {
    return { position: this.camera.position.clone(), target: this.controls.target.clone() }
  }

  /** Move the camera without a transition. */
  jumpTo(pose: Pose): void {
    this.transition = undefined
    this.camera.position.copy(pose.position)
    this.controls.target.copy(pose.target)
    this.controls.update()
    this.invalidate()
  }

  /** Move the camera and its clipping planes so that an object of any size is visible as a whole. */
  frameObject(object: Object3D): void {
    const pose = this.poseFraming(object, true)
    const distance = pose.position.distanceTo(pose.target)
    const { fov, near, far } = CAMERA_DEFAULTS
    this.setLens(fov, Math.max(distance / 1000, near), Math.max(distance * 10, far))
    this.jumpTo(pose)
  }

  /** Move the camera with a transition, or without one if the user prefers reduced motion. */
  animateTo(pose: Pose): void {
    if (matchMedia('(prefers-reduced-motion: reduce)').matches) return this.jumpTo(pose)
    this.transition = {
      from: { position: this.camera.position.clone(), target: this.controls.target.clone() },
      to: pose,
      start: performance.now(),
    }
    this.invalidate()
  }

  /**
   * The pose that shows the whole of an object.
   *
   * @param fromCorner Look from the upper corner of its bounding box instead of from the camera's present side.
   */
  poseFraming(object: Object3D, fromCorner = false): Pose {
    const box = boundsOf(object)
    if (box.isEmpty()) {
      const target = object.getWorldPosition(new Vector3())
      return { position: target.clone().add(new Vector3(3, 3, 3)), target }
    }
    return this.poseFramingBox(box, fromCorner)
  }

  /** The same for a box, in world coordinates. */
  poseFramingBox(box: Box3, fromCorner = false): Pose {
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
    clearTimeout(this.batchTimer)
    this.frame = -1 // A later call of invalidate() requests no frame.
    this.resizeObserver.disconnect()
    this.controls.dispose()
    this.renderer.dispose()
    this.renderer.forceContextLoss()
    this.renderer.domElement.remove()
  }

  private requestFrame(): void {
    if (this.isPaused) return
    this.frame ||= requestAnimationFrame(this.onFrame)
  }

  private readonly onFrame = (now: number): void => {
    this.frame = 0
    if (this.isInvalid || now - this.lastDrawn >= ANIMATION_INTERVAL_MS) this.draw(now)
    if (this.isInvalid || this.animations.size) this.requestFrame()
  }

  private draw(now: number): void {
    this.isInvalid = false
    this.lastDrawn = now
    this.updateTransition(now)
    this.controls.update()
    for (const update of this.animations) update(now)
    for (const hook of this.beforeDrawHooks) hook(now)
    this.renderer.render(this.scene, this.camera)
    this.onDrawn()
  }

  private updateTransition(now: number): void {
    if (!this.transition) return
    const { from, to, start } = this.transition
    const t = Math.min(Math.max((now - start) / TRANSITION_MS, 0), 1)
    const eased = t * t * (3 - 2 * t)
    this.camera.position.lerpVectors(from.position, to.position, eased)
    this.controls.target.lerpVectors(from.target, to.target, eased)
    if (t === 1) this.transition = undefined
    this.isInvalid = true
  }

  private resize(): void {
    const { clientWidth: width, clientHeight: height } = this.element
    if (!width || !height) return
    this.renderer.setSize(width, height, false)
    this.camera.aspect = width / height
    this.updateFieldOfView()
  }

  private updateFieldOfView(): void {
    const widening = Math.max(REFERENCE_ASPECT / this.camera.aspect, 1)
    this.camera.fov = (Math.atan(Math.tan((this.fov * Math.PI) / 360) * widening) * 360) / Math.PI
    this.camera.updateProjectionMatrix()
    this.invalidate()
  }
}

/** The bounding box of the meshes below an object, in world coordinates. */
export function boundsOf(object: Object3D): Box3 {
  object.updateWorldMatrix(true, true)
  return new Box3().setFromObject(object)
}

/** Names of software renderers. Not every browser reports them as a major performance caveat. */
const SOFTWARE_RENDERERS = /swiftshader|llvmpipe|softpipe|software|basic render/i

function detectGpu(): boolean {
  const context = document.createElement('canvas').getContext('webgl2', { failIfMajorPerformanceCaveat: true })
  const info = context?.getExtension('WEBGL_debug_renderer_info')
  const name = info ? String(context?.getParameter(info.UNMASKED_RENDERER_WEBGL)) : ''
  context?.getExtension('WEBGL_lose_context')?.loseContext()
  return context !== null && !SOFTWARE_RENDERERS.test(name)
}

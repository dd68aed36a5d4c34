/** The canvas with its camera. Frames are drawn on change only. */

import { Box3, NeutralToneMapping, PCFShadowMap, Scene, SkinnedMesh, WebGLRenderer, type Object3D } from 'three'
import { CameraRig, type Pose } from './camera_rig'
import { TakenAreas } from './label_layout'

export type { Pose } from './camera_rig'

/** Runs before a frame is drawn. `now` is in milliseconds, as of `performance.now`. */
export type BeforeDraw = (now: number) => void

/** Milliseconds between frames of an animation. Software rendering takes most of a processor's core for more. */
const ANIMATION_INTERVAL_MS = { gpu: 33, software: 100 }
/** How long new values are collected before one frame shows all of them, in milliseconds. */
const BATCH_MS = 100

/** The browser has no WebGL 2, so that it never shows a scene. */
export class NoWebGlError extends Error {
  override readonly name = 'NoWebGlError'

  constructor() {
    super('This browser shows no 3D scenes, because it has no WebGL 2. Turn on hardware acceleration, or use another browser.')
  }
}

export class Stage {
  readonly scene = new Scene()
  readonly renderer: WebGLRenderer
  readonly rig: CameraRig
  /** False where WebGL is rendered in software. */
  readonly hasGpu: boolean
  /** Size of text relative to the usual one: larger in the wall view. */
  textScale = 1
  /** What labels cover in the frame that is drawn next: each that is placed before it takes its area. */
  taken = new TakenAreas()
  private readonly resizeObserver: ResizeObserver
  private readonly abort = new AbortController()
  private readonly beforeDrawHooks = new Set<BeforeDraw>()
  private readonly afterDrawHooks = new Set<() => void>()
  private readonly restoredHooks = new Set<() => void>()
  private readonly animations = new Set<BeforeDraw>()
  private readonly animationInterval: number
  private frame = 0
  private isInvalid = false
  private isPaused = false
  private batchTimer: ReturnType<typeof setTimeout> | undefined
  private lastDrawn = 0

  /** @throws {NoWebGlError} when the browser has no WebGL 2. */
  constructor(
    readonly element: HTMLElement,
    private readonly onDrawn: () => void,
  ) {
    this.hasGpu = detectGpu()
    this.animationInterval = this.hasGpu ? ANIMATION_INTERVAL_MS.gpu : ANIMATION_INTERVAL_MS.software
    const canvas = document.createElement('canvas')
    this.renderer = createRenderer(canvas, this.hasGpu)
    canvas.style.cssText = 'display:block;width:100%;height:100%;touch-action:none;outline-offset:-2px'
    canvas.addEventListener('webglcontextrestored', () => this.onRestored(), { signal: this.abort.signal })
    element.append(canvas)
    this.rig = new CameraRig(canvas, this.invalidate)
    this.resizeObserver = new ResizeObserver(() => this.resize())
    this.resizeObserver.observe(element)
    this.resize()
  }

  get camera(): CameraRig['camera'] {
    return this.rig.camera
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

  /** Request a frame with new shadows, because an object has another shape or place. */
  invalidateShadows(): void {
    this.renderer.shadowMap.needsUpdate = true
    this.invalidate()
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

  /** Run `hook` after the scene of a frame is drawn, to draw over it, until the returned function is called. */
  afterDraw(hook: () => void): () => void {
    this.afterDrawHooks.add(hook)
    return () => this.afterDrawHooks.delete(hook)
  }

  /** Run `hook` when the browser has given back the graphics memory that it had taken, until the returned function is called. */
  onContextRestored(hook: () => void): () => void {
    this.restoredHooks.add(hook)
    return () => this.restoredHooks.delete(hook)
  }

  /** Draw continuously, with `update` before each frame, until the returned function is called. */
  animate(update: BeforeDraw): () => void {
    this.animations.add(update)
    this.invalidate()
    return () => this.animations.delete(update)
  }

  /** Draw a frame, and return a copy of it: that of WebGL lasts until the browser has shown it. */
  copyFrame(): HTMLCanvasElement {
    this.draw(performance.now())
    const { domElement } = this.renderer
    const copy = document.createElement('canvas')
    copy.width = domElement.width
    copy.height = domElement.height
    copy.getContext('2d')?.drawImage(domElement, 0, 0)
    return copy
  }

  get pose(): Pose {
    return this.rig.pose
  }

  /** Move the camera without a transition. */
  jumpTo(pose: Pose): void {
    this.rig.jumpTo(pose)
  }

  /** Move the camera with a transition, or without one if the user prefers reduced motion. */
  animateTo(fit: () => Pose): void {
    this.rig.moveTo(fit, true)
  }

  dispose(): void {
    cancelAnimationFrame(this.frame)
    clearTimeout(this.batchTimer)
    this.frame = -1 // A later call of invalidate() requests no frame.
    this.abort.abort()
    this.resizeObserver.disconnect()
    this.rig.dispose()
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
    if (this.isInvalid || now - this.lastDrawn >= this.animationInterval) this.draw(now)
    if (this.isInvalid || this.animations.size) this.requestFrame()
  }

  private draw(now: number): void {
    this.isInvalid = false
    const isMoved = this.rig.update((now - this.lastDrawn) / 1000)
    this.lastDrawn = now
    this.isInvalid ||= isMoved
    for (const update of this.animations) update(now)
    this.taken = new TakenAreas()
    for (const hook of this.beforeDrawHooks) hook(now)
    this.renderer.render(this.scene, this.camera)
    for (const hook of this.afterDrawHooks) hook()
    this.onDrawn()
  }

  /** Draw again: the canvas is empty, although nothing has changed. */
  private onRestored(): void {
    for (const hook of this.restoredHooks) hook()
    this.invalidateShadows()
  }

  private resize(): void {
    const { clientWidth: width, clientHeight: height } = this.element
    if (!width || !height) return
    this.renderer.setSize(width, height, false)
    this.textScale = Number(getComputedStyle(this.element).getPropertyValue('--scene-scale')) || 1
    this.rig.setAspect(width / height)
  }
}

function createRenderer(canvas: HTMLCanvasElement, hasGpu: boolean): WebGLRenderer {
  // Software rendering takes twice as long with antialiasing.
  const attributes = { antialias: hasGpu, alpha: true, depth: true, stencil: false, premultipliedAlpha: true }
  const context = canvas.getContext('webgl2', attributes) as WebGL2RenderingContext | null
  if (!context) throw new NoWebGlError()
  const renderer = new WebGLRenderer({ canvas, context, ...attributes })
  renderer.toneMapping = NeutralToneMapping
  renderer.setPixelRatio(hasGpu ? Math.min(devicePixelRatio, 2) : 1)
  // Shadows are drawn again when something has changed.
  renderer.shadowMap.type = PCFShadowMap
  renderer.shadowMap.autoUpdate = false
  return renderer
}

/** The bounding box of the meshes below an object, in world coordinates; of skinned meshes, in their present pose. */
export function boundsOf(object: Object3D): Box3 {
  object.updateWorldMatrix(true, true)
  object.traverse((part) => {
    // three.js keeps the box and the sphere of the pose that it saw first.
    if (!(part instanceof SkinnedMesh)) return
    part.computeBoundingBox()
    part.computeBoundingSphere()
  })
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

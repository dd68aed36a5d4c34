/** The camera and how the user moves it: by mouse, touch and keys, never below the ground. */

import CameraControls from 'camera-controls'
import { Box3, Matrix4, PerspectiveCamera, Quaternion, Raycaster, Sphere, Spherical, Vector2, Vector3, Vector4 } from 'three'
import { CAMERA_DEFAULTS } from './facts'

CameraControls.install({ THREE: { Box3, Matrix4, Quaternion, Raycaster, Sphere, Spherical, Vector2, Vector3, Vector4 } as never })

/** Position of a camera and the point that it looks at. */
export interface Pose {
  readonly position: Vector3
  readonly target: Vector3
}

/**
 * Width to height that the camera's field of view is defined for. A narrower canvas keeps this horizontal field of
 * view and shows more above and below.
 */
const REFERENCE_ASPECT = 4 / 3
const INITIAL_POSE: Pose = { position: new Vector3(5, 5, 5), target: new Vector3() }
/** Seconds that a transition takes, about. */
const SMOOTH_SECONDS = 0.16
/** Longest time step of a transition in seconds. The first frame after a pause is not a jump. */
const MAX_STEP = 0.1
/** A transition ends when the camera is this near to its end, relative to its distance from the target. */
const AT_END = 2e-4
/** Height of the camera above the ground, relative to its distance from the target. */
const ABOVE_GROUND = 0.01
/** Angle of a key press in radians. */
const KEY_TURN = Math.PI / 18
/** Movement of a key press, relative to the distance. */
const KEY_STEP = 0.12

export class CameraRig {
  readonly camera = new PerspectiveCamera(CAMERA_DEFAULTS.fov, 1, CAMERA_DEFAULTS.near, CAMERA_DEFAULTS.far)
  private readonly controls: CameraControls
  private fov = CAMERA_DEFAULTS.fov
  /** The pose of the camera until the user moves it. Computed again when the canvas has another shape. */
  private fit: (() => Pose) | undefined
  private ground = -Infinity

  /** @param onChange Called when a frame is needed. */
  constructor(
    canvas: HTMLCanvasElement,
    private readonly onChange: () => void,
  ) {
    this.controls = new CameraControls(this.camera, canvas)
    this.controls.smoothTime = SMOOTH_SECONDS
    this.controls.draggingSmoothTime = 0.06
    this.controls.dollyToCursor = true
    this.controls.addEventListener('control', () => this.onControl())
    this.controls.addEventListener('controlend', onChange)
    this.controls.addEventListener('wake', onChange)
    canvas.tabIndex = 0
    canvas.role = 'application'
    canvas.ariaLabel = '3D scene. Arrow keys turn it, with Shift they move it, plus and minus zoom, Home shows all of it.'
    canvas.addEventListener('keydown', (event) => this.onKey(event))
    this.jumpTo(INITIAL_POSE)
  }

  get pose(): Pose {
    return { position: this.controls.getPosition(new Vector3()), target: this.controls.getTarget(new Vector3()) }
  }

  /** Where the present transition ends. */
  get finalPose(): Pose {
    return { position: this.controls.getPosition(new Vector3(), true), target: this.controls.getTarget(new Vector3(), true) }
  }

  /** Whether the camera has the pose that was set, and not one of the user. */
  get isFitted(): boolean {
    return this.fit !== undefined
  }

  /** Set the height that the user cannot move the camera below; none with -Infinity. A pose of the scene may be lower. */
  setGround(height: number): void {
    this.ground = height
  }

  /** Set the camera's lens. @param fov Vertical field of view in degrees, at `REFERENCE_ASPECT` or wider. */
  setLens(fov: number, near: number, far: number): void {
    this.fov = fov
    Object.assign(this.camera, { near, far })
    this.updateFieldOfView()
  }

  setAspect(aspect: number): void {
    this.camera.aspect = aspect
    this.updateFieldOfView()
    if (this.fit) this.setPose(this.fit(), false)
  }

  /** Move the camera without a transition. */
  jumpTo(pose: Pose): void {
    this.moveTo(() => pose, false)
  }

  /** Move the camera to where `fit` puts it, and again when the canvas has another shape, until the user moves it. */
  moveTo(fit: () => Pose, isAnimated: boolean): void {
    this.fit = fit
    this.setPose(fit(), isAnimated && !matchMedia('(prefers-reduced-motion: reduce)').matches)
  }

  /**
   * The pose that shows the whole of a box, in world coordinates.
   *
   * @param margin Size of the view relative to that of the box.
   * @param fromCorner Look from the upper front corner instead of from the camera's present side.
   */
  poseFraming(box: Box3, { margin = 1, fromCorner = false } = {}): Pose {
    const target = box.getCenter(new Vector3())
    const size = box.getSize(new Vector3())
    const direction = fromCorner ? cornerDirection(size) : this.finalPose.position.sub(target)
    if (direction.lengthSq() < 1e-12) direction.set(1, 1, 1)
    direction.normalize()
    const side = new Vector3().crossVectors(new Vector3(0, 1, 0), direction)
    if (side.lengthSq() < 1e-12) side.set(1, 0, 0)
    side.normalize()
    const up = new Vector3().crossVectors(direction, side)
    const half = size.multiplyScalar(margin / 2).max(new Vector3(0.05, 0.05, 0.05))
    const halfHeight = Math.tan((this.camera.fov * Math.PI) / 360)
    const halfWidth = halfHeight * this.camera.aspect
    let distance = 0
    for (const corner of corners(half)) {
      const toward = corner.dot(direction)
      distance = Math.max(distance, toward + Math.abs(corner.dot(side)) / halfWidth, toward + Math.abs(corner.dot(up)) / halfHeight)
    }
    return { position: target.clone().addScaledVector(direction, distance), target }
  }

  /** Advance a transition. @returns Whether the camera moved. @param seconds Since the last frame. */
  update(seconds: number): boolean {
    const isMoved = this.controls.update(Math.min(seconds, MAX_STEP))
    if (!isMoved) return false
    if (!this.fit) this.stayAboveGround()
    if (this.controls.currentAction === CameraControls.ACTION.NONE && this.isAtEnd()) this.setPose(this.finalPose, false)
    return true
  }

  dispose(): void {
    this.controls.dispose()
  }

  private isAtEnd(): boolean {
    const [now, end] = [this.pose, this.finalPose]
    const tolerance = this.controls.distance * AT_END
    return now.position.distanceTo(end.position) < tolerance && now.target.distanceTo(end.target) < tolerance
  }

  private setPose({ position, target }: Pose, isAnimated: boolean): void {
    void this.controls.setLookAt(...position.toArray(), ...target.toArray(), isAnimated)
    if (!isAnimated) this.controls.update(0)
    this.onChange()
  }

  private updateFieldOfView(): void {
    const widening = Math.max(REFERENCE_ASPECT / this.camera.aspect, 1)
    this.camera.fov = (Math.atan(Math.tan((this.fov * Math.PI) / 360) * widening) * 360) / Math.PI
    this.camera.updateProjectionMatrix()
    this.onChange()
  }

  private onControl(): void {
    this.fit = undefined
    this.stayAboveGround()
    this.onChange()
  }

  private stayAboveGround(): void {
    const { position, target } = this.finalPose
    const distance = position.distanceTo(target)
    const lowest = this.ground + distance * ABOVE_GROUND
    if (target.y < this.ground) void this.controls.moveTo(target.x, this.ground, target.z, false)
    if (position.y >= lowest) return
    const height = Math.max(target.y, this.ground)
    void this.controls.rotatePolarTo(Math.acos(Math.min(Math.max((lowest - height) / distance, -1), 1)), false)
  }

  private onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const step = this.controls.distance * KEY_STEP
    const arrows: Readonly<Record<string, readonly [number, number]>> = {
      ArrowLeft: [-1, 0],
      ArrowRight: [1, 0],
      ArrowUp: [0, -1],
      ArrowDown: [0, 1],
    }
    const arrow = arrows[event.key]
    if (arrow && event.shiftKey) void this.controls.truck(arrow[0] * step, arrow[1] * step, this.isSmooth)
    else if (arrow) void this.controls.rotate(arrow[0] * KEY_TURN, arrow[1] * KEY_TURN, this.isSmooth)
    else if (event.key === '+' || event.key === '=') void this.controls.dolly(step, this.isSmooth)
    else if (event.key === '-') void this.controls.dolly(-step, this.isSmooth)
    else return
    event.preventDefault()
    this.onControl()
  }

  private get isSmooth(): boolean {
    return !matchMedia('(prefers-reduced-motion: reduce)').matches
  }
}

/** Where to look at a box from: its upper front corner; at a thin upright one, from the front of it. */
function cornerDirection(size: Vector3): Vector3 {
  const direction = new Vector3(0.8, 0.7, 1)
  const thin = 0.05 * Math.max(size.x, size.y, size.z)
  if (size.y <= thin) direction.y = 1.2
  else if (size.z <= thin) direction.set(0.25, 0.15, 1)
  else if (size.x <= thin) direction.set(1, 0.15, 0.25)
  return direction
}

function corners(half: Vector3): Vector3[] {
  const signs = [-1, 1]
  return signs.flatMap((x) => signs.flatMap((y) => signs.map((z) => new Vector3(x * half.x, y * half.y, z * half.z))))
}

/** MotionIndicator: arrows that move along a plane or a cylinder, as fast and in the colours that rules say. */

import {
  CanvasTexture,
  Color,
  CylinderGeometry,
  DoubleSide,
  Mesh,
  MeshBasicMaterial,
  PlaneGeometry,
  RepeatWrapping,
  SRGBColorSpace,
  Vector3,
  type BufferGeometry,
} from 'three'
import { disposeOf } from '../assets'
import { ON_PROCESSOR } from './icons'
import { TARGETS } from '../facts'
import type { MotionIndicator, RuleBinding } from '../document'
import { readPaint } from '../rules'
import type { Placed, World } from '../world'

const SIZE = 150

/** The three numbers a shape is repeated by: how long it is the way the arrows go, across, and in its own units. */
interface Measures {
  readonly along: number
  readonly across: number
  /** Length of a unit of speed: the world's size of the node along its first axis. */
  readonly unit: number
}

/**
 * How often the arrow is repeated along its way so that it is not stretched: once for each length that it takes across.
 * On a ring only whole arrows fit.
 */
export function repeatsAlong(shape: string, repeatsAcross: number, { along, across }: Measures): number {
  const repeats = (repeatsAcross / across) * along
  return shape === 'CircularCylinder' ? Math.max(Math.round(repeats), 1) : repeats
}

/** Sizes of a shape at a scale: the arrows of a ring go around it, those of the others along x. */
export function measuresOf(shape: string, [x, y, z]: readonly [number, number, number]): Measures {
  const around = (a: number, b: number): number => 2 * Math.PI * Math.sqrt((a * a + b * b) / 8)
  if (shape === 'LinearPlane') return { along: x, across: z, unit: x }
  if (shape === 'LinearCylinder') return { along: x, across: around(y, z), unit: x }
  return { along: around(x, z), across: y, unit: x }
}

export function addMotion(world: World, placed: Placed, component: MotionIndicator): void {
  const geometry = geometryOf(component.shape)
  if (!geometry) return
  const { config, valueDataBindings } = component
  const texture = drawArrow(undefined)
  const material = new MeshBasicMaterial({ map: texture, side: DoubleSide, transparent: true, depthWrite: false })
  const mesh = new Mesh(geometry, material)
  placed.group.add(mesh)

  placed.group.updateWorldMatrix(true, false)
  const scale = new Vector3().setFromMatrixScale(placed.group.matrixWorld).toArray()
  const measures = measuresOf(component.shape, scale)
  const repeats = repeatsAlong(component.shape, config.numOfRepeatInY ?? 1, measures)
  texture.repeat.set(repeats, config.numOfRepeatInY ?? 1)

  let speed = 0
  let last: number | undefined
  let stop: (() => void) | undefined
  const still = matchMedia('(prefers-reduced-motion: reduce)')
  const move = (now: number): void => {
    const seconds = (now - (last ?? now)) / 1000
    texture.offset.x = (texture.offset.x - speed * seconds * (repeats / measures.unit)) % 1
    last = now
  }
  followPart(world, valueDataBindings.speed, config.defaultSpeed, (target) => {
    speed = Math.max(Number(target) || 0, 0)
    if (speed && !stop && !still.matches) stop = world.stage.keepMoving(move)
    if (!speed) {
      stop?.()
      stop = last = undefined
    }
    world.stage.invalidateSoon()
  })

  let background: string | undefined
  let foreground: string | undefined
  const paint = (): void => {
    material.color = new Color(foreground ?? (background ? '#ffffff' : 'white'))
    // A background is seen only where no colour is set for the arrows, as in AWS's viewer.
    const filled = foreground === undefined ? background : undefined
    redrawArrow(texture, filled, config.backgroundColorOpacity ?? 1)
    material.opacity = foreground !== undefined && background ? (config.backgroundColorOpacity ?? 1) : 1
    world.stage.invalidateSoon()
  }
  followColor(world, valueDataBindings.foregroundColor, config.defaultForegroundColor, (color) => {
    foreground = color
    paint()
  })
  followColor(world, valueDataBindings.backgroundColor, config.defaultBackgroundColor, (color) => {
    background = color
    paint()
  })
  world.onRelease(() => {
    stop?.()
    disposeOf(mesh)
  })
}

function geometryOf(shape: string): BufferGeometry | undefined {
  // Each within a box of 1 by 1 by 1.
  if (shape === 'LinearPlane') return new PlaneGeometry().rotateX(-Math.PI / 2)
  const tube = new CylinderGeometry(0.5, 0.5, 1, 32, 1, true)
  if (shape === 'CircularCylinder') return tube
  if (shape !== 'LinearCylinder') return undefined
  // Along x, and the arrows, which go around a cylinder, along it too.
  const uv = tube.getAttribute('uv')
  for (let i = 0; i < uv.count; i++) uv.setXY(i, uv.getY(i), uv.getX(i))
  return tube.rotateZ(-Math.PI / 2)
}

/** A default without a rule stands by itself; a rule that says nothing means 0. */
function followPart(
  world: World,
  bound: RuleBinding | undefined,
  fallback: number | string | undefined,
  listener: (target: string | number) => void,
): void {
  if (fallback !== undefined && !bound?.ruleBasedMapId) return listener(fallback)
  world.followRule(bound, 0, ({ target }) => listener(target))
}

function followColor(
  world: World,
  bound: RuleBinding | undefined,
  fallback: string | undefined,
  listener: (color: string | undefined) => void,
): void {
  followPart(world, bound, fallback && `${TARGETS.color}${fallback}`, (target) => {
    listener(readPaint(target)?.color ?? fallback)
  })
}

function drawArrow(background: string | undefined): CanvasTexture {
  const canvas = document.createElement('canvas')
  canvas.width = canvas.height = SIZE
  const texture = new CanvasTexture(canvas)
  texture.colorSpace = SRGBColorSpace
  texture.wrapS = texture.wrapT = RepeatWrapping
  redrawArrow(texture, background, 1)
  return texture
}

function redrawArrow(texture: CanvasTexture, background: string | undefined, opacity: number): void {
  const context = (texture.image as HTMLCanvasElement).getContext('2d', ON_PROCESSOR)!
  context.clearRect(0, 0, SIZE, SIZE)
  if (background) {
    context.globalAlpha = opacity
    context.fillStyle = background
    context.fillRect(0, 0, SIZE, SIZE)
    context.globalAlpha = 1
  }
  context.strokeStyle = '#ffffff'
  context.lineWidth = SIZE / 10
  context.lineJoin = context.lineCap = 'round'
  context.stroke(new Path2D(`M${SIZE * 0.17} ${SIZE / 2}H${SIZE * 0.78}M${SIZE * 0.58} ${SIZE * 0.29}L${SIZE * 0.78} ${SIZE / 2}L${SIZE * 0.58} ${SIZE * 0.71}`))
  texture.needsUpdate = true
}

/** MotionIndicator: arrows that move along a plane or a cylinder, with a speed and colours set by rules. */

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
import type { SceneContext } from '../context'
import type { MotionIndicator, RuleBinding } from '../document'
import { TARGETS } from '../facts'
import type { SceneNode } from '../node'
import { readMaterialStyle } from '../rules'
import { TEXTURE_CANVAS_SETTINGS } from './icons'

/** Width and height of the arrow's texture in pixels. */
const TEXTURE_SIZE = 150

/** World sizes of a shape, which decide how often the arrow is repeated. */
interface ShapeSize {
  /** Length in the direction of the arrows. */
  readonly along: number
  /** Length across the arrows. */
  readonly across: number
  /** Length of the shape's x axis, which a speed of 1 covers in a second. */
  readonly unit: number
}

/**
 * How often the arrow is repeated in its direction, so that it keeps its proportions.
 *
 * A CircularCylinder has a whole number of arrows, and at least one.
 */
export function repeatsAlong(shape: string, repeatsAcross: number, { along, across }: ShapeSize): number {
  const repeats = (repeatsAcross / across) * along
  return shape === 'CircularCylinder' ? Math.max(Math.round(repeats), 1) : repeats
}

/** Sizes of a shape at a scale. Arrows go around a CircularCylinder, and along the x axis of the other shapes. */
export function shapeSize(shape: string, [x, y, z]: readonly [number, number, number]): ShapeSize {
  const circumference = (a: number, b: number): number => 2 * Math.PI * Math.sqrt((a * a + b * b) / 8)
  if (shape === 'LinearPlane') return { along: x, across: z, unit: x }
  if (shape === 'LinearCylinder') return { along: x, across: circumference(y, z), unit: x }
  return { along: circumference(x, z), across: y, unit: x }
}

export function addMotionIndicator(context: SceneContext, node: SceneNode, component: MotionIndicator): void {
  const geometry = createGeometry(component.shape)
  if (!geometry) return
  const repeatsAcross = component.config.numOfRepeatInY ?? 1
  const texture = createArrowTexture()
  const material = new MeshBasicMaterial({ map: texture, side: DoubleSide, transparent: true, depthWrite: false })
  const mesh = new Mesh(geometry, material)
  node.group.add(mesh)

  node.group.updateWorldMatrix(true, false)
  const size = shapeSize(component.shape, new Vector3().setFromMatrixScale(node.group.matrixWorld).toArray())
  const repeats = repeatsAlong(component.shape, repeatsAcross, size)
  texture.repeat.set(repeats, repeatsAcross)

  const stop = animateArrows(context, component, texture, repeats / size.unit)
  bindColors(context, component, material, texture)
  context.onDispose(() => {
    stop()
    disposeOf(mesh)
  })
}

/** Move the arrows while their speed is above 0. @returns A function that stops them. */
function animateArrows(
  context: SceneContext,
  { config, valueDataBindings }: MotionIndicator,
  texture: CanvasTexture,
  repeatsPerUnit: number,
): () => void {
  let speed = 0
  let lastFrame: number | undefined
  let stop: (() => void) | undefined
  const reducedMotion = matchMedia('(prefers-reduced-motion: reduce)')
  const update = (now: number): void => {
    const seconds = (now - (lastFrame ?? now)) / 1000
    texture.offset.x = (texture.offset.x - speed * seconds * repeatsPerUnit) % 1
    lastFrame = now
  }
  subscribePart(context, valueDataBindings.speed, config.defaultSpeed, (target) => {
    speed = Math.max(Number(target) || 0, 0)
    if (speed && !stop && !reducedMotion.matches) stop = context.stage.animate(update)
    if (!speed) {
      stop?.()
      stop = lastFrame = undefined
    }
    context.stage.invalidateSoon()
  })
  return () => stop?.()
}

function bindColors(
  context: SceneContext,
  { config, valueDataBindings }: MotionIndicator,
  material: MeshBasicMaterial,
  texture: CanvasTexture,
): void {
  let background: string | undefined
  let foreground: string | undefined
  const update = (): void => {
    const opacity = config.backgroundColorOpacity ?? 1
    material.color = new Color(foreground ?? (background ? '#ffffff' : 'white'))
    // AWS's viewer draws the background only if the arrows have no colour.
    drawArrow(texture, foreground === undefined ? background : undefined, opacity)
    material.opacity = foreground !== undefined && background ? opacity : 1
    context.stage.invalidateSoon()
  }
  subscribeColor(context, valueDataBindings.foregroundColor, config.defaultForegroundColor, (color) => {
    foreground = color
    update()
  })
  subscribeColor(context, valueDataBindings.backgroundColor, config.defaultBackgroundColor, (color) => {
    background = color
    update()
  })
}

/** Create the geometry of a shape in a box of 1 by 1 by 1. */
function createGeometry(shape: string): BufferGeometry | undefined {
  if (shape === 'LinearPlane') return new PlaneGeometry().rotateX(-Math.PI / 2)
  const cylinder = new CylinderGeometry(0.5, 0.5, 1, 32, 1, true)
  if (shape === 'CircularCylinder') return cylinder
  if (shape !== 'LinearCylinder') return undefined
  // Swap the texture's axes, so that the arrows go along the cylinder instead of around it, and lay it along x.
  const uv = cylinder.getAttribute('uv')
  for (let i = 0; i < uv.count; i++) uv.setXY(i, uv.getY(i), uv.getX(i))
  return cylinder.rotateZ(-Math.PI / 2)
}

/** Subscribe to a rule. Without a rule, the default applies; a rule without an outcome means 0. */
function subscribePart(
  context: SceneContext,
  ruleBinding: RuleBinding | undefined,
  fallback: number | string | undefined,
  listener: (target: string | number) => void,
): void {
  if (fallback !== undefined && !ruleBinding?.ruleBasedMapId) return listener(fallback)
  context.subscribeRule(ruleBinding, 0, ({ target }) => listener(target))
}

function subscribeColor(
  context: SceneContext,
  ruleBinding: RuleBinding | undefined,
  fallback: string | undefined,
  listener: (color: string | undefined) => void,
): void {
  subscribePart(context, ruleBinding, fallback && `${TARGETS.color}${fallback}`, (target) => {
    listener(readMaterialStyle(target)?.color ?? fallback)
  })
}

function createArrowTexture(): CanvasTexture {
  const canvas = document.createElement('canvas')
  canvas.width = canvas.height = TEXTURE_SIZE
  const texture = new CanvasTexture(canvas)
  texture.colorSpace = SRGBColorSpace
  texture.wrapS = texture.wrapT = RepeatWrapping
  drawArrow(texture, undefined, 1)
  return texture
}

function drawArrow(texture: CanvasTexture, background: string | undefined, opacity: number): void {
  const size = TEXTURE_SIZE
  const context = (texture.image as HTMLCanvasElement).getContext('2d', TEXTURE_CANVAS_SETTINGS)!
  context.clearRect(0, 0, size, size)
  if (background) {
    context.globalAlpha = opacity
    context.fillStyle = background
    context.fillRect(0, 0, size, size)
    context.globalAlpha = 1
  }
  context.strokeStyle = '#ffffff'
  context.lineWidth = size / 10
  context.lineJoin = context.lineCap = 'round'
  const shaft = `M${size * 0.17} ${size / 2}H${size * 0.78}`
  const head = `M${size * 0.58} ${size * 0.29}L${size * 0.78} ${size / 2}L${size * 0.58} ${size * 0.71}`
  context.stroke(new Path2D(shaft + head))
  texture.needsUpdate = true
}

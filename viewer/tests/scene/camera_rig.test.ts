// @vitest-environment happy-dom
import { Box3, Vector3 } from 'three'
import { beforeEach, expect, test, vi } from 'vitest'

import { CameraRig } from '../../src/scene/camera_rig'

let rig: CameraRig
let canvas: HTMLCanvasElement

beforeEach(() => {
  canvas = document.createElement('canvas')
  document.body.replaceChildren(canvas)
  vi.stubGlobal('matchMedia', () => ({ matches: true })) // prefers reduced motion
  rig = new CameraRig(canvas, () => undefined)
})

const box = (x: number, y: number, z: number): Box3 => new Box3().setFromCenterAndSize(new Vector3(10, 5, 0), new Vector3(x, y, z))

/** Corners of a box on the screen, from -1 to 1. */
function onScreen({ min, max }: Box3): Vector3[] {
  rig.camera.updateMatrixWorld()
  return Array.from({ length: 8 }, (_, corner) =>
    new Vector3(corner & 1 ? max.x : min.x, corner & 2 ? max.y : min.y, corner & 4 ? max.z : min.z).project(rig.camera),
  )
}

function press(key: string, options: KeyboardEventInit = {}): void {
  canvas.dispatchEvent(new KeyboardEvent('keydown', { key, ...options }))
  rig.update(0.1)
}

test.each([
  ['a hall', box(20, 8, 12)],
  ['a tower', box(2, 90, 2)],
  ['a flat floor', box(40, 0.01, 30)],
  ['an upright picture', box(4, 3, 0.01)],
  ['a bolt', box(0.2, 0.2, 0.2)],
])('%s fits into the view as a whole at each width from 360 to 3840, and fills it', (_, shown) => {
  for (const width of [360, 768, 1_280, 3_840]) {
    rig.setAspect(width / 700)
    rig.jumpTo(rig.poseFraming(shown, { fromCorner: true }))
    const corners = onScreen(shown)
    const reach = Math.max(...corners.flatMap(({ x, y }) => [Math.abs(x), Math.abs(y)]))
    expect(reach).toBeGreaterThan(0.9)
    expect(reach).toBeLessThan(1.001)
    if (shown.max.y > 40) continue
    // A flat scene is seen from above or from the front, not from its edge.
    const [height, breadth] = (['y', 'x'] as const).map((axis) => Math.max(...corners.map((at) => at[axis])) - Math.min(...corners.map((at) => at[axis])))
    expect(Math.min(height! / rig.camera.aspect, breadth!)).toBeGreaterThan(0.02)
  }
})

test('the camera fits again when the layout changes, until the user moves it', () => {
  const hall = box(20, 8, 12)
  rig.setAspect(2)
  rig.moveTo(() => rig.poseFraming(hall, { fromCorner: true }), false)
  const reach = (): number => Math.max(...onScreen(hall).flatMap(({ x, y }) => [Math.abs(x), Math.abs(y)]))
  const wide = rig.pose.position
  rig.setAspect(0.5)
  expect(reach()).toBeCloseTo(1)
  expect(rig.pose.position.distanceTo(wide)).toBeGreaterThan(1)
  expect(rig.isFitted).toBe(true)

  press('ArrowLeft')
  const { position } = rig.pose
  rig.setAspect(2)
  expect(rig.isFitted).toBe(false)
  expect(rig.pose.position.distanceTo(position)).toBeLessThan(1e-6)
})

test('arrow keys turn the camera, with Shift they move it, plus and minus zoom', () => {
  rig.jumpTo({ position: new Vector3(0, 5, 10), target: new Vector3() })
  const before = rig.pose
  press('ArrowRight')
  expect(rig.pose.position.x).not.toBeCloseTo(before.position.x)
  expect(rig.pose.target.distanceTo(before.target)).toBeLessThan(1e-6)
  press('ArrowRight', { shiftKey: true })
  expect(rig.pose.target.distanceTo(before.target)).toBeGreaterThan(0.1)
  const distance = rig.pose.position.distanceTo(rig.pose.target)
  press('+')
  expect(rig.pose.position.distanceTo(rig.pose.target)).toBeLessThan(distance)
  press('-')
  press('-')
  expect(rig.pose.position.distanceTo(rig.pose.target)).toBeGreaterThan(distance)
})

test('the user cannot move the camera below the ground, but a camera of the scene can be there', () => {
  rig.setGround(0)
  rig.jumpTo({ position: new Vector3(0, -3, 10), target: new Vector3(0, -3, 0) })
  expect(rig.pose.position.y).toBeCloseTo(-3)

  rig.jumpTo({ position: new Vector3(0, 5, 10), target: new Vector3(0, 1, 0) })
  for (let count = 0; count < 30; count++) press('ArrowUp')
  expect(rig.pose.position.y).toBeGreaterThan(0)
  for (let count = 0; count < 30; count++) press('ArrowUp', { shiftKey: true })
  for (let count = 0; count < 60; count++) press('ArrowDown', { shiftKey: true })
  expect(rig.pose.position.y).toBeGreaterThan(0)
  expect(rig.pose.target.y).toBeGreaterThanOrEqual(0)
})

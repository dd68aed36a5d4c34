// @vitest-environment happy-dom
import { Group } from 'three'
import { beforeEach, expect, test, vi } from 'vitest'
import { Picking } from '../../src/scene/picking'
import type { Stage } from '../../src/scene/stage'

// Another file of this worker may have imported the module that is replaced here.
vi.hoisted(() => vi.resetModules())
const { accelerate } = vi.hoisted(() => ({ accelerate: vi.fn(async () => undefined) }))
vi.mock('../../src/scene/accelerated_picking', () => ({ accelerate }))

function createPicking(): { canvas: HTMLCanvasElement; picking: Picking; models: Group } {
  const canvas = document.createElement('canvas')
  const models = new Group()
  const stage = { renderer: { domElement: canvas } } as unknown as Stage
  const targets = { tagAt: () => undefined, openCluster: () => undefined, models }
  const picking = new Picking(stage, targets, () => undefined, () => false)
  return { canvas, picking, models }
}

beforeEach(() => void accelerate.mockClear())

test('models are prepared for picking when a pointer comes, which delays nothing that is seen first', async () => {
  const { canvas, picking, models } = createPicking()
  picking.prepare(models)
  await vi.dynamicImportSettled()
  expect(accelerate).not.toHaveBeenCalled()

  canvas.dispatchEvent(new Event('pointerenter'))
  await vi.waitFor(() => expect(accelerate).toHaveBeenCalledWith(models, expect.any(Function)))
})

test('models that are shown after a pointer came are prepared at once', async () => {
  const { canvas, picking, models } = createPicking()
  canvas.dispatchEvent(new Event('pointerenter'))
  expect(accelerate).not.toHaveBeenCalled()

  picking.prepare(models)
  await vi.waitFor(() => expect(accelerate).toHaveBeenCalledTimes(1))
})

// @vitest-environment happy-dom
import { Group, PerspectiveCamera } from 'three'
import { beforeEach, expect, test, vi } from 'vitest'

import type { Feed } from '../../../src/data/feed'
import type { Assets } from '../../../src/scene/assets'
import { SceneContext } from '../../../src/scene/context'
import type { DataOverlay, DocumentNode, SceneDocument } from '../../../src/scene/document'
import { type Area, overlaps, TakenAreas } from '../../../src/scene/label_layout'
import { SceneNode } from '../../../src/scene/node'
import { Overlays } from '../../../src/scene/parts/overlay'
import type { Stage } from '../../../src/scene/stage'

const SIZE = { width: 160, height: 40 }
const HEIGHT = 500
let hooks: (() => void)[]
let element: HTMLElement
let stage: Stage
let overlays: Overlays

beforeEach(() => {
  hooks = []
  element = document.createElement('div')
  // The DOM of the test has no layout.
  vi.spyOn(HTMLElement.prototype, 'offsetWidth', 'get').mockImplementation(function (this: HTMLElement) {
    return this.hidden ? 0 : SIZE.width
  })
  vi.spyOn(HTMLElement.prototype, 'offsetHeight', 'get').mockReturnValue(SIZE.height)
  vi.spyOn(element, 'clientHeight', 'get').mockReturnValue(HEIGHT)
  const camera = new PerspectiveCamera()
  camera.position.set(0, 0, 5)
  camera.updateMatrixWorld()
  const beforeDraw = (hook: () => void): (() => void) => {
    hooks.push(hook)
    return () => undefined
  }
  stage = { element, camera, textScale: 1, taken: new TakenAreas(), beforeDraw, invalidateSoon: () => undefined } as unknown as Stage
  const feed: Feed = { subscribe: () => () => undefined }
  overlays = new Overlays(new SceneContext({ properties: {}, rules: {} } as SceneDocument, stage, {} as Assets, feed))
})

function addOverlay(subType: 'OverlayPanel' | 'TextAnnotation', x = 0): SceneNode {
  const component: DataOverlay = { type: 'DataOverlay', subType, dataRows: [], valueDataBindings: [] }
  const group = new Group()
  group.position.x = x
  const definition: DocumentNode = { name: 'n', transform: { position: [0, 0, 0], rotation: [0, 0, 0], scale: [1, 1, 1] }, components: [component], children: [] }
  const node = new SceneNode(definition, group, undefined, 'n')
  overlays.add(node, component)
  return node
}

/** Draw a frame in a view of a width. @returns The areas of the overlays that are drawn. */
function draw(width: number): Area[] {
  vi.spyOn(element, 'clientWidth', 'get').mockReturnValue(width)
  stage.taken = new TakenAreas()
  for (const hook of hooks) hook()
  return [...element.querySelectorAll<HTMLElement>('.scene-overlay')]
    .filter(({ hidden, className, style }) => !hidden && !className.includes('scene-without-room') && style.visibility === 'inherit')
    .map(({ style }) => {
      const [left, top] = [...style.transform.matchAll(/-?[\d.]+/g)].map(Number) as [number, number]
      return { left, top, right: left + SIZE.width, bottom: top + SIZE.height }
    })
}

test('annotations and an open panel cover neither each other nor labels that are placed later, at any width', () => {
  for (let count = 0; count < 6; count++) addOverlay('TextAnnotation', count / 20)
  overlays.select(addOverlay('OverlayPanel'), true)
  for (const width of [360, 390, 768, 1_280, 1_920, 3_840]) {
    const areas = draw(width)
    expect(areas).toHaveLength(7)
    for (const [index, area] of areas.entries()) {
      expect(area.left).toBeGreaterThanOrEqual(0)
      expect(area.right).toBeLessThanOrEqual(width)
      expect(areas.slice(index + 1).some((other) => overlaps(area, other))).toBe(false)
      expect(stage.taken.isFree(area)).toBe(false)
    }
  }
})

test('an annotation without room is not drawn, a panel that the user opened is', () => {
  for (let count = 0; count < 40; count++) addOverlay('TextAnnotation')
  overlays.select(addOverlay('OverlayPanel'), true)

  const areas = draw(360)

  expect(areas.length).toBeGreaterThan(5)
  expect(areas.length).toBeLessThan(41)
  expect(element.querySelector('.scene-panel')!.className).not.toContain('scene-without-room')
})

test('an overlay of a node that is out of view is not drawn at the edge', () => {
  addOverlay('TextAnnotation', 50)
  expect(draw(800)).toEqual([])
})

/**
 * Marks of what a planned change does to nodes: a box with a label around each. A node that is elsewhere in the other
 * state has a dashed box there, and a moved one an arrow from its old to its new place.
 */

import { Box3, BoxGeometry, ConeGeometry, EdgesGeometry, Group, Mesh, MeshBasicMaterial, type Object3D, Vector2, Vector3 } from 'three'
import { LineMaterial } from 'three/addons/lines/LineMaterial.js'
import { LineSegments2 } from 'three/addons/lines/LineSegments2.js'
import { LineSegmentsGeometry } from 'three/addons/lines/LineSegmentsGeometry.js'
import { type Action, SIGNS } from '../../data/review'
import { THEMES, type Theme } from '../../ui/colours'
import type { Stage } from '../stage'

/** A change of a node, with the boxes of the node in both states of the scene. */
export interface PlacedMark {
  readonly action: Action
  readonly name: string
  readonly words: string
  /** Where the node is in this state. */
  readonly here?: Box3 | undefined
  /** Where it is in the other state, if that is another place. */
  readonly elsewhere?: Box3 | undefined
  /** Whether `here` is the place after the change. */
  readonly isAfter: boolean
}

const COLOURS = {
  added: 'normal',
  changed: 'warning',
  moved: 'warning',
  renamed: 'warning',
  replaced: 'critical',
  removed: 'critical',
} as const satisfies Record<Action, keyof typeof THEMES.light>
const PRECEDENCE: readonly Action[] = ['removed', 'replaced', 'added', 'moved', 'renamed', 'changed']
/** How often a label is raised to find room above others. */
const MAX_RAISES = 3
/** Size of a mark's box relative to the node. */
const SCALE = 1.03
const LINE_WIDTH = 2.5
/** Marks are drawn over models and below tags. */
const RENDER_ORDER = 5

export class ChangeMarks {
  private readonly group = new Group()
  private readonly layer = document.createElement('div')
  private readonly labels: { readonly element: HTMLElement; readonly at: Vector3 }[] = []
  private marks: readonly PlacedMark[] = []

  constructor(
    private readonly stage: Stage,
    private theme: Theme,
  ) {
    // The list of changes has the same texts for assistive technology.
    this.layer.ariaHidden = 'true'
    this.layer.className = 'scene-overlays scene-marks'
    // Below the tags and their labels.
    stage.renderer.domElement.after(this.layer)
    stage.scene.add(this.group)
  }

  show(marks: readonly PlacedMark[]): void {
    // Labels of the first ones have precedence where there is no room for all.
    this.marks = marks.toSorted((one, other) => PRECEDENCE.indexOf(one.action) - PRECEDENCE.indexOf(other.action))
    this.draw()
  }

  setTheme(theme: Theme): void {
    this.theme = theme
    this.draw()
  }

  dispose(): void {
    this.clear()
    this.layer.remove()
    this.stage.scene.remove(this.group)
  }

  private clear(): void {
    this.group.traverse((part) => {
      if (!(part instanceof Mesh)) return
      part.geometry.dispose()
      part.material.dispose()
    })
    this.group.clear()
    this.labels.length = 0
    this.layer.replaceChildren()
  }

  private draw(): void {
    this.clear()
    for (const mark of this.marks) {
      const { action, here, elsewhere, isAfter } = mark
      const colour = THEMES[this.theme][COLOURS[action]]
      if (here) this.addBox(here, colour, false)
      if (elsewhere) this.addBox(elsewhere, colour, true)
      if (here && elsewhere) this.addArrow(...((isAfter ? [elsewhere, here] : [here, elsewhere]) as [Box3, Box3]), colour)
      const labelled = here ?? elsewhere
      if (labelled) this.addLabel(mark, labelled)
    }
    this.stage.invalidate()
  }

  private addBox(box: Box3, colour: string, isDashed: boolean): void {
    const size = box.getSize(new Vector3()).max(new Vector3(0.01, 0.01, 0.01)).multiplyScalar(SCALE)
    const geometry = new BoxGeometry(...size.toArray())
    const edges = new EdgesGeometry(geometry)
    const lines = segments(edges.getAttribute('position').array as Float32Array, colour, isDashed ? size.length() / 40 : 0)
    edges.dispose()
    const opacity = isDashed ? 0.06 : 0.14
    const material = new MeshBasicMaterial({ color: colour, transparent: true, opacity, depthWrite: false, toneMapped: false })
    const fill = new Mesh(geometry, material)
    for (const part of [lines, fill]) {
      box.getCenter(part.position)
      this.add(part)
    }
  }

  private addArrow(from: Box3, to: Box3, colour: string): void {
    const [start, end] = [from.getCenter(new Vector3()), to.getCenter(new Vector3())]
    const direction = end.clone().sub(start)
    const length = direction.length()
    const head = Math.min(length / 4, to.getSize(new Vector3()).length() / 6)
    const cone = new Mesh(
      new ConeGeometry(head / 3, head, 16),
      new MeshBasicMaterial({ color: colour, depthTest: false, transparent: true, toneMapped: false }),
    )
    cone.quaternion.setFromUnitVectors(new Vector3(0, 1, 0), direction.clone().normalize())
    cone.position.copy(end).addScaledVector(direction.normalize(), -head / 2)
    this.add(segments(new Float32Array([...start.toArray(), ...end.toArray()]), colour, 0))
    this.add(cone)
  }

  private add(part: Object3D): void {
    part.raycast = () => undefined
    part.renderOrder = RENDER_ORDER
    this.group.add(part)
  }

  private addLabel({ action, name, words }: PlacedMark, box: Box3): void {
    const element = document.createElement('div')
    element.className = 'scene-mark'
    element.dataset['action'] = action
    element.textContent = `${SIGNS[action]} ${words}: ${name}`
    this.layer.append(element)
    const center = box.getCenter(new Vector3())
    this.labels.push({ element, at: center.setY(box.max.y) })
  }

  /** Place the labels, before each frame. One that would cover another is raised, or hidden if there is no room above either. */
  updatePositions(): void {
    if (this.labels.length === 0) return
    const { camera, element: container, taken } = this.stage
    const { clientWidth, clientHeight } = container
    const projected = new Vector3()
    for (const { element, at } of this.labels) {
      projected.copy(at).project(camera)
      const { offsetWidth: width, offsetHeight: height } = element
      const x = ((projected.x + 1) / 2) * clientWidth
      const y = ((1 - projected.y) / 2) * clientHeight - 4
      // Labels stay inside of the view as long as their place is.
      const left = Math.min(Math.max(x - width / 2, 4), clientWidth - width - 4)
      const areas = Array.from({ length: MAX_RAISES + 1 }, (_, raises) => {
        const top = Math.max(y - height - raises * (height + 2), 4)
        return { left, right: left + width, top, bottom: top + height }
      })
      const isInView = projected.z < 1 && Math.abs(projected.x) < 1 && Math.abs(projected.y) < 1.1
      const area = isInView ? taken.takeFirst(areas) : undefined
      element.style.visibility = area ? 'inherit' : 'hidden'
      if (!area) continue
      element.style.transform = `translate(${left.toFixed(1)}px, ${area.top.toFixed(1)}px)`
    }
  }
}

function segments(positions: Float32Array, colour: string, dash: number): LineSegments2 {
  const geometry = new LineSegmentsGeometry().setPositions(positions)
  const material = new LineMaterial({
    color: colour,
    linewidth: LINE_WIDTH,
    resolution: new Vector2(1, 1), // three.js sets it when it draws.
    depthTest: false,
    transparent: true,
    toneMapped: false,
    ...(dash ? { dashed: true, dashSize: dash, gapSize: dash } : {}),
  })
  const lines = new LineSegments2(geometry, material)
  if (dash) lines.computeLineDistances()
  return lines
}

/** DataOverlay: Markdown over the scene, with values in it. */

import { Vector3 } from 'three'
import type { Value } from '../../data/feed'
import { fillVariables } from '../bindings'
import type { SceneContext } from '../context'
import type { DataOverlay, Tag } from '../document'
import { type Area, placesAround } from '../label_layout'
import type { SceneNode } from '../node'

/** Distance of an overlay from its node, so that it does not cover the node's tag. In CSS pixels, of text of the usual size. */
const LIFT = 26
/** How often an overlay is moved away by its own height to find room. */
const MAX_MOVES = 3

interface Overlay {
  readonly element: HTMLElement
  readonly position: Vector3
  /** Whether it is visible only while its node is selected. */
  readonly opensOnSelect: boolean
  readonly render: () => void
}

/** All overlays of a scene. A panel opens when its node is selected; an annotation is always visible. */
export class Overlays {
  private readonly layer = document.createElement('div')
  private readonly overlays = new Map<SceneNode, Overlay>()

  constructor(private readonly context: SceneContext) {
    this.layer.className = 'scene-overlays'
    context.stage.element.append(this.layer)
    const stop = context.stage.beforeDraw(() => this.place())
    context.onDispose(() => {
      stop()
      this.layer.remove()
    })
  }

  add(node: SceneNode, component: DataOverlay): void {
    const element = document.createElement('div')
    const isAnnotation = component.subType === 'TextAnnotation'
    element.className = `scene-overlay ${isAnnotation ? 'scene-annotation' : 'scene-panel'}`
    const { overlayPanelVisible = false } = this.context.document.properties.componentSettings?.DataOverlay ?? {}
    const opensOnSelect = !isAnnotation && !overlayPanelVisible
    element.hidden = opensOnSelect
    this.layer.append(element)

    const values = new Map<string, Value | undefined>()
    const rows = component.dataRows.filter(({ rowType }) => rowType === 'Markdown')
    const render = this.renderer(element, () => rows.map(({ content }) => fillVariables(String(content ?? ''), values)))
    for (const { bindingName, valueDataBinding } of component.valueDataBindings) {
      this.context.subscribe(valueDataBinding, ({ value }) => {
        values.set(bindingName, value)
        render()
      })
    }
    render()

    node.group.updateWorldMatrix(true, false)
    const tag = node.definition.components.find((candidate): candidate is Tag => candidate.type === 'Tag')
    const position = node.group.localToWorld(new Vector3(...(tag?.offset ?? [0, 0, 0])))
    this.overlays.set(node, { element, position, opensOnSelect, render })
  }

  /** Show the overlays of some nodes only. */
  showOnly(isShown: (node: SceneNode) => boolean): void {
    for (const [node, { element }] of this.overlays) element.classList.toggle('scene-left-out', !isShown(node))
  }

  select(node: SceneNode, isSelected: boolean): void {
    const overlay = this.overlays.get(node)
    if (!overlay?.opensOnSelect) return
    overlay.element.hidden = !isSelected
    overlay.render()
  }

  /** Return a function that renders the present rows, if the element is visible and its text has changed. */
  private renderer(element: HTMLElement, readRows: () => string[]): () => void {
    let renderedText: string | undefined
    return () => {
      if (element.hidden) return
      void import('./markdown').then(({ renderMarkdown }) => {
        const rows = readRows()
        const text = rows.join('\0')
        if (this.context.isDisposed || text === renderedText) return
        renderedText = text
        element.replaceChildren(...rows.map((row) => renderMarkdown(row, this.context.ownOrigins)))
        this.context.stage.invalidateSoon() // It has another size.
      })
    }
  }

  /** Place the overlays where they cover neither each other nor other labels. An annotation without room is not drawn. */
  private place(): void {
    const { camera, element: container, taken, textScale } = this.context.stage
    const view = { width: container.clientWidth, height: container.clientHeight }
    const projected = new Vector3()
    // Panels first: the user opened them.
    const ordered = [...this.overlays.values()].sort((one, other) => Number(other.opensOnSelect) - Number(one.opensOnSelect))
    // All sizes are read before the first style is written: the browser lays out once.
    const sized = ordered.map((overlay) => ({ ...overlay, width: overlay.element.offsetWidth, height: overlay.element.offsetHeight }))
    for (const { element, position, opensOnSelect, width, height } of sized) {
      if (!width) continue
      projected.copy(position).project(camera)
      const isInView = projected.z <= 1 && Math.abs(projected.x) <= 1.1 && Math.abs(projected.y) <= 1.1
      element.style.visibility = isInView ? 'inherit' : 'hidden'
      if (!isInView) continue
      const [x, y] = [((projected.x + 1) / 2) * view.width, ((1 - projected.y) / 2) * view.height]
      const places: Area[] = []
      for (let moves = 0; moves <= MAX_MOVES; moves++) {
        places.push(...placesAround({ x, y, width, height, reach: LIFT * textScale + moves * height }, view))
      }
      let area = taken.takeFirst(places)
      if (!area && opensOnSelect) taken.add((area = places[0]!))
      // It stays readable for assistive technology.
      element.classList.toggle('scene-without-room', !area)
      if (area) element.style.transform = `translate(${area.left.toFixed(1)}px, ${area.top.toFixed(1)}px)`
    }
  }
}

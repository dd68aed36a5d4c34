/** DataOverlay: text over the scene, with values in it. */

import { Vector3 } from 'three'
import type { Value } from '../../data/feed'
import { fillVariables } from '../bindings'
import type { DataOverlay, Tag } from '../document'
import type { Placed, World } from '../world'

/** Above a tag, so that it does not cover it. In CSS pixels. */
const LIFT = 26

interface Panel {
  readonly element: HTMLElement
  readonly point: Vector3
  readonly opensWithNode: boolean
  readonly say: () => void
}

/** All overlays of a scene. A panel opens with its node; an annotation is always there. */
export class Overlays {
  private readonly layer = document.createElement('div')
  private readonly panels = new Map<Placed, Panel>()

  constructor(private readonly world: World) {
    this.layer.className = 'scene-overlays'
    world.stage.element.append(this.layer)
    const stop = world.stage.beforeDraw(() => this.follow())
    world.onRelease(() => {
      stop()
      this.layer.remove()
    })
  }

  add(placed: Placed, component: DataOverlay): void {
    const element = document.createElement('div')
    const isAnnotation = component.subType === 'TextAnnotation'
    element.className = `scene-overlay ${isAnnotation ? 'scene-annotation' : 'scene-panel'}`
    const { overlayPanelVisible = false } = this.world.document.properties.componentSettings?.DataOverlay ?? {}
    const opensWithNode = !isAnnotation && !overlayPanelVisible
    element.hidden = opensWithNode
    this.layer.append(element)

    const values = new Map<string, Value | undefined>()
    const rows = component.dataRows.filter(({ rowType }) => rowType === 'Markdown')
    const say = this.sayer(element, () => rows.map(({ content }) => fillVariables(String(content ?? ''), values)))
    for (const { bindingName, valueDataBinding } of component.valueDataBindings) {
      this.world.follow(valueDataBinding, ({ value }) => {
        values.set(bindingName, value)
        say()
      })
    }
    say()

    placed.group.updateWorldMatrix(true, false)
    const offset = placed.node.components.find((one): one is Tag => one.type === 'Tag')?.offset ?? [0, 0, 0]
    const point = placed.group.localToWorld(new Vector3(...offset))
    this.panels.set(placed, { element, point, opensWithNode, say })
  }

  select(placed: Placed, isSelected: boolean): void {
    const panel = this.panels.get(placed)
    if (!panel?.opensWithNode) return
    panel.element.hidden = !isSelected
    panel.say()
  }

  /** Renders the latest text, if it can be seen, once the library is there. */
  private sayer(element: HTMLElement, texts: () => string[]): () => void {
    let said: string | undefined
    return () => {
      if (element.hidden) return
      void import('./markdown').then(({ renderMarkdown }) => {
        const now = texts()
        const key = now.join('\0')
        if (this.world.isOver || key === said) return
        said = key
        element.replaceChildren(...now.map(renderMarkdown))
      })
    }
  }

  private follow(): void {
    const { camera, element: canvas } = this.world.stage
    const { clientWidth, clientHeight } = canvas
    const seen = new Vector3()
    for (const { element, point } of this.panels.values()) {
      if (element.hidden) continue
      seen.copy(point).project(camera)
      element.style.visibility = seen.z > 1 ? 'hidden' : 'visible'
      const x = ((seen.x + 1) / 2) * clientWidth
      const y = ((1 - seen.y) / 2) * clientHeight - LIFT
      element.style.transform = `translate(${x.toFixed(1)}px, ${y.toFixed(1)}px) translate(-50%, -100%)`
    }
  }
}

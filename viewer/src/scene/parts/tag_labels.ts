/** Names and values beside the tags, where there is room for them. */

import type { Reading } from '../../data/feed'
import { setAttribute, setText } from '../../ui/dom'
import { formatUnit, formatValue } from '../../ui/format'
import { freshnessOf } from '../context'
import { type Area, placesAround, type TakenAreas } from '../label_layout'
import type { SceneNode } from '../node'
import type { TagCluster, TagSprite } from './tag_layer'

/** Most labels on the screen. More than this many cannot be read. */
const MAX_LABELS = 60
const HEIGHT = 20
/** Width of a character and of what is around the text, in CSS pixels, at most. */
const [CHARACTER, PADDING, MAX_WIDTH] = [7.4, 14, 220]
/** Of a narrow view, a label takes at most this part. */
const MAX_SHARE = 0.45
const GAP = 2

interface Label {
  readonly element: HTMLElement
  readonly name: HTMLElement
  readonly value: HTMLElement
}

/** Sizes on the screen. */
export interface LabelSizes {
  /** Height of an icon in CSS pixels. */
  readonly iconSize: number
  /** Device pixels in a CSS pixel. */
  readonly ratio: number
  /** Size of the labels relative to the usual one. */
  readonly scale: number
}

export class TagLabels {
  /** Whether labels are shown; undefined until it is chosen. */
  isShown: boolean | undefined
  private readonly layer = document.createElement('div')
  private readonly readings = new Map<TagSprite, Reading>()
  private readonly names = new Map<TagSprite, string>()
  private readonly labels: Label[] = []
  private readonly shownNodes: (SceneNode | undefined)[] = []

  constructor(
    private readonly container: HTMLElement,
    onPick: (node: SceneNode) => void,
  ) {
    this.layer.className = 'scene-overlays scene-labels'
    // The list of tags says the same to assistive technology.
    this.layer.ariaHidden = 'true'
    this.layer.addEventListener('click', ({ target }) => {
      const index = this.labels.findIndex(({ element }) => element.contains(target as Node))
      const node = this.shownNodes[index]
      if (node) onPick(node)
    })
    container.append(this.layer)
  }

  setName(sprite: TagSprite, name: string): void {
    this.names.set(sprite, name)
  }

  setReading(sprite: TagSprite, reading: Reading): void {
    this.readings.set(sprite, reading)
  }

  /**
   * Place labels for icons: above, below or beside them, where they cover neither icons nor other labels.
   *
   * @param taken What labels cover already. Those that are placed are added.
   */
  place(
    clusters: readonly TagCluster[],
    nodes: ReadonlyMap<TagSprite, SceneNode>,
    { iconSize, ratio, scale }: LabelSizes,
    taken: TakenAreas,
  ): void {
    const { clientWidth, clientHeight } = this.container
    const half = iconSize / 2 - GAP
    for (const { x, y } of clusters) taken.add(areaAround(x / ratio, y / ratio, half))
    let count = 0
    // Selected ones and the worst are labelled first.
    const ordered = clusters.toSorted((one, other) => Number(other.isAlone) - Number(one.isAlone) || one.rank - other.rank)
    for (const { sprite, members, x, y } of ordered) {
      if (count === MAX_LABELS) break
      const node = nodes.get(sprite)!
      const reading = this.readings.get(sprite) ?? {}
      const ownName = this.names.get(sprite) ?? node.definition.name
      const name = members.length > 1 ? `${ownName} +${members.length - 1}` : ownName
      const value = formatReading(reading)
      const textWidth = (name.length + value.length + 1) * CHARACTER + PADDING
      const width = Math.min(textWidth * scale, MAX_WIDTH * scale, clientWidth * MAX_SHARE)
      const reach = iconSize / 2
      const placement = { x: x / ratio, y: y / ratio, width, height: HEIGHT * scale, reach, beside: reach + GAP }
      const area = taken.takeFirst(placesAround(placement, { width: clientWidth, height: clientHeight }))
      if (!area) continue
      this.draw(count, node, name, value, reading, area, scale)
      count += 1
    }
    for (let index = count; index < this.labels.length; index++) {
      this.labels[index]!.element.style.display = 'none'
      this.shownNodes[index] = undefined
    }
  }

  dispose(): void {
    this.layer.remove()
    this.readings.clear()
  }

  private draw(index: number, node: SceneNode, name: string, value: string, reading: Reading, area: Area, scale: number): void {
    const label = (this.labels[index] ??= this.createLabel())
    this.shownNodes[index] = node
    setText(label.name, name)
    setText(label.value, value)
    setAttribute(label.element, 'data-freshness', freshnessOf(reading))
    setAttribute(label.element, 'title', reading.error ?? name)
    const { style } = label.element
    style.display = ''
    style.width = `${((area.right - area.left) / scale).toFixed(0)}px`
    style.transform = `translate(${area.left.toFixed(1)}px, ${area.top.toFixed(1)}px) scale(${scale})`
  }

  private createLabel(): Label {
    const [element, name, value] = ['div', 'span', 'b'].map((tag) => document.createElement(tag)) as [HTMLElement, HTMLElement, HTMLElement]
    element.className = 'scene-label'
    element.append(name, value)
    this.layer.append(element)
    return { element, name, value }
  }
}

function formatReading({ value, unit }: Reading): string {
  if (typeof value === 'number') return `${Number(value.toPrecision(4))} ${formatUnit(unit)}`.trim()
  return value === undefined ? '' : formatValue(value)
}

function areaAround(x: number, y: number, half: number): Area {
  return { left: x - half, right: x + half, top: y - half, bottom: y + half }
}

/** A border between panes that is moved with the mouse or the keyboard. The size is kept in this browser. */

import { h, setAttribute } from './dom'

const STORAGE_KEY = 'twin-stack.panes'
const STEP = 16

export interface SplitterOptions {
  /** Name of the pane whose size it changes. Also names the custom property `--NAME-size` of `root`. */
  readonly name: 'tree' | 'panel' | 'charts'
  /** Text for assistive technology. */
  readonly label: string
  readonly root: HTMLElement
  /** The element whose size it changes. */
  readonly pane: () => Element | null
  /** Whether the pane becomes larger to the right (`x`), to the left (`-x`), or upwards (`-y`). */
  readonly direction: 'x' | '-x' | '-y'
  /** Sizes in pixels. */
  readonly min: number
  readonly max: number
}

export class Splitter {
  readonly element: HTMLElement
  private readonly isVertical: boolean

  constructor(private readonly options: SplitterOptions) {
    const { name, label, direction, min, max } = options
    this.isVertical = direction !== '-y'
    this.element = h('div', {
      class: `splitter splitter-${name}`,
      role: 'separator',
      tabindex: 0,
      'aria-label': label,
      'aria-orientation': this.isVertical ? 'vertical' : 'horizontal',
      'aria-valuemin': min,
      'aria-valuemax': max,
      'aria-valuenow': min,
      title: `${label}; double click for the default`,
    })
    this.element.addEventListener('pointerdown', (event) => this.onPointerDown(event))
    this.element.addEventListener('keydown', (event) => this.onKey(event))
    this.element.addEventListener('dblclick', () => this.reset())
    this.element.addEventListener('focus', () => this.showValue(this.size))
    const size = readSizes()[name]
    if (size !== undefined) this.show(size)
  }

  private get size(): number {
    const box = this.options.pane()?.getBoundingClientRect()
    return Math.round((this.isVertical ? box?.width : box?.height) ?? 0)
  }

  private onPointerDown(event: PointerEvent): void {
    if (event.button !== 0) return
    const { direction } = this.options
    const position = ({ clientX, clientY }: PointerEvent): number =>
      direction === 'x' ? clientX : direction === '-x' ? -clientX : -clientY
    const start = this.size - position(event)
    const onMove = (move: PointerEvent): void => this.set(start + position(move))
    this.element.setPointerCapture(event.pointerId)
    this.element.addEventListener('pointermove', onMove)
    const onEnd = (): void => this.element.removeEventListener('pointermove', onMove)
    this.element.addEventListener('lostpointercapture', onEnd, { once: true })
  }

  private onKey(event: KeyboardEvent): void {
    const { direction, min, max } = this.options
    const larger = direction === 'x' ? 'ArrowRight' : direction === '-x' ? 'ArrowLeft' : 'ArrowUp'
    const smaller = direction === 'x' ? 'ArrowLeft' : direction === '-x' ? 'ArrowRight' : 'ArrowDown'
    if (event.key === larger) this.set(this.size + STEP)
    else if (event.key === smaller) this.set(this.size - STEP)
    else if (event.key === 'Home') this.set(min)
    else if (event.key === 'End') this.set(max)
    else if (event.key === 'Enter') this.reset()
    else return
    event.preventDefault()
    event.stopPropagation()
  }

  private set(size: number): void {
    const { min, max, name } = this.options
    const bounded = Math.round(Math.min(Math.max(size, min), max))
    this.show(bounded)
    storeSize(name, bounded)
  }

  private reset(): void {
    this.options.root.style.removeProperty(`--${this.options.name}-size`)
    storeSize(this.options.name, undefined)
    this.showValue(this.size)
  }

  private show(size: number): void {
    this.options.root.style.setProperty(`--${this.options.name}-size`, `${size}px`)
    this.showValue(size)
  }

  private showValue(size: number): void {
    const { min, max } = this.options
    setAttribute(this.element, 'aria-valuenow', Math.min(Math.max(size, min), max))
    setAttribute(this.element, 'aria-valuetext', `${size} pixels`)
  }
}

function readSizes(): Readonly<Record<string, number>> {
  try {
    const sizes: unknown = JSON.parse(localStorage.getItem(STORAGE_KEY) ?? '{}')
    const entries = Object.entries(sizes ?? {}).filter(([, size]) => typeof size === 'number' && size > 0)
    return Object.fromEntries(entries) as Record<string, number>
  } catch {
    return {} // Storage may be blocked, or written by something else.
  }
}

function storeSize(name: string, size: number | undefined): void {
  try {
    const { [name]: _, ...others } = readSizes()
    localStorage.setItem(STORAGE_KEY, JSON.stringify(size === undefined ? others : { ...others, [name]: size }))
  } catch {
    // The size then lasts until the page is reloaded.
  }
}

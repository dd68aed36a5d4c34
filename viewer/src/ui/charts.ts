/** The charts: numbers as lines on one time axis, states as spans below it. */

import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import './charts.css'

import { clock } from '../data/clock'
import { alignOnTimeAxis, chartSignature, isNumeric } from '../data/plot'
import { bounds, type Calendar, DEFAULT_CALENDAR, DEFAULT_RANGE, type Range } from '../data/range'
import { formatKey } from '../state/link'
import { ChartHead } from './chart_head'
import { ChartTable } from './chart_table'
import { ChartTooltip } from './chart_tooltip'
import type { Theme } from './colours'
import { h, setText } from './dom'
import { formatValue } from './format'
import { type ChartLine, colourName, drawnLines, plotOptions } from './plot_options'
import { createStrips } from './strips'

export interface ChartOptions {
  readonly onRange: (range: Range) => void
  readonly onZone: (zone: Calendar['zone']) => void
  /** The user keeps the present series while other entities are selected, or no longer. */
  readonly onPin: (isPinned: boolean) => void
  readonly onRemove: (series: ChartLine['series']) => void
}

const MIN_RANGE_MS = 1_000
/** How far a value may be from the pointer, in pixels. */
const POINTER_TOLERANCE = 8

export class Charts {
  readonly element: HTMLElement
  private readonly head: ChartHead
  private readonly plotBox = h('div', { class: 'plot', role: 'img' })
  private readonly legend = h('ul', { class: 'legend', 'aria-label': 'Shown in the charts' })
  private readonly strips = h('div', { class: 'strips' })
  private readonly table = new ChartTable()
  private readonly tooltip = new ChartTooltip()
  /** Whether the user is selecting a range. Drawing waits, because it would move the chart under the pointer. */
  private isDragging = false
  private plot: uPlot | undefined
  private drawnSignature = ''
  private lines: readonly ChartLine[] = []
  private range: Range = DEFAULT_RANGE
  private calendar: Calendar = DEFAULT_CALENDAR
  private theme: Theme = 'light'

  constructor(private readonly options: ChartOptions) {
    this.head = new ChartHead({ ...options, onSave: (form) => void this.save(form) })
    const box = h('div', { class: 'plot-box' }, this.plotBox, this.tooltip.element)
    this.element = h(
      'section',
      { class: 'charts', 'aria-label': 'Charts' },
      this.head.element,
      this.legend,
      box,
      this.strips,
      this.table.element,
    )
    new ResizeObserver(() => this.resize()).observe(this.plotBox)
    this.plotBox.addEventListener('pointerdown', () => (this.isDragging = true))
    for (const name of ['pointerup', 'pointercancel'] as const) {
      // The timeout lets uPlot handle the event first.
      addEventListener(name, () => this.isDragging && setTimeout(() => this.endDrag()))
    }
  }

  setTheme(theme: Theme): void {
    this.theme = theme
    this.drawnSignature = ''
    this.draw()
  }

  setRange(range: Range, calendar: Calendar): void {
    if (calendar.zone !== this.calendar.zone) this.drawnSignature = ''
    this.range = range
    this.calendar = calendar
    this.head.setRange(range, calendar)
  }

  setPinned(isPinned: boolean): void {
    this.head.setPinned(isPinned)
  }

  show(lines: readonly ChartLine[]): void {
    this.lines = lines
    this.draw()
  }

  private endDrag(): void {
    this.isDragging = false
    this.draw()
  }

  private draw(): void {
    if (this.isDragging) return
    const { from, to } = bounds(this.range, clock.now(), this.calendar)
    this.head.showTimes(from, to)
    this.head.showStatus(this.lines.map(({ series }) => series))
    const data = this.alignedData()
    const signature = this.signature()
    if (signature !== this.drawnSignature || !this.plot) {
      this.drawnSignature = signature
      this.plot?.destroy()
      this.plot = undefined
      this.tooltip.hide()
      this.drawLegend()
      this.element.toggleAttribute('data-empty', this.lines.length === 0)
      if (this.lines.length > 0) this.plot = new uPlot(this.plotOptions(), data, this.plotBox)
    } else {
      this.plot.setData(data, false)
    }
    this.plot?.setScale('x', { min: from / 1000, max: to / 1000 })
    this.showNewestValues()
    const until = Math.min(to, clock.now())
    this.strips.replaceChildren(...createStrips(this.lines.filter(({ series }) => !isNumeric(series)), from, to, until))
    this.table.show(this.lines, this.head.times)
    const labels = drawnLines(this.lines).map(({ line }) => line.label)
    this.plotBox.setAttribute('aria-label', `Lines of ${labels.join(', ') || 'nothing'}; a table with their values follows`)
  }

  private signature(): string {
    const series = this.lines.map((line) => line.series)
    const texts = this.lines.map(({ label, thresholds }) => [label, thresholds])
    return `${chartSignature(series, this.lines.map(({ unit }) => unit))} ${JSON.stringify(texts)} ${this.theme}`
  }

  private alignedData(): uPlot.AlignedData {
    const { times, values, bands } = alignOnTimeAxis(drawnLines(this.lines).map(({ line }) => line.series))
    return [times, ...values, ...[...bands.values()].flatMap(({ min, max }) => [min, max])]
  }

  private drawLegend(): void {
    this.legend.replaceChildren(
      ...this.lines.map(({ series, label: name, unit }, index) => {
        const swatch = h('span', { class: 'swatch', 'aria-hidden': 'true' })
        swatch.style.background = isNumeric(series) ? `var(--${colourName(index)})` : 'var(--muted)'
        const label = `${name}${unit && ` (${unit})`}`
        const remove = h('button', { type: 'button', class: 'remove', 'aria-label': `Remove ${label}` }, '×')
        remove.addEventListener('click', () => this.options.onRemove(series))
        // Not an <output>, as screen readers announce each change of one.
        const value = h('strong', { 'data-series': formatKey(series.key) })
        return h('li', {}, swatch, label, ' ', value, remove)
      }),
    )
  }

  private showNewestValues(): void {
    const values = this.legend.querySelectorAll('strong')
    this.lines.forEach(({ series }, index) => {
      const newest = series.points.at(-1)
      const element = values[index]
      if (element) setText(element, newest && isNumeric(series) ? formatValue(newest.value) : '')
    })
  }

  private plotOptions(): uPlot.Options {
    return plotOptions({
      lines: this.lines,
      theme: this.theme,
      zone: this.calendar.zone,
      size: this.size(),
      isNear: (time, pointer) => Math.abs(time - pointer) * 1000 <= this.tolerance(),
      hooks: {
        setSelect: [(plot) => this.zoom(plot)],
        setCursor: [(plot) => this.showTooltip(plot)],
        draw: [(plot) => this.alignStrips(plot)],
      },
    })
  }

  /** How far a value may be from the pointer, in milliseconds. */
  private tolerance(): number {
    const { plot } = this
    if (!plot) return 0
    const { min = 0, max = 0 } = plot.scales['x'] ?? {}
    return (((max ?? 0) - (min ?? 0)) * 1000 * POINTER_TOLERANCE) / Math.max(plot.over.clientWidth, 1)
  }

  private zoom(plot: uPlot): void {
    const { left, width } = plot.select
    if (width < 4) return
    const from = Math.round(plot.posToVal(left, 'x') * 1000)
    const to = Math.round(plot.posToVal(left + width, 'x') * 1000)
    plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false)
    if (to - from >= MIN_RANGE_MS) this.options.onRange({ from, to })
  }

  private showTooltip(plot: uPlot): void {
    const { left = -1 } = plot.cursor
    if (left < 0) return this.tooltip.hide()
    const time = plot.posToVal(left, 'x') * 1000
    const offset = plot.bbox.left / (devicePixelRatio || 1)
    this.tooltip.show(this.lines, time, this.tolerance(), left + offset, this.plotBox.clientWidth)
  }

  /** Save what is shown. The code for it is loaded when it is used. */
  private async save(form: 'csv' | 'png'): Promise<void> {
    const { saveCsv, savePicture } = await import('./chart_export')
    if (form === 'csv') saveCsv(this.lines)
    else if (this.plot) await savePicture({ element: this.element, plot: this.plot, lines: this.lines, theme: this.theme, times: this.head.times })
  }

  /** Align the spans of states with the time axis of the plot. */
  private alignStrips(plot: uPlot): void {
    const { left, width } = plot.bbox
    const ratio = devicePixelRatio || 1
    const fullWidth = this.plotBox.clientWidth
    this.strips.style.setProperty('--left', `${left / ratio}px`)
    this.strips.style.setProperty('--right', `${Math.max(fullWidth - (left + width) / ratio, 0)}px`)
  }

  private size(): { width: number; height: number } {
    return {
      width: Math.max(this.plotBox.clientWidth, 120),
      height: Math.max(this.plotBox.clientHeight, 80),
    }
  }

  private resize(): void {
    if (this.plot) this.plot.setSize(this.size())
  }
}

/** The charts: numbers as lines on one time axis, states as spans below it. */

import './charts.css'

import { clock } from '../data/clock'
import { isNumeric } from '../data/plot'
import { bounds, type Calendar, DEFAULT_CALENDAR, DEFAULT_RANGE, type Range } from '../data/range'
import { formatKey } from '../state/link'
import { ChartHead } from './chart_head'
import { ChartTable } from './chart_table'
import { type ChartLine, colourName } from './chart_line'
import type { Theme } from './colours'
import { h, setText } from './dom'
import { formatValue } from './format'
import type { LinePlot } from './line_plot'
import { createStrips } from './strips'

export interface ChartOptions {
  readonly onRange: (range: Range) => void
  readonly onZone: (zone: Calendar['zone']) => void
  /** The user keeps the present series while other entities are selected, or no longer. */
  readonly onPin: (isPinned: boolean) => void
  readonly onRemove: (series: ChartLine['series']) => void
}

export class Charts {
  readonly element: HTMLElement
  private readonly head: ChartHead
  private readonly plotBox = h('div', { class: 'plot', role: 'img' })
  private readonly legend = h('ul', { class: 'legend', 'aria-label': 'Shown in the charts' })
  private readonly strips = h('div', { class: 'strips' })
  private readonly table = new ChartTable()
  /** Whether the user is selecting a range. Drawing waits, because it would move the chart under the pointer. */
  private isDragging = false
  /** Absent until there is something to draw. */
  private plot: LinePlot | undefined
  private isLoading = false
  private legendSignature = ''
  private lines: readonly ChartLine[] = []
  private range: Range = DEFAULT_RANGE
  private calendar: Calendar = DEFAULT_CALENDAR
  private theme: Theme = 'light'

  constructor(private readonly options: ChartOptions) {
    this.head = new ChartHead({ ...options, onSave: (form) => void this.save(form) })
    const box = h('div', { class: 'plot-box' }, this.plotBox)
    this.element = h(
      'section',
      { class: 'charts', 'aria-label': 'Charts' },
      this.head.element,
      this.legend,
      box,
      this.strips,
      this.table.element,
    )
    this.plotBox.addEventListener('pointerdown', () => (this.isDragging = true))
    for (const name of ['pointerup', 'pointercancel'] as const) {
      // The timeout lets uPlot handle the event first.
      addEventListener(name, () => this.isDragging && setTimeout(() => this.endDrag()))
    }
  }

  setTheme(theme: Theme): void {
    this.theme = theme
    this.draw()
  }

  setRange(range: Range, calendar: Calendar): void {
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
    this.element.toggleAttribute('data-empty', this.lines.length === 0)
    this.drawLines(from, to)
    this.drawLegend()
    this.showNewestValues()
    const until = Math.min(to, clock.now())
    this.strips.replaceChildren(...createStrips(this.lines.filter(({ series }) => !isNumeric(series)), from, to, until))
    this.table.show(this.lines, this.head.times)
    const labels = this.lines.filter(({ series }) => isNumeric(series)).map(({ label }) => label)
    this.plotBox.setAttribute('aria-label', `Lines of ${labels.join(', ') || 'nothing'}; a table with their values follows`)
  }

  private drawLines(from: number, to: number): void {
    const { lines, theme } = this
    if (lines.length === 0) this.plot?.clear()
    else if (this.plot) this.plot.show({ lines, theme, zone: this.calendar.zone, from, to })
    else void this.loadPlot()
  }

  /** Load the library that draws, when there is something to draw. */
  private async loadPlot(): Promise<void> {
    if (this.isLoading) return
    this.isLoading = true
    // Without a response, the next values try again.
    const module = await import('./line_plot').catch(() => undefined)
    this.isLoading = false
    if (!module || this.plot) return
    const { LinePlot } = module
    this.plot = new LinePlot({
      box: this.plotBox,
      onRange: this.options.onRange,
      onAxes: (left, right) => {
        this.strips.style.setProperty('--left', `${left}px`)
        this.strips.style.setProperty('--right', `${right}px`)
      },
    })
    this.draw()
  }

  private drawLegend(): void {
    const signature = JSON.stringify(this.lines.map(({ series, label, unit }) => [formatKey(series.key), label, unit, isNumeric(series)]))
    if (signature === this.legendSignature) return
    this.legendSignature = signature
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

  /** Save what is shown. The code for it is loaded when it is used. */
  private async save(form: 'csv' | 'png'): Promise<void> {
    const { saveCsv, savePicture } = await import('./chart_export')
    if (form === 'csv') saveCsv(this.lines)
    else if (this.plot?.canvas) await savePicture({ element: this.element, plot: this.plot.canvas, lines: this.lines, theme: this.theme, times: this.head.times })
  }
}

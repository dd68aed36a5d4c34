/** The charts: numbers as lines on one time axis, states as spans below it. */

import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'

import { alignOnTimeAxis, chartSignature, isNumeric, stateSpans } from '../data/plot'
import { bounds, DEFAULT_RANGE, formatRange, RANGES, type Range, parseRange } from '../data/range'
import type { Series } from '../data/series'
import { severityOf } from '../data/severity'
import { formatKey } from '../state/link'
import { SERIES_COLOURS, THEMES, type Theme } from './colours'
import { h, setText } from './dom'
import { formatTime, formatValue } from './format'

export interface ChartOptions {
  readonly onRange: (range: Range) => void
  /** The user asks for charts of the selected entity. */
  readonly onFollow: () => void
  readonly onRemove: (series: Series) => void
}

const AXIS_WIDTH = 56
const MIN_RANGE_MS = 1_000

export class Charts {
  readonly element: HTMLElement
  private readonly plotBox: HTMLElement
  private readonly legend: HTMLElement
  private readonly strips: HTMLElement
  /** Whether the user is selecting a range. Drawing waits, because it would move the chart under the pointer. */
  private isDragging = false
  private readonly status: HTMLElement
  private readonly select: HTMLSelectElement
  private readonly live: HTMLButtonElement
  private readonly follow: HTMLButtonElement
  private plot: uPlot | undefined
  private drawnSignature = ''
  private series: readonly Series[] = []
  private labels: readonly string[] = []
  private units: readonly string[] = []
  private range: Range = DEFAULT_RANGE
  /** The range that `Back to live` returns to. */
  private lastLiveRange: Range = DEFAULT_RANGE
  private theme: Theme = 'light'

  constructor(private readonly options: ChartOptions) {
    this.select = h('select', { 'aria-label': 'Range' })
    for (const name of RANGES) this.select.append(h('option', { value: name }, `Last ${name}`))
    this.select.addEventListener('change', () => {
      const range = parseRange(this.select.value)
      if (range) this.options.onRange(range)
    })
    this.live = h('button', { type: 'button', class: 'live' }, 'Back to live')
    this.live.addEventListener('click', () => this.options.onRange(this.lastLiveRange))
    this.follow = h('button', { type: 'button' }, 'Follow selection')
    this.follow.addEventListener('click', () => this.options.onFollow())
    this.status = h('span', { class: 'muted', role: 'status' })
    const tools = h('div', { class: 'chart-tools' }, this.select, this.live, this.follow, this.status)
    this.legend = h('ul', { class: 'legend', 'aria-label': 'Shown in the charts' })
    this.plotBox = h('div', { class: 'plot' })
    this.strips = h('div', { class: 'strips' })
    this.element = h(
      'section',
      { class: 'charts', 'aria-label': 'Charts' },
      tools,
      this.legend,
      this.plotBox,
      this.strips,
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

  setRange(range: Range): void {
    this.range = range
    if ('last' in range) this.lastLiveRange = range
    const name = formatRange(range)
    if (![...this.select.options].some((option) => option.value === name)) {
      this.select.querySelector('[data-custom]')?.remove()
      const label = 'last' in range ? `Last ${name}` : 'Zoomed'
      this.select.prepend(h('option', { value: name, 'data-custom': true }, label))
    }
    this.select.value = name
    this.live.hidden = 'last' in range
  }

  setFollowing(isFollowing: boolean): void {
    this.follow.hidden = isFollowing
  }

  /** Show series. Labels and units are in the order of the series. */
  show(series: readonly Series[], labels: readonly string[], units: readonly string[]): void {
    this.series = series
    this.labels = labels
    this.units = units
    this.draw()
  }

  private endDrag(): void {
    this.isDragging = false
    this.draw()
  }

  private draw(): void {
    if (this.isDragging) return
    const numeric = this.series.map(isNumeric)
    this.showStatus()
    const signature = `${chartSignature(this.series, this.units)} ${this.labels.join()} ${this.theme}`
    const lines = this.series.filter((_, index) => numeric[index])
    const columns = alignOnTimeAxis(lines)
    const data = [columns.times, ...columns.values] as uPlot.AlignedData
    if (signature !== this.drawnSignature || !this.plot) {
      this.drawnSignature = signature
      this.plot?.destroy()
      this.plot = undefined
      this.drawLegend(numeric)
      this.element.toggleAttribute('data-empty', this.series.length === 0)
      if (this.series.length > 0) this.plot = new uPlot(this.plotOptions(numeric), data, this.plotBox)
    } else {
      this.plot.setData(data, false)
    }
    const { from, to } = bounds(this.range, Date.now())
    this.plot?.setScale('x', { min: from / 1000, max: to / 1000 })
    this.drawStrips(numeric, from, to)
  }

  private showStatus(): void {
    const errors = new Set(this.series.map(({ error }) => error).filter((error) => error !== undefined))
    const messages: string[] = []
    for (const error of errors) messages.push(`Reading failed: ${error}; trying again.`)
    if (errors.size === 0 && this.series.some(({ isComplete }) => !isComplete)) messages.push('Reading …')
    if (this.series.length > 0 && errors.size === 0 && this.series.every(({ isComplete }) => isComplete)) {
      const isEmpty = this.series.every(({ points, before }) => points.length === 0 && !before)
      if (isEmpty) messages.push('No values in this time range.')
    }
    const firstPoint = this.series.find(({ isTruncated }) => isTruncated)?.points[0]
    if (firstPoint) {
      const time = formatTime(firstPoint.time)
      messages.push(`The range has too many values: the newest are shown, from ${time} on. Choose a shorter range.`)
    }
    setText(this.status, messages.join(' '))
  }

  private drawLegend(numeric: readonly boolean[]): void {
    this.legend.replaceChildren(
      ...this.series.map((series, index) => {
        const colour = numeric[index] ? `var(--${this.colour(index)})` : 'var(--muted)'
        const swatch = h('span', { class: 'swatch', 'aria-hidden': 'true' })
        swatch.style.background = colour
        const unit = this.units[index]
        const label = `${this.labels[index]}${unit ? ` (${unit})` : ''}`
        const remove = h('button', { type: 'button', class: 'remove', 'aria-label': `Remove ${label}` }, '×')
        remove.addEventListener('click', () => this.options.onRemove(series))
        const value = h('output', { 'data-series': formatKey(series.key) })
        return h('li', {}, swatch, label, ' ', value, remove)
      }),
    )
  }

  private colour(index: number) {
    return SERIES_COLOURS[index % SERIES_COLOURS.length] as (typeof SERIES_COLOURS)[number]
  }

  private plotOptions(numeric: readonly boolean[]): uPlot.Options {
    const colours = THEMES[this.theme]
    const scales = [...new Set(this.units.filter((_, index) => numeric[index]))]
    const axis = { stroke: colours.muted, ticks: { stroke: colours.line }, font: '12px system-ui' }
    const lines = this.series.map((_, index) => index).filter((index) => numeric[index])
    return {
      ...this.size(),
      legend: { show: false },
      scales: { x: { time: true } },
      cursor: { drag: { x: true, y: false, setScale: false } },
      axes: [
        { ...axis, grid: { stroke: colours.line, width: 1 } },
        ...scales.map((unit, index) => ({
          ...axis,
          scale: `y${unit}`,
          side: (index === 0 ? 3 : 1) as uPlot.Axis.Side,
          size: AXIS_WIDTH,
          grid: index === 0 ? { stroke: colours.line, width: 1 } : { show: false },
          label: unit,
          labelSize: unit ? 18 : 0,
          labelFont: '12px system-ui',
        })),
      ],
      series: [
        {},
        ...lines.map((index) => ({
          label: this.labels[index] ?? '',
          scale: `y${this.units[index] ?? ''}`,
          stroke: colours[this.colour(index)],
          width: 2,
          points: { size: 5 },
        })),
      ],
      hooks: {
        setSelect: [(plot) => this.zoom(plot)],
        setCursor: [(plot) => this.showValues(plot, lines)],
        draw: [(plot) => this.alignStrips(plot), (plot) => this.showValues(plot, lines)],
      },
    }
  }

  private zoom(plot: uPlot): void {
    const { left, width } = plot.select
    if (width < 4) return
    const from = Math.round(plot.posToVal(left, 'x') * 1000)
    const to = Math.round(plot.posToVal(left + width, 'x') * 1000)
    plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false)
    if (to - from >= MIN_RANGE_MS) this.options.onRange({ from, to })
  }

  /** Show the values at the pointer in the legend, or the newest values without a pointer. */
  private showValues(plot: uPlot, lines: readonly number[]): void {
    const index = plot.cursor.idx
    const outputs = this.legend.querySelectorAll('output')
    lines.forEach((series, line) => {
      const column = [...(plot.data[line + 1] ?? [])]
      const value = index == null ? column.findLast((candidate) => candidate != null) : column[index]
      const output = outputs[series]
      if (output) setText(output, value == null ? '' : formatValue(value))
    })
  }

  private drawStrips(numeric: readonly boolean[], from: number, to: number): void {
    const until = Math.min(to, Date.now())
    const strips = this.series.flatMap((series, index) => {
      if (numeric[index]) return []
      const spans = stateSpans(series, from, until)
      const description = spans.map((span) => `${span.state} from ${formatTime(span.from)}`).join('; ')
      const bar = h('div', { class: 'strip-bar', role: 'img', 'aria-label': description || 'no state in this time range' })
      for (const span of spans) {
        const part = h('span', { title: `${span.state}, from ${formatTime(span.from)} to ${formatTime(span.to)}` })
        part.textContent = span.state
        part.dataset['severity'] = severityOf(span.state) ?? 'none'
        part.style.left = `${((span.from - from) / (to - from)) * 100}%`
        part.style.width = `${((span.to - span.from) / (to - from)) * 100}%`
        bar.append(part)
      }
      const label = h('span', {}, this.labels[index] ?? '')
      return [h('div', { class: 'strip', 'data-series': formatKey(series.key) }, label, bar)]
    })
    this.strips.replaceChildren(...strips)
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

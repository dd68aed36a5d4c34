/** Draws series of numbers as lines, with what the pointer is at. Its library is loaded with the first series. */

import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'

import { alignOnTimeAxis, chartSignature } from '../data/plot'
import type { Range, Zone } from '../data/range'
import type { ChartLine } from './chart_line'
import { ChartTooltip } from './chart_tooltip'
import type { Theme } from './colours'
import { drawnLines, plotOptions } from './plot_options'

export interface LinePlotOptions {
  /** The plot fills it. */
  readonly box: HTMLElement
  readonly onRange: (range: Range) => void
  /** The axes have another place: how far they are from the left and the right of the box, in pixels. */
  readonly onAxes: (left: number, right: number) => void
}

/** What a plot shows. */
export interface PlotState {
  readonly lines: readonly ChartLine[]
  readonly theme: Theme
  readonly zone: Zone
  /** Milliseconds since 1970. */
  readonly from: number
  readonly to: number
}

const MIN_RANGE_MS = 1_000
/** How far a value may be from the pointer, in pixels. */
const POINTER_TOLERANCE = 8

export class LinePlot {
  private readonly tooltip = new ChartTooltip()
  private plot: uPlot | undefined
  private signature = ''
  private lines: readonly ChartLine[] = []

  constructor(private readonly options: LinePlotOptions) {
    options.box.after(this.tooltip.element)
    new ResizeObserver(() => this.plot?.setSize(this.size())).observe(options.box)
  }

  /** The drawing; undefined if nothing is shown. */
  get canvas(): uPlot | undefined {
    return this.plot
  }

  show(state: PlotState): void {
    this.lines = state.lines
    const { times, values, bands } = alignOnTimeAxis(drawnLines(state.lines).map(({ line }) => line.series))
    const data: uPlot.AlignedData = [times, ...values, ...[...bands.values()].flatMap(({ min, max }) => [min, max])]
    const signature = signatureOf(state)
    if (this.plot && signature === this.signature) {
      this.plot.setData(data, false)
    } else {
      this.clear()
      this.signature = signature
      this.plot = new uPlot(this.plotOptions(state), data, this.options.box)
    }
    this.plot.setScale('x', { min: state.from / 1000, max: state.to / 1000 })
  }

  clear(): void {
    this.plot?.destroy()
    this.plot = undefined
    this.tooltip.hide()
  }

  private plotOptions({ lines, theme, zone }: PlotState): uPlot.Options {
    return plotOptions({
      lines,
      theme,
      zone,
      size: this.size(),
      isNear: (time, pointer) => Math.abs(time - pointer) * 1000 <= this.tolerance(),
      hooks: {
        setSelect: [(plot) => this.zoom(plot)],
        setCursor: [(plot) => this.showTooltip(plot)],
        draw: [(plot) => this.reportAxes(plot)],
      },
    })
  }

  /** How far a value may be from the pointer, in milliseconds. */
  private tolerance(): number {
    const { min, max } = this.plot?.scales['x'] ?? {}
    const width = this.plot?.over.clientWidth || 1
    return (((max ?? 0) - (min ?? 0)) * 1000 * POINTER_TOLERANCE) / width
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
    this.tooltip.show(this.lines, time, this.tolerance(), left + offset, this.options.box.clientWidth)
  }

  private reportAxes(plot: uPlot): void {
    const { left, width } = plot.bbox
    const ratio = devicePixelRatio || 1
    this.options.onAxes(left / ratio, Math.max(this.options.box.clientWidth - (left + width) / ratio, 0))
  }

  private size(): { width: number; height: number } {
    const { clientWidth, clientHeight } = this.options.box
    return { width: Math.max(clientWidth, 120), height: Math.max(clientHeight, 80) }
  }
}

/** Identify what needs another plot: all but values. */
function signatureOf({ lines, theme, zone }: PlotState): string {
  const texts = lines.map(({ label, thresholds }) => [label, thresholds])
  return `${chartSignature(lines.map(({ series }) => series), lines.map(({ unit }) => unit))} ${JSON.stringify([texts, theme, zone])}`
}

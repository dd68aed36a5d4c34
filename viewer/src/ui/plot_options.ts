/** The settings of uPlot for the lines of a chart: axes, lines with bands, and thresholds. */

import uPlot from 'uplot'

import { axisRange, tickDistances, tickLabels } from '../data/axis'
import { isNumeric, isWhole } from '../data/plot'
import type { Zone } from '../data/range'
import type { Series } from '../data/series'
import { type ChartLine, colourName } from './chart_line'
import { THEMES, type Theme } from './colours'
import { timeLabels } from './format'

const FONT = '12px system-ui'
const LINE_HEIGHT = 15
const LEAST_AXIS_WIDTH = 40
const BAND_OPACITY = '40'

export interface PlotSettings {
  /** All series of the chart. Those with numbers are lines. */
  readonly lines: readonly ChartLine[]
  readonly theme: Theme
  readonly zone: Zone
  readonly size: { readonly width: number; readonly height: number }
  readonly hooks: uPlot.Hooks.Arrays
  /** Whether a value at a time is near enough to the pointer to be marked; both are seconds since 1970. */
  readonly isNear: (time: number, pointer: number) => boolean
}

/** The data of uPlot has a column for each of these lines, and then two for the band of each that is sampled. */
export function drawnLines(lines: readonly ChartLine[]): { line: ChartLine; index: number }[] {
  return lines.map((line, index) => ({ line, index })).filter(({ line }) => isNumeric(line.series))
}

export function isSampled({ points }: Series): boolean {
  return points.some(({ sample }) => sample)
}

export function plotOptions({ lines, theme, zone, size, hooks, isNear }: PlotSettings): uPlot.Options {
  const colours = THEMES[theme]
  const drawn = drawnLines(lines)
  const units = [...new Set(drawn.map(({ line }) => line.unit))]
  const axis = { stroke: colours.muted, ticks: { stroke: colours.line }, font: FONT }
  const sampled = drawn.filter(({ line }) => isSampled(line.series))
  const bandLine = (line: ChartLine): uPlot.Series => ({ scale: scaleOf(line.unit), width: 0, points: { show: false } })
  return {
    ...size,
    legend: { show: false },
    scales: { x: { time: true }, ...Object.fromEntries(units.map((unit) => [scaleOf(unit), scaleFor(drawn, unit)])) },
    tzDate: (seconds) => (zone === 'utc' ? uPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC') : new Date(seconds * 1000)),
    cursor: {
      drag: { x: true, y: false, setScale: false },
      dataIdx: (plot, _, closest, pointer) => (isNear(plot.data[0][closest] ?? NaN, pointer) ? closest : null) as number,
    },
    axes: [
      {
        ...axis,
        grid: { stroke: colours.line, width: 1 },
        size: 2 * LINE_HEIGHT + 12,
        space: 70,
        values: (_, ticks, __, ___, distance) => timeLabels(ticks, distance),
      },
      ...units.map((unit, index): uPlot.Axis => {
        const hasWhole = hasWholeNumbers(drawn, unit)
        return {
          ...axis,
          scale: scaleOf(unit),
          side: index === 0 ? 3 : 1,
          incrs: tickDistances(hasWhole),
          values: (_, ticks, __, ___, distance) => tickLabels(ticks, distance),
          size: (_, labels) => Math.max(LEAST_AXIS_WIDTH, widestLabel(labels) + 18),
          grid: index === 0 ? { stroke: colours.line, width: 1 } : { show: false },
          label: unit,
          labelSize: unit ? 18 : 0,
          labelFont: FONT,
        }
      }),
    ],
    series: [
      {},
      ...drawn.map(({ line, index }): uPlot.Series => {
        const colour = colours[colourName(index)]
        return { label: line.label, scale: scaleOf(line.unit), stroke: colour, width: 2, points: { size: 5 } }
      }),
      ...sampled.flatMap(({ line }) => [bandLine(line), bandLine(line)]),
    ],
    bands: sampled.map(({ index }, band) => ({
      series: [drawn.length + 2 + 2 * band, drawn.length + 1 + 2 * band],
      fill: colours[colourName(index)] + BAND_OPACITY,
    })),
    hooks: { ...hooks, draw: [(plot) => drawThresholds(plot, drawn.map(({ line }) => line), theme), ...(hooks.draw ?? [])] },
  }
}

function scaleOf(unit: string): string {
  return `y${unit}`
}

function scaleFor(drawn: readonly { line: ChartLine }[], unit: string): uPlot.Scale {
  const thresholds = drawn.flatMap(({ line }) => (line.unit === unit ? line.thresholds.map(({ value }) => value) : []))
  const hasWhole = hasWholeNumbers(drawn, unit)
  return {
    range: (_, min, max) => (min == null || max == null ? [0, 1] : axisRange(min, max, hasWhole, thresholds)),
  }
}

function hasWholeNumbers(drawn: readonly { line: ChartLine }[], unit: string): boolean {
  return drawn.every(({ line }) => line.unit !== unit || isWhole(line.series))
}

/** Draw thresholds as dashed lines with a text at the end. */
function drawThresholds(plot: uPlot, lines: readonly ChartLine[], theme: Theme): void {
  const { ctx, bbox } = plot
  const ratio = devicePixelRatio || 1
  const colours = THEMES[theme]
  const drawn = new Set<string>()
  ctx.save()
  ctx.font = `${11 * ratio}px system-ui`
  ctx.textAlign = 'left'
  ctx.textBaseline = 'bottom'
  ctx.lineWidth = ratio
  ctx.setLineDash([6 * ratio, 4 * ratio])
  for (const { thresholds, unit } of lines) {
    for (const { value, text, colour } of thresholds) {
      const y = Math.round(plot.valToPos(value, scaleOf(unit), true))
      const key = `${unit} ${value}`
      if (drawn.has(key) || !(y >= bbox.top && y <= bbox.top + bbox.height)) continue
      drawn.add(key)
      ctx.strokeStyle = colour ?? colours.muted
      ctx.beginPath()
      ctx.moveTo(bbox.left, y)
      ctx.lineTo(bbox.left + bbox.width, y)
      ctx.stroke()
      const label = `${text}${unit && ` ${unit}`}`
      const left = bbox.left + 4 * ratio
      // A ground, as lines of values may cross the text.
      ctx.fillStyle = `${colours.surface}cc`
      ctx.fillRect(left - ratio, y - 15 * ratio, ctx.measureText(label).width + 2 * ratio, 13 * ratio)
      ctx.fillStyle = colours.text
      ctx.fillText(label, left, y - 2 * ratio)
    }
  }
  ctx.restore()
}

let measured: CanvasRenderingContext2D | null | undefined

function widestLabel(labels: readonly string[] | null): number {
  measured ??= document.createElement('canvas').getContext('2d')
  if (!measured) return 0
  measured.font = FONT
  return Math.max(...(labels ?? []).map((label) => measured?.measureText(label).width ?? 0), 0)
}

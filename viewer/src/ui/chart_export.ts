/** Saves what the charts show: the values as CSV, or a picture. */

import type uPlot from 'uplot'

import { formatCsv } from '../data/csv'
import { isNumeric } from '../data/plot'
import { THEMES, type Theme } from './colours'
import { type ChartLine, colourName } from './chart_line'

export function saveCsv(lines: readonly ChartLine[]): void {
  const columns = lines.map(({ series, label, unit }) => ({ series, name: withUnit(label, unit) }))
  // With the mark, spreadsheets read the text as UTF-8.
  save(new Blob(['\ufeff', formatCsv(columns)], { type: 'text/csv' }), 'csv')
}

export interface Picture {
  /** The charts, of which the bars of states are drawn. */
  readonly element: HTMLElement
  readonly plot: uPlot
  readonly lines: readonly ChartLine[]
  readonly theme: Theme
  /** The range as text. */
  readonly times: string
}

const LINE_HEIGHT = 20
const MARGIN = 10

export async function savePicture(picture: Picture): Promise<void> {
  const canvas = drawPicture(picture)
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve))
  if (blob) save(blob, 'png')
}

function drawPicture({ element, plot, lines, theme, times }: Picture): HTMLCanvasElement {
  const colours = THEMES[theme]
  const source = plot.ctx.canvas
  const ratio = devicePixelRatio || 1
  const strips = [...element.querySelectorAll<HTMLElement>('.strip')]
  const top = MARGIN + LINE_HEIGHT * (lines.length + 1)
  const height = top + source.height / ratio + strips.length * (2 * LINE_HEIGHT + 4) + MARGIN
  const canvas = document.createElement('canvas')
  canvas.width = source.width
  canvas.height = Math.ceil(height * ratio)
  const context = canvas.getContext('2d') as CanvasRenderingContext2D
  context.fillStyle = colours.surface
  context.fillRect(0, 0, canvas.width, canvas.height)
  context.drawImage(source, 0, top * ratio)
  context.scale(ratio, ratio)
  context.font = '13px system-ui'
  context.textBaseline = 'middle'
  const write = (text: string, x: number, y: number, colour: string): void => {
    context.fillStyle = colour
    context.fillText(text, x, y)
  }
  write(times, MARGIN, MARGIN + LINE_HEIGHT / 2, colours.text)
  lines.forEach(({ series, label, unit }, index) => {
    const y = MARGIN + LINE_HEIGHT * (index + 1.5)
    context.fillStyle = isNumeric(series) ? colours[colourName(index)] : colours.muted
    context.fillRect(MARGIN, y - 1.5, 14, 3)
    write(withUnit(label, unit), MARGIN + 20, y, colours.text)
  })
  const left = plot.bbox.left / ratio
  const width = plot.bbox.width / ratio
  strips.forEach((strip, index) => {
    const y = top + source.height / ratio + index * (2 * LINE_HEIGHT + 4)
    write(strip.querySelector('span')?.textContent ?? '', left, y + LINE_HEIGHT / 2, colours.muted)
    for (const span of strip.querySelectorAll<HTMLElement>('.strip-bar span')) {
      const x = left + (width * Number.parseFloat(span.style.left)) / 100
      const spanWidth = (width * Number.parseFloat(span.style.width)) / 100
      context.fillStyle = getComputedStyle(span).backgroundColor
      context.fillRect(x, y + LINE_HEIGHT, Math.max(spanWidth - 1, 1), LINE_HEIGHT)
      if (context.measureText(span.textContent ?? '').width + 8 < spanWidth) {
        write(span.textContent ?? '', x + 4, y + LINE_HEIGHT * 1.5, colours.onSeverity)
      }
    }
  })
  return canvas
}

function withUnit(label: string, unit: string): string {
  return `${label}${unit && ` (${unit})`}`
}

function save(content: Blob, extension: string): void {
  const url = URL.createObjectURL(content)
  const link = document.createElement('a')
  link.href = url
  link.download = `charts-${new Date().toISOString().slice(0, 19).replaceAll(':', '')}.${extension}`
  link.click()
  // The browser reads the content after this task.
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}

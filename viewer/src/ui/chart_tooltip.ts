/** What the pointer is at in a chart: the time, and the values of all series. */

import { isNumeric, pointAt } from '../data/plot'
import type { Point } from '../data/series'
import { h } from './dom'
import { formatTime, formatValue } from './format'
import { type ChartLine, colourName } from './chart_line'

export class ChartTooltip {
  /** Hidden from screen readers, which read the table of values. */
  readonly element = h('div', { class: 'chart-tooltip', 'aria-hidden': 'true', hidden: true })

  hide(): void {
    this.element.hidden = true
  }

  /**
   * Show the values at a time.
   *
   * @param tolerance How far a value may be from the time, in milliseconds.
   * @param left Where the pointer is, in pixels from the left of the chart.
   * @param width Width of the chart in pixels.
   */
  show(lines: readonly ChartLine[], time: number, tolerance: number, left: number, width: number): void {
    const points = lines.map(({ series }) => pointAt(series, time, tolerance))
    const times = points.flatMap((point, index) => (point && isNumeric(lines[index]!.series) ? [point.time] : []))
    const nearest = times.sort((a, b) => Math.abs(a - time) - Math.abs(b - time))[0] ?? time
    const rows = lines.map((line, index) => {
      const swatch = h('span', { class: 'swatch' })
      swatch.style.background = isNumeric(line.series) ? `var(--${colourName(index)})` : 'var(--muted)'
      return h('tr', {}, h('td', {}, swatch), h('th', { scope: 'row' }, line.label), h('td', {}, valueText(points[index], line.unit)))
    })
    this.element.replaceChildren(h('p', {}, formatTime(nearest)), h('table', {}, ...rows))
    this.element.hidden = false
    const isLeft = left < width / 2
    this.element.style.left = isLeft ? `${left + 16}px` : ''
    this.element.style.right = isLeft ? '' : `${width - left + 16}px`
  }
}

export function valueText(point: Point | undefined, unit: string): string {
  if (!point) return 'no value'
  const withUnit = `${formatValue(point.value)}${typeof point.value === 'number' && unit ? ` ${unit}` : ''}`
  const { sample } = point
  return sample ? `${withUnit} (${formatValue(sample.min)} to ${formatValue(sample.max)})` : withUnit
}

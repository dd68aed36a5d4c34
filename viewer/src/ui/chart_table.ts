/** The text alternative of a chart: a table for screen readers with the newest, lowest and highest value of each series. */

import { isNumeric, summarise } from '../data/plot'
import { h, setText } from './dom'
import { formatTime, formatValue } from './format'
import type { ChartLine } from './chart_line'

const COLUMNS = ['Series', 'Newest value', 'Time', 'Lowest', 'Highest'] as const

export class ChartTable {
  private readonly caption = h('caption')
  private readonly body = h('tbody')
  private readonly head = h('thead', {}, h('tr', {}, ...COLUMNS.map((name) => h('th', { scope: 'col' }, name))))
  // A table is as wide as its content: only the box around it can hide it.
  readonly element = h('div', { class: 'visually-hidden' }, h('table', {}, this.caption, this.head, this.body))

  /** Show the values of series in a range. Cells change in place, so that a screen reader keeps its position. */
  show(lines: readonly ChartLine[], range: string): void {
    setText(this.caption, `Values in the charts, ${range}`)
    while (this.body.childElementCount > lines.length) this.body.lastElementChild?.remove()
    lines.forEach((line, index) => {
      const row = this.body.children[index] ?? this.body.appendChild(createRow())
      cellsOf(line).forEach((text, column) => setText(row.children[column] as Element, text))
    })
  }
}

function createRow(): HTMLTableRowElement {
  return h('tr', {}, ...COLUMNS.map((_, index) => h(index === 0 ? 'th' : 'td', index === 0 ? { scope: 'row' } : {})))
}

function cellsOf({ series, label, unit }: ChartLine): string[] {
  const withUnit = (value: number): string => `${formatValue(value)}${unit && ` ${unit}`}`
  if (!isNumeric(series)) {
    const newest = series.points.at(-1) ?? series.before
    return [label, newest ? formatValue(newest.value) : 'none', newest ? formatTime(newest.time) : '', '', '']
  }
  const summary = summarise(series)
  if (!summary) return [label, 'no values in this time range', '', '', '']
  const { newest, min, max } = summary
  const value = typeof newest.value === 'number' ? withUnit(newest.value) : formatValue(newest.value)
  return [label, value, formatTime(newest.time), withUnit(min), withUnit(max)]
}

/** Series as comma-separated values (RFC 4180). Pure. */

import type { Value } from './feed'
import type { Series } from './series'

export interface Column {
  readonly name: string
  readonly series: Series
}

/** A row for each time, in UTC, and a column for each series; of sampled series also the lowest and highest values. */
export function formatCsv(columns: readonly Column[]): string {
  const times = new Set(columns.flatMap(({ series }) => series.points.map(({ time }) => time)))
  const cells = columns.flatMap(({ name, series }) => {
    const byTime = new Map(series.points.map((point) => [point.time, point]))
    const values = { name, at: (time: number): Value | undefined => byTime.get(time)?.value }
    if (!series.points.some(({ sample }) => sample)) return [values]
    return [
      values,
      { name: `${name} lowest`, at: (time: number) => byTime.get(time)?.sample?.min },
      { name: `${name} highest`, at: (time: number) => byTime.get(time)?.sample?.max },
    ]
  })
  const rows = [...times]
    .sort((a, b) => a - b)
    .map((time) => [new Date(time).toISOString(), ...cells.map(({ at }) => formatCell(at(time)))])
  const header = ['time', ...cells.map(({ name }) => formatCell(name))]
  return [header, ...rows].map((row) => `${row.join(',')}\r\n`).join('')
}

/** Format a cell. A text that a spreadsheet would run as a formula gets an apostrophe before it. */
function formatCell(value: Value | undefined): string {
  if (value === undefined) return ''
  if (typeof value !== 'string') return String(value)
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** A dialog to choose start and end of the charts. */

import type { Range, Zone } from '../data/range'
import { h } from './dom'
import { zoneNames } from './format'

export interface PickerOptions {
  /** Milliseconds since 1970. */
  readonly from: number
  readonly to: number
  readonly zone: Zone
  readonly parent: HTMLElement
  readonly onRange: (range: Range) => void
}

export function openTimePicker({ from, to, zone, parent, onRange }: PickerOptions): void {
  const start = h('input', { type: 'datetime-local', step: 1, required: true, value: formatInput(from, zone) })
  const end = h('input', { type: 'datetime-local', step: 1, required: true, value: formatInput(to, zone) })
  const cancel = h('button', { type: 'button' }, 'Cancel')
  const form = h(
    'form',
    { method: 'dialog' },
    h('h3', {}, `From … to … (${zoneNames(from, to)})`),
    h('label', {}, 'From ', start),
    h('label', {}, 'To ', end),
    h('div', { class: 'chart-tools' }, h('button', { type: 'submit' }, 'Show'), cancel),
  )
  const dialog = h('dialog', { class: 'time-picker', 'aria-label': 'Time range of the charts' }, form)
  const readTimes = (): Range | undefined => {
    const times = { from: parseInput(start.value, zone), to: parseInput(end.value, zone) }
    return times.from < times.to ? times : undefined
  }
  const validate = (): void => end.setCustomValidity(readTimes() ? '' : 'The end must be after the start.')
  for (const input of [start, end]) input.addEventListener('input', validate)
  cancel.addEventListener('click', () => dialog.close())
  form.addEventListener('submit', () => {
    const range = readTimes()
    if (range) onRange(range)
  })
  dialog.addEventListener('close', () => dialog.remove())
  parent.append(dialog)
  dialog.showModal()
}

/** Format a time for an input of times, which have no zone: `2026-03-01T12:00:00`. */
export function formatInput(time: number, zone: Zone): string {
  const offset = zone === 'utc' ? 0 : new Date(time).getTimezoneOffset() * 60_000
  return new Date(time - offset).toISOString().slice(0, 19)
}

/** Parse the value of an input of times; NaN if it is empty. */
export function parseInput(value: string, zone: Zone): number {
  return Date.parse(zone === 'utc' ? `${value}Z` : value)
}

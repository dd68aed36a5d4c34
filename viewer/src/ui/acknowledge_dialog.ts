/** Asks for a note, and acknowledges an alarm. */

import { MAX_NOTE_LENGTH } from '../data/acknowledgement'
import type { Alarm } from '../data/alarms'
import { h } from './dom'

export interface AcknowledgeDialogOptions {
  readonly alarm: Alarm
  /** Name of its entity. */
  readonly name: string
  /** Why a note cannot be kept; undefined if it can. */
  readonly noteObstacle: string | undefined
  readonly acknowledge: (note: string) => Promise<void>
}

/** Show the dialog until the alarm is acknowledged, or the user closes it. */
export function openAcknowledgeDialog({ alarm, name, noteObstacle, acknowledge }: AcknowledgeDialogOptions): HTMLDialogElement {
  const title = h('h2', { id: 'acknowledge-title' }, `Acknowledge the alarm of ${name}`)
  const note = h('input', { type: 'text', maxlength: MAX_NOTE_LENGTH, autocomplete: 'off' })
  const noteRow = noteObstacle
    ? h('p', { class: 'muted' }, noteObstacle)
    : h('label', {}, h('span', {}, 'Note (optional)'), note)
  const submit = h('button', { type: 'submit', class: 'primary' }, 'Acknowledge')
  const cancel = h('button', { type: 'button' }, 'Cancel')
  const problem = h('p', { class: 'problem', role: 'alert' })
  const form = h(
    'form',
    { method: 'dialog' },
    title,
    ...(alarm.message ? [h('p', {}, alarm.message)] : []),
    noteRow,
    problem,
    h('div', { class: 'dialog-buttons' }, cancel, submit),
  )
  const dialog = h('dialog', { class: 'acknowledge-dialog', 'aria-labelledby': 'acknowledge-title' }, form)
  cancel.addEventListener('click', () => dialog.close())
  dialog.addEventListener('close', () => dialog.remove())
  form.addEventListener('submit', async (event) => {
    event.preventDefault()
    submit.disabled = true
    problem.textContent = ''
    try {
      await acknowledge(note.value)
      dialog.close()
    } catch (error) {
      problem.textContent = `Not acknowledged: ${error instanceof Error ? error.message : String(error)}`
      submit.disabled = false
    }
  })
  document.body.append(dialog)
  dialog.showModal()
  return dialog
}

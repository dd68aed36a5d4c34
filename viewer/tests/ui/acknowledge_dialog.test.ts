// @vitest-environment happy-dom
import { afterEach, expect, test } from 'vitest'

import { openAcknowledgeDialog } from '../../src/ui/acknowledge_dialog'
import { settle } from '../fake_api'
import { sampleAlarm } from '../sample_alarms'

const notes: string[] = []
let failure: Error | undefined

function open(noteObstacle?: string): HTMLDialogElement {
  return openAcknowledgeDialog({
    alarm: sampleAlarm('a'),
    name: 'Pump',
    noteObstacle,
    acknowledge: async (note) => {
      if (failure) throw failure
      notes.push(note)
    },
  })
}

async function submit(dialog: HTMLDialogElement): Promise<void> {
  dialog.querySelector('form')?.dispatchEvent(new Event('submit', { cancelable: true }))
  await settle()
}

afterEach(() => {
  notes.length = 0
  failure = undefined
  document.body.replaceChildren()
})

test('a note is passed on, and the dialog closes', async () => {
  const dialog = open()
  dialog.querySelector('input')!.value = 'fan ordered'
  await submit(dialog)
  expect(notes).toEqual(['fan ordered'])
  expect(dialog.open).toBe(false)
  expect(document.querySelector('dialog')).toBeNull()
})

test('the reason of a failure is shown, and the note stays', async () => {
  failure = new Error('table full')
  const dialog = open()
  dialog.querySelector('input')!.value = 'fan ordered'
  await submit(dialog)
  expect(dialog.querySelector('[role=alert]')?.textContent).toBe('Not acknowledged: table full')
  expect(dialog.querySelector('input')?.value).toBe('fan ordered')
  expect(dialog.open).toBe(true)
})

test('where notes cannot be kept, there is no field for one', () => {
  const dialog = open('Notes cannot be kept.')
  expect(dialog.querySelector('input')).toBeNull()
  expect(dialog.textContent).toContain('Notes cannot be kept.')
})

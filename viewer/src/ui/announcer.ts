/** Texts for users of screen readers: the last of several, once, after a pause. */

import { h, setText } from './dom'

/** Long enough that typing and progress are not read out word by word. */
const PAUSE_MS = 1_000

export class Announcer {
  readonly element = h('p', { class: 'visually-hidden', role: 'status' })
  private timer: ReturnType<typeof setTimeout> | undefined
  private text = ''

  say(text: string): void {
    if (text === this.text) return
    this.text = text
    clearTimeout(this.timer)
    this.timer = setTimeout(() => setText(this.element, text), PAUSE_MS)
  }
}

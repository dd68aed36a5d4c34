/** The state of the connection, with what to do about it. */

import type { Connection, ConnectionName, ConnectionState } from '../data/connection'
import { clock } from '../data/clock'
import { h, setAttribute, setText } from './dom'
import { formatAge } from './format'

/** What a state means for the user, and what to do. */
const ADVICE: Readonly<Record<ConnectionName, string>> = {
  checking: '',
  live: '',
  delayed: 'Answers take long. A data connector, the service or the network is slow.',
  throttled:
    'The account makes more requests than AWS allows. All its users share them, so this page makes fewer until that is ' +
    'over. Close pages that are not needed, or raise refreshSeconds in config.json.',
  refused: 'You may not read all of this twin. Ask its owner for access to the workspace.',
  'signed-out': 'The credentials are expired or wrong. Sign in again, or renew them in config.json: the page goes on by itself.',
  down: 'Values stay as they were. The page tries again every half minute or sooner. Check the network of this computer.',
}
const TEXTS: Readonly<Record<ConnectionName, string>> = {
  checking: 'checking …',
  live: 'live',
  delayed: 'delayed',
  throttled: 'throttled',
  refused: 'refused',
  'signed-out': 'signed out',
  down: 'no response',
}

export class ConnectionBadge {
  readonly element: HTMLElement
  /** Says a state when it begins, not each of its seconds. */
  readonly announcement: HTMLElement
  private readonly text: HTMLElement
  private readonly advice: HTMLElement
  private connection: Connection | undefined

  /** @param isSample Whether values are samples, which are not live. */
  constructor(private readonly isSample: boolean) {
    this.text = h('summary', {}, isSample ? 'sample values' : '')
    this.advice = h('p', { class: 'advice' })
    this.element = h('details', { class: 'connection', 'data-state': isSample ? 'sample' : 'checking' }, this.text, this.advice)
    this.announcement = h('span', { class: 'visually-hidden', role: 'status' })
    // Without advice there is nothing to open.
    this.text.addEventListener('click', (event) => {
      if (!this.advice.textContent) event.preventDefault()
    })
  }

  /** Show the state of a connection from now on. */
  follow(connection: Connection): void {
    this.connection = connection
    connection.subscribe((state) => {
      if (!this.isSample) setText(this.announcement, `Connection: ${TEXTS[state.name]}`)
      this.update()
    })
  }

  update(): void {
    if (!this.connection || this.isSample) return
    const { state, age } = this.connection
    setAttribute(this.element, 'data-state', state.name)
    setText(this.text, [connectionText(state, age, Date.now()), ...skewText(clock.skew)].join(' · '))
    const advice = [ADVICE[state.name], state.message && `Answer of the service: ${state.message}`].filter(Boolean).join(' ')
    setText(this.advice, advice)
    setAttribute(this.text, 'title', advice || undefined)
    if (!advice) this.element.removeAttribute('open')
  }
}

function connectionText(state: ConnectionState, age: number, now: number): string {
  const text = TEXTS[state.name]
  if (state.name === 'down') return `${text} for ${formatAge(now - state.since)}, trying again`
  const isOld = state.name === 'delayed' || state.name === 'throttled'
  return isOld ? `${text}, values may be ${formatAge(coarseAge(age))} old` : text
}

/** Round an age up, so that its text changes rarely. */
function coarseAge(milliseconds: number): number {
  const step = milliseconds <= 60_000 ? 10_000 : 60_000
  return Math.ceil(Math.max(milliseconds, 1) / step) * step
}

function skewText(skew: number): string[] {
  if (skew === 0) return []
  return [`clock of this computer is ${formatAge(Math.abs(skew))} ${skew < 0 ? 'slow' : 'fast'}`]
}

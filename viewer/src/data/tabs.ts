/** The tabs of a browser that show the same twin to the same user: which of them leads, and messages between them. */

import type { Binding, Reading } from './feed'
import type { Priority } from './priority'
import type { Answer } from './shared_answers'

const PREFIX = 'twin '

/** From a tab to the leader, also without content: properties to read, and those that the tab no longer shows. */
interface Demand {
  readonly to: 'leader'
  readonly from?: string
  readonly demands?: readonly { readonly binding: Binding; readonly priority: Priority }[]
  readonly release?: readonly string[] | 'all'
}

/** From the leader to one tab, or to all. */
interface News {
  readonly to: string
  readonly from?: string
  /** Whether the leader has begun to lead, and has no properties yet. */
  readonly isNew?: boolean
  /** How old the oldest value of the leader may be, in milliseconds. */
  readonly age?: number
  readonly readings?: readonly (readonly [string, Reading])[]
}

/** From a tab to all others that make the same requests. */
export interface AnswerMessage {
  readonly to: 'readers'
  readonly from?: string
  readonly topic: string
  readonly answer: Answer<unknown>
}

export type TabMessage = Demand | News

export interface TabHandlers {
  /** This tab leads from now on, until it is closed or hidden. */
  readonly onLead: () => void
  /** The page is hidden or closed. */
  readonly onEnd: () => void
  readonly onMessage: (message: TabMessage) => void
}

export interface Tabs {
  readonly id: string
  /** Whether this tab takes part. */
  readonly isOpen: boolean
  readonly isHidden: boolean
  start(handlers: TabHandlers): void
  open(): void
  close(): void
  send(message: TabMessage | AnswerMessage): void
  /** Call `listener` with answers of other tabs while this tab takes part, until the returned function is called. */
  listen(listener: (message: AnswerMessage) => void): () => void
}

export function isDemand(message: TabMessage): message is Demand {
  return message.to === 'leader'
}

function isAnswer(message: TabMessage | AnswerMessage): message is AnswerMessage {
  return 'answer' in message
}

/** Tabs of one browser, by its locks and a channel. A tab takes part while it is visible. */
export class BrowserTabs implements Tabs {
  readonly id: string = crypto.randomUUID()
  private readonly channel: BroadcastChannel
  private handlers: TabHandlers | undefined
  private closing: AbortController | undefined
  private readonly listeners = new Set<(message: AnswerMessage) => void>()

  /** @param name Equal for tabs with the same twin, user and settings. */
  constructor(private readonly name: string) {
    this.channel = new BroadcastChannel(name)
    this.channel.addEventListener('message', ({ data }: MessageEvent<TabMessage | AnswerMessage>) => {
      if (isAnswer(data) && this.isOpen) for (const listener of [...this.listeners]) listener(data)
    })
  }

  /** Whether the browser has what tabs need to communicate. */
  static get isSupported(): boolean {
    return typeof BroadcastChannel !== 'undefined' && 'locks' in navigator && typeof crypto.randomUUID === 'function'
  }

  get isOpen(): boolean {
    return this.closing !== undefined
  }

  get isHidden(): boolean {
    return document.hidden
  }

  start(handlers: TabHandlers): void {
    this.handlers = handlers
    this.channel.addEventListener('message', ({ data }: MessageEvent<TabMessage>) => {
      if (data.to === this.id || data.to === 'all' || data.to === 'leader') handlers.onMessage(data)
    })
    document.addEventListener('visibilitychange', () => {
      if (document.hidden) handlers.onEnd()
      else this.open()
    })
    addEventListener('pagehide', () => handlers.onEnd())
    addEventListener('pageshow', () => this.open())
    this.open()
  }

  open(): void {
    if (this.isOpen || this.isHidden) return
    const closing = new AbortController()
    this.closing = closing
    const lead = (): Promise<void> => {
      if (closing.signal.aborted) return Promise.resolve()
      this.handlers?.onLead()
      return new Promise((resolve) => closing.signal.addEventListener('abort', () => resolve()))
    }
    // The request waits until the present leader is hidden or closed. Closing this tab ends it with an error.
    navigator.locks.request(this.name, { signal: closing.signal }, lead).catch(() => undefined)
    this.send({ to: 'leader' })
  }

  close(): void {
    this.closing?.abort()
    this.closing = undefined
  }

  listen(listener: (message: AnswerMessage) => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  send(message: TabMessage | AnswerMessage): void {
    this.channel.postMessage({ ...message, from: this.id })
  }
}

/** Count the visible tabs of this browser that show twins of this site: each holds a lock, or waits for it. */
export async function countTabs(): Promise<number> {
  const { held = [], pending = [] } = await navigator.locks.query()
  return [...held, ...pending].filter(({ name }) => name?.startsWith(PREFIX)).length
}

/**
 * Name what tabs with the same twin, user and settings have in common.
 *
 * @param parts What must be equal. It may hold secrets: the name is a hash of it.
 */
export async function tabGroupName(parts: readonly unknown[]): Promise<string> {
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(JSON.stringify(parts)))
  return `${PREFIX}${Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, '0')).join('')}`
}

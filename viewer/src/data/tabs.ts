/** The tabs of a browser that show the same twin to the same user: which of them leads, and messages between them. */

import type { Binding, Reading } from './feed'
import type { Priority } from './priority'

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
  /** Whether the leader has begun to lead, and knows of no properties. */
  readonly isNew?: boolean
  /** How old the oldest value of the leader may be, in milliseconds. */
  readonly age?: number
  readonly readings?: readonly (readonly [string, Reading])[]
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
  /** Whether this tab takes part. */
  readonly isOpen: boolean
  readonly isHidden: boolean
  start(handlers: TabHandlers): void
  open(): void
  close(): void
  send(message: TabMessage): void
}

export function isDemand(message: TabMessage): message is Demand {
  return message.to === 'leader'
}

/** Tabs of one browser, by its locks and a channel. A tab takes part while it is visible. */
export class BrowserTabs implements Tabs {
  private readonly id = crypto.randomUUID()
  private readonly channel: BroadcastChannel
  private handlers: TabHandlers | undefined
  private closing: AbortController | undefined

  /** @param name Equal for tabs with the same twin, user and settings. */
  constructor(private readonly name: string) {
    this.channel = new BroadcastChannel(name)
  }

  /** Whether the browser has what tabs need to know of each other. */
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

  send(message: TabMessage): void {
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

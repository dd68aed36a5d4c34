/** Tabs of a browser in one process. */

import type { AnswerMessage, TabHandlers, TabMessage, Tabs } from '../src/data/tabs'

/** The tabs of one browser: the first open one leads. */
export class FakeBrowser {
  readonly queue: FakeTabs[] = []

  deliver(from: FakeTabs, message: TabMessage | AnswerMessage): void {
    for (const tab of this.queue) {
      if (tab === from || tab.isFrozen) continue
      if ('answer' in message) tab.receiveAnswer({ ...message, from: from.id })
      else if (message.to === tab.id || message.to === 'all' || message.to === 'leader') tab.receive({ ...message, from: from.id })
    }
  }
}

export class FakeTabs implements Tabs {
  isHidden = false
  /** A frozen tab keeps its lock and does nothing. */
  isFrozen = false
  private handlers: TabHandlers | undefined
  private readonly listeners = new Set<(message: AnswerMessage) => void>()

  constructor(
    private readonly browser: FakeBrowser,
    readonly id: string,
  ) {}

  get isOpen(): boolean {
    return this.browser.queue.includes(this)
  }

  start(handlers: TabHandlers): void {
    this.handlers = handlers
    this.open()
  }

  open(): void {
    if (this.isOpen) return
    this.browser.queue.push(this)
    if (this.browser.queue[0] === this) this.handlers?.onLead()
    this.send({ to: 'leader' })
  }

  close(): void {
    const wasLeader = this.browser.queue[0] === this
    this.browser.queue.splice(this.browser.queue.indexOf(this), 1)
    if (wasLeader) this.browser.queue[0]?.handlers?.onLead()
  }

  /** Hide the page, or show it again. */
  setHidden(isHidden: boolean): void {
    this.isHidden = isHidden
    if (isHidden) this.handlers?.onEnd()
    else this.open()
  }

  listen(listener: (message: AnswerMessage) => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  send(message: TabMessage | AnswerMessage): void {
    if (!this.isFrozen) this.browser.deliver(this, structuredClone(message))
  }

  receive(message: TabMessage): void {
    this.handlers?.onMessage(message)
  }

  receiveAnswer(message: AnswerMessage): void {
    for (const listener of [...this.listeners]) listener(message)
  }
}

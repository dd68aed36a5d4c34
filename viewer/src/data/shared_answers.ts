/**
 * Lets the tabs of a browser that make the same requests again and again make them once. There is no leader: of the
 * tabs that read the same, the one with the lowest id goes on, and the others take its answers.
 */

import type { Tabs } from './tabs'

/** What a request answered, which another reader can take in place of an own request. */
export interface Answer<T> {
  readonly content: T
  /** It has all values after this time, in milliseconds since 1970. */
  readonly since: number
  /** When it was requested, in milliseconds since 1970. */
  readonly readAt: number
}

/** How much later than expected an answer may come until a reader that takes it reads by itself, in milliseconds. */
export const LATE_MS = 8_000

export interface SharedAnswersOptions<T> {
  /** Absent if nothing is shared. */
  readonly tabs: Tabs | undefined
  /** Equal for readers with the same requests. */
  readonly topic: string
  /** Milliseconds between requests. */
  readonly interval: number
  /** Take an answer. @returns false if values between the known ones and those of the answer are missing. */
  readonly take: (answer: Answer<T>) => boolean
}

export class SharedAnswers<T> {
  private servedAt = -Infinity
  private readonly stopListening: (() => void) | undefined

  constructor(private readonly options: SharedAnswersOptions<T>) {
    const { tabs, topic, take } = options
    this.stopListening = tabs?.listen(({ topic: other, answer, from = '' }) => {
      if (other !== topic || !take(answer as Answer<T>)) return
      if (from < tabs.id) this.servedAt = performance.now()
    })
  }

  /** Whether another tab makes the requests, so that this one need not. */
  get isServed(): boolean {
    const isOpen = this.options.tabs?.isOpen ?? false
    return isOpen && performance.now() - this.servedAt < this.options.interval + LATE_MS
  }

  /** Give an answer to the other tabs. */
  publish(answer: Answer<T>): void {
    const { tabs, topic } = this.options
    if (tabs?.isOpen) tabs.send({ to: 'readers', topic, answer })
  }

  /** Let this tab make the next request itself. */
  readHere(): void {
    this.servedAt = -Infinity
  }

  stop(): void {
    this.stopListening?.()
  }
}

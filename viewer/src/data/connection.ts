/** How far the page can be trusted now: whether the services answer, and how old what it shows is. */

import { ApiError, type OutgoingRequest } from '../api/api'
import { INTERVAL_MS } from './poller'

export type ConnectionName = 'checking' | 'live' | 'delayed' | 'throttled' | 'refused' | 'signed-out' | 'down'

export interface ConnectionState {
  readonly name: ConnectionName
  /** Whether requests get answers, so that what failed may be tried again. */
  readonly isUp: boolean
  /** When the state began, in milliseconds of the computer's time since 1970. */
  readonly since: number
  /** Words of the service about it; empty if there are none. */
  readonly message: string
}

type Kind = OutgoingRequest['kind']

interface AgeSource {
  readonly age: () => number
  /** Age in milliseconds that is no delay. */
  readonly limit: number
}

type Listener = (state: ConnectionState) => void

/** How long after the last throttled answer the state lasts, so that it does not alternate. */
const THROTTLED_MS = 30_000
/** The same of an answer that a request is not allowed. */
const REFUSED_MS = 20_000
/** The same of late values: their age falls with each answer, and grows again. */
const DELAYED_MS = 30_000
const AGE_PERIOD_MS = 15_000
/** Time between two measurements: ages of thousands of values take long to compute, and each answer needs them. */
const MEASURE_MS = 200
/** A failed request means that the services are down, unless another one succeeded within this time. */
const RECENT_SUCCESS_MS = 2_000

/** Until values are requested, if there are any: entities are read first. */
const FIRST_REQUEST_MS = 2_000
/** Age of values that is no delay, however short the interval is: with the default interval, values are as old. */
const MIN_LIMIT_MS = 2 * INTERVAL_MS

export class Connection {
  private currentState: ConnectionState = { name: 'checking', isUp: true, since: Date.now(), message: '' }
  private readonly listeners = new Set<Listener>()
  /** Values come from another part of the service than entities, and each may fail alone. */
  private readonly succeededAt = new Map<Kind, number>()
  private readonly failures = new Map<Kind, ApiError>()
  private throttledAt = -Infinity
  private refusal: { readonly at: number; readonly message: string } | undefined
  private readonly ages = new Set<AgeSource>()
  /** The highest ages in the present period of measuring, and in the last one. */
  private recentAges = { since: Date.now(), present: 0, last: 0 }
  private measuredAt = -Infinity
  private isResuming = false
  /** Whether something on the screen waits for an answer. */
  private isWaiting = false
  private delayedAt = -Infinity
  /** When the page was shown, or when the services answered again. */
  private resumedAt = Date.now()

  get state(): ConnectionState {
    return this.currentState
  }

  /** Call `listener` with the present state, and again at each change, until the returned function is called. */
  subscribe(listener: Listener): () => void {
    this.listeners.add(listener)
    listener(this.currentState)
    return () => this.listeners.delete(listener)
  }

  succeeded(request: OutgoingRequest): void {
    // A file may be in a cache while the service does not answer. The scene says which files it cannot read.
    if (request.kind === 'object') return
    const now = Date.now()
    this.succeededAt.set(request.kind, now)
    for (const [kind, { status, isSignedOut }] of this.failures) {
      // Values may fail while entities are read, but the page is live while values arrive.
      if (request.kind === 'control' && kind === 'data' && status !== 0 && !isSignedOut) continue
      this.failures.delete(kind)
      // The next answers show whether values are late.
      this.resumedAt = now
      this.measuredAt = -Infinity
    }
    this.update()
  }

  failed(request: OutgoingRequest, error: unknown): void {
    if (!(error instanceof ApiError) || request.kind === 'object') return
    if (error.isThrottled) this.throttledAt = Date.now()
    else if (error.isSignedOut) this.failures.set(request.kind, error)
    else if (error.isTransient) {
      const succeededAt = this.succeededAt.get(request.kind) ?? -Infinity
      if (Date.now() - succeededAt > RECENT_SUCCESS_MS) this.failures.set(request.kind, error)
    } else {
      if (error.status === 403 && !request.isWrite) this.refusal = { at: Date.now(), message: error.message }
      this.succeeded(request)
    }
    this.update()
  }

  /** How old what is on the screen may be, in milliseconds: between two answers, it grows until the second one. */
  get age(): number {
    return Math.max(this.recentAges.last, this.recentAges.present)
  }

  /** The page is shown after it was hidden: what it shows is old until the first answers. */
  resume(): void {
    this.resumedAt = Date.now()
    this.measuredAt = -Infinity
    // While the page was hidden, nothing was requested.
    this.delayedAt = -Infinity
    this.update()
  }

  /**
   * Measure the age of what is on the screen by one more function, until the returned one is called.
   *
   * @param interval Milliseconds between requests for it: with quick answers, it is not much older.
   */
  addAge(age: () => number, interval: number): () => void {
    const source = { age, limit: Math.max(2 * interval, MIN_LIMIT_MS) }
    this.ages.add(source)
    return () => this.ages.delete(source)
  }

  /** Find the present state: some states end with time. */
  update(): void {
    this.measureAge()
    const [name, message = ''] = this.findState()
    const { currentState } = this
    if (name === currentState.name && (message === currentState.message || name === 'down')) return
    const since = name === currentState.name ? currentState.since : Date.now()
    this.currentState = { name, isUp: name !== 'down' && name !== 'signed-out', since, message }
    for (const listener of [...this.listeners]) listener(this.currentState)
  }

  private findState(): [ConnectionName, string?] {
    const now = Date.now()
    const failures = [...this.failures.values()]
    const [failure] = [...failures.filter(({ isSignedOut }) => isSignedOut), ...failures]
    if (failure) return [failure.isSignedOut ? 'signed-out' : 'down', failure.message]
    if (this.refusal && now - this.refusal.at < REFUSED_MS) return ['refused', this.refusal.message]
    if (now - this.throttledAt < THROTTLED_MS) return ['throttled']
    if (this.succeededAt.size === 0 || this.isResuming) return ['checking']
    if (now - this.delayedAt < DELAYED_MS) return ['delayed']
    const hasValues = this.succeededAt.has('data')
    return [!hasValues && (this.isWaiting || now - this.resumedAt < FIRST_REQUEST_MS) ? 'checking' : 'live']
  }

  private measureAge(): void {
    const now = Date.now()
    if (this.failures.size > 0) this.delayedAt = -Infinity
    if (now >= this.measuredAt && now - this.measuredAt < MEASURE_MS) return
    this.measuredAt = now
    const measured = [...this.ages].map(({ age, limit }) => ({ age: age(), limit }))
    const late = measured.filter(({ age, limit }) => age > limit)
    const wasResuming = this.isResuming
    this.isWaiting = measured.some(({ age }) => age > 0)
    this.isResuming = late.some(({ limit }) => now - this.resumedAt < limit)
    if (late.length > 0 && !this.isResuming && this.failures.size === 0) this.delayedAt = now
    // What was old when the page was shown is new now.
    if (wasResuming && late.length === 0) this.recentAges = { since: now, present: 0, last: 0 }
    const { since, present } = this.recentAges
    const age = Math.max(0, ...measured.map((source) => source.age))
    const isOver = now - since >= AGE_PERIOD_MS
    this.recentAges = isOver ? { since: now, present: age, last: present } : { ...this.recentAges, present: Math.max(present, age) }
  }
}

/** How far the page can be trusted now: whether the services answer, and how old what it shows is. */

import { ApiError, type OutgoingRequest } from '../api/api'

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

type Listener = (state: ConnectionState) => void

/** How long after the last throttled answer the state lasts, so that it does not alternate. */
const THROTTLED_MS = 30_000
/** The same of an answer that a request is not allowed. */
const REFUSED_MS = 20_000
/** A failed request means that the services are down, unless another one succeeded within this time. */
const RECENT_SUCCESS_MS = 2_000

export class Connection {
  private currentState: ConnectionState = { name: 'checking', isUp: true, since: Date.now(), message: '' }
  private readonly listeners = new Set<Listener>()
  private succeededAt = -Infinity
  private failure: ApiError | undefined
  private throttledAt = -Infinity
  private refusal: { readonly at: number; readonly message: string } | undefined
  private isDelayed = false

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
    // A file may be readable, or in a cache, while the service is not.
    if (request.kind === 'object' && this.failure) return
    this.succeededAt = Date.now()
    this.failure = undefined
    this.update()
  }

  failed(request: OutgoingRequest, error: unknown): void {
    if (!(error instanceof ApiError)) return
    if (error.isThrottled) this.throttledAt = Date.now()
    else if (error.isSignedOut) this.failure = error
    else if (error.isTransient) {
      if (Date.now() - this.succeededAt > RECENT_SUCCESS_MS) this.failure ??= error
    } else {
      // S3 refuses a file that does not exist, too; the scene says so.
      const isRefused = error.status === 403 && request.kind !== 'object'
      if (isRefused) this.refusal = { at: Date.now(), message: error.message }
      this.succeeded(request)
    }
    this.update()
  }

  /** Say whether values on the screen are older than they are with quick answers. */
  setDelayed(isDelayed: boolean): void {
    this.isDelayed = isDelayed
    this.update()
  }

  /** Find the present state: some states end with time. */
  update(): void {
    const [name, message = ''] = this.findState()
    const { currentState } = this
    if (name === currentState.name && (message === currentState.message || name === 'down')) return
    const since = name === currentState.name ? currentState.since : Date.now()
    this.currentState = { name, isUp: name !== 'down' && name !== 'signed-out', since, message }
    for (const listener of [...this.listeners]) listener(this.currentState)
  }

  private findState(): [ConnectionName, string?] {
    const now = Date.now()
    if (this.failure) return [this.failure.isSignedOut ? 'signed-out' : 'down', this.failure.message]
    if (this.refusal && now - this.refusal.at < REFUSED_MS) return ['refused', this.refusal.message]
    if (now - this.throttledAt < THROTTLED_MS) return ['throttled']
    if (this.succeededAt === -Infinity) return ['checking']
    return [this.isDelayed ? 'delayed' : 'live']
  }
}

/** Sends the requests of the page: in the order of their priorities, within a rate, equal ones once. */

import { type Api, ApiError, type OutgoingRequest } from '../api/api'
import { HIGHEST_FIRST, isHigher, type Priority } from './priority'
import type { LimitedKind, RequestRate } from './request_rate'

/**
 * Requests of each priority that run at the same time. A browser opens six connections to a host: slow requests of one
 * priority leave some to each other one.
 */
const MAX_CONCURRENT: Readonly<Record<Priority, number>> = { selected: 6, visible: 4, rest: 1 }
const MAX_CONNECTIONS = 6
/** Of so many requests for values, one of each lower priority goes first, so that none waits without end. */
const FAIR_TURNS = 8
const REST_FIRST = ['rest', 'visible', 'selected'] as const
const VISIBLE_FIRST = ['visible', 'selected', 'rest'] as const

interface Job {
  readonly kind: LimitedKind
  readonly key: string
  readonly send: () => Promise<unknown>
  readonly promise: Promise<unknown>
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
  priority: Priority
}

export class RequestScheduler {
  private readonly waiting: Record<Priority, Job[]> = { selected: [], visible: [], rest: [] }
  private readonly jobsByKey = new Map<string, Job>()
  private readonly running: Record<Priority, number> = { selected: 0, visible: 0, rest: 0 }
  private timer: ReturnType<typeof setTimeout> | undefined
  /** Number of requests for values that were sent. */
  private sentCount = 0

  constructor(private readonly rate: RequestRate) {}

  /** Send a request when its turn comes. A throttled request waits and is sent again, without end. */
  run<T>(priority: Priority, request: OutgoingRequest, send: () => Promise<T>): Promise<T> {
    // Files have no limit of requests per second.
    const { kind, key } = request
    if (kind === 'object') return send()
    const equal = this.jobsByKey.get(key)
    if (equal) {
      this.raise(equal, priority)
      return equal.promise as Promise<T>
    }
    const { promise, resolve, reject } = withResolvers<T>()
    const job = { kind, key, send, promise, resolve, reject, priority } as Job
    this.jobsByKey.set(key, job)
    this.waiting[priority].push(job)
    this.sendNext()
    return promise
  }

  /** Move a waiting request to a higher priority. */
  private raise(job: Job, priority: Priority): void {
    if (!isHigher(priority, job.priority)) return
    const queue = this.waiting[job.priority]
    const index = queue.indexOf(job)
    job.priority = priority
    if (index < 0) return
    queue.splice(index, 1)
    this.waiting[priority].push(job)
    this.sendNext()
  }

  private sendNext(): void {
    clearTimeout(this.timer)
    for (;;) {
      const next = this.takeNext()
      if (typeof next === 'number') {
        if (next < Infinity) this.timer = setTimeout(() => this.sendNext(), next)
        return
      }
      if (next.kind === 'data') this.sentCount += 1
      void this.send(next)
    }
  }

  /** Take the request that may be sent now. @returns the milliseconds after which to ask again if there is none. */
  private takeNext(): Job | number {
    let pause = Infinity
    for (const priority of this.turn()) {
      const queue = this.waiting[priority]
      // Requests of one kind may have to wait while those of another one may be sent.
      for (let index = 0; index < queue.length && this.hasConnection(priority); index = nextOfOtherKind(queue, index)) {
        const jobPause = this.rate.take(queue[index]!.kind)
        if (jobPause === 0) return queue.splice(index, 1)[0]!
        pause = Math.min(pause, jobPause)
      }
    }
    return pause
  }

  private turn(): readonly Priority[] {
    const turn = this.sentCount % FAIR_TURNS
    if (turn === FAIR_TURNS - 1) return REST_FIRST
    return turn === FAIR_TURNS / 2 - 1 ? VISIBLE_FIRST : HIGHEST_FIRST
  }

  private async send(job: Job): Promise<void> {
    const { priority } = job
    this.running[priority] += 1
    try {
      const result = await job.send()
      this.rate.succeeded()
      this.finish(job)
      job.resolve(result)
    } catch (error) {
      if (error instanceof ApiError && error.isThrottled) {
        this.rate.throttled()
        this.waiting[job.priority].unshift(job)
      } else {
        this.finish(job)
        job.reject(error)
      }
    }
    this.running[priority] -= 1
    this.sendNext()
  }

  private hasConnection(priority: Priority): boolean {
    const { selected, visible, rest } = this.running
    return selected + visible + rest < MAX_CONNECTIONS && this.running[priority] < MAX_CONCURRENT[priority]
  }

  private finish(job: Job): void {
    this.jobsByKey.delete(job.key)
  }
}

/** Let the requests of an API wait for their turn. */
export function scheduled(api: Api, scheduler: RequestScheduler, priority: Priority): Api {
  return api.through((request, send) => scheduler.run(priority, request, send))
}

function nextOfOtherKind(queue: readonly Job[], index: number): number {
  const kind = queue[index]?.kind
  const next = queue.findIndex((job, position) => position > index && job.kind !== kind)
  return next < 0 ? queue.length : next
}

function withResolvers<T>(): { promise: Promise<T>; resolve: (value: T) => void; reject: (error: unknown) => void } {
  let resolve!: (value: T) => void
  let reject!: (error: unknown) => void
  const promise = new Promise<T>((onResolve, onReject) => {
    resolve = onResolve
    reject = onReject
  })
  return { promise, resolve, reject }
}

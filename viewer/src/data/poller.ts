/** Runs a task repeatedly: at an interval while it succeeds, with growing pauses while it fails, without end. */

export interface PollerOptions {
  readonly task: () => Promise<void>
  /** Milliseconds from the end of a run to the next one. With Infinity, it runs again only if kicked after a success. */
  readonly interval: number
  /** Most part of the time that the task may run, between 0 and 1: a longer run has a longer pause after it. Default: 1. */
  readonly maxShare?: number
  readonly onError: (error: Error, retryInMs: number) => void
}

/** Milliseconds between requests for the same values, if `config.json` sets no other interval. */
export const INTERVAL_MS = 5_000
/** How far the clock of a device may be ahead of the page's. */
export const MAX_CLOCK_SKEW_MS = 60_000

const MAX_PAUSE_MS = 30_000
const FIRST_PAUSE_MS = 1_000

export class Poller {
  private timer: ReturnType<typeof setTimeout> | undefined
  private isRunning = false
  private isKicked = false
  private isStopped = false
  private failures = 0

  constructor(private readonly options: PollerOptions) {}

  /** Run now, or once more after the present run. While the page is hidden, run when it is shown. */
  kick(): void {
    if (this.isStopped) return
    if (isHidden()) {
      clearTimeout(this.timer)
      waitingForPage.add(this)
      return
    }
    if (this.isRunning) {
      this.isKicked = true
      return
    }
    clearTimeout(this.timer)
    void this.run()
  }

  /** Run now if the last run failed. */
  retry(): void {
    if (this.failures > 0) this.kick()
  }

  stop(): void {
    this.isStopped = true
    clearTimeout(this.timer)
    waitingForPage.delete(this)
  }

  private async run(): Promise<void> {
    this.isRunning = true
    this.isKicked = false
    const { task, interval, maxShare = 1 } = this.options
    const start = performance.now()
    let pause = interval
    try {
      await task()
      pause = Math.max(interval, (performance.now() - start) * (1 / maxShare - 1))
      this.failures = 0
    } catch (error) {
      pause = Math.min(FIRST_PAUSE_MS * 2 ** this.failures, MAX_PAUSE_MS)
      this.failures += 1
      if (!this.isStopped) this.options.onError(asError(error), pause)
    }
    this.isRunning = false
    if (this.isStopped) return
    if (this.isKicked) pause = 0
    if (pause < Infinity) this.timer = setTimeout(() => this.kick(), pause)
  }
}

/** Pollers that run when the page is shown again. */
const waitingForPage = new Set<Poller>()

function isHidden(): boolean {
  return typeof document !== 'undefined' && document.hidden
}

if (typeof document !== 'undefined') {
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) return
    const waiting = [...waitingForPage]
    waitingForPage.clear()
    for (const poller of waiting) poller.kick()
  })
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error))
}

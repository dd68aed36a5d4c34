/** Does something again and again: at an interval while it works, with growing pauses while it fails, for ever. */

export interface PollerOptions {
  readonly task: () => Promise<void>
  /** Milliseconds from the end of one run to the next; Infinity: once it worked, it waits for a kick. */
  readonly interval: number
  readonly onError: (error: Error, retryInMs: number) => void
}

/** From one request for the same values to the next, if `config.json` says nothing. */
export const INTERVAL_MS = 5_000
/** How far the clocks of devices may be ahead of the page's. */
export const AHEAD_MS = 60_000

const LONGEST_PAUSE_MS = 30_000
const FIRST_PAUSE_MS = 1_000

export class Poller {
  private timer: ReturnType<typeof setTimeout> | undefined
  private running = false
  private again = false
  private stopped = false
  private failures = 0

  constructor(private readonly options: PollerOptions) {}

  /** Runs now; once more after the present run, if there is one. */
  kick(): void {
    if (this.stopped) return
    if (this.running) {
      this.again = true
      return
    }
    clearTimeout(this.timer)
    void this.run()
  }

  /** Runs now if the last run failed. */
  retry(): void {
    if (this.failures > 0) this.kick()
  }

  stop(): void {
    this.stopped = true
    clearTimeout(this.timer)
  }

  private async run(): Promise<void> {
    this.running = true
    this.again = false
    let pause = this.options.interval
    try {
      await this.options.task()
      this.failures = 0
    } catch (error) {
      pause = Math.min(FIRST_PAUSE_MS * 2 ** this.failures, LONGEST_PAUSE_MS)
      this.failures += 1
      if (!this.stopped) this.options.onError(asError(error), pause)
    }
    this.running = false
    if (this.stopped) return
    if (this.again) pause = 0
    if (pause < Infinity) this.timer = setTimeout(() => this.kick(), pause)
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error))
}

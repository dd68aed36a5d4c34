/** Files of a scene that are loaded: those that cannot be read now are requested again, each on its own. */

const FIRST_PAUSE_MS = 2_000
const MAX_PAUSE_MS = 60_000

/** Requests for files are made again after a pause of 2, 4, 8 … 60 seconds, until one succeeds or the loading is stopped. */
export class Loading {
  private readonly timers = new Set<ReturnType<typeof setTimeout>>()
  private isStopped = false

  /** @param isTransient Whether another attempt may succeed after an error. */
  constructor(private readonly isTransient: (error: unknown) => boolean) {}

  /**
   * Run an attempt, and run it again in the background while it fails with a transient error.
   *
   * @param onError Called with the error of the first attempt, and with a later one that is not transient.
   * @param onRecovered Called when a later attempt succeeds.
   */
  async run(attempt: () => Promise<void>, onError: (error: Error) => void, onRecovered: () => void): Promise<void> {
    try {
      await attempt()
    } catch (error) {
      onError(error as Error)
      if (this.isTransient(error)) this.retry(attempt, onError, onRecovered, FIRST_PAUSE_MS)
    }
  }

  stop(): void {
    this.isStopped = true
    for (const timer of this.timers) clearTimeout(timer)
    this.timers.clear()
  }

  private retry(attempt: () => Promise<void>, onError: (error: Error) => void, onRecovered: () => void, pause: number): void {
    if (this.isStopped) return
    const timer = setTimeout(() => {
      this.timers.delete(timer)
      attempt().then(
        () => !this.isStopped && onRecovered(),
        (error: unknown) => {
          if (this.isStopped) return
          if (this.isTransient(error)) this.retry(attempt, onError, onRecovered, Math.min(pause * 2, MAX_PAUSE_MS))
          else onError(error as Error)
        },
      )
    }, pause)
    this.timers.add(timer)
  }
}

/** Spreads much work that arrives at once over several tasks, so that the page stays responsive between them. */

/** Milliseconds of work in one task. A frame at 60 Hz has 16. */
const BUDGET_MS = 8
/** Few pieces of work are done at once, however long each takes. */
const MIN_AT_ONCE = 20

export class WorkQueue {
  private readonly waiting = new Map<unknown, () => void>()
  private timer: ReturnType<typeof setTimeout> | undefined
  private spent = 0
  private count = 0

  /** Run work at once, or soon if the present task has run long enough. Later work with the same key replaces waiting work. */
  run(key: unknown, work: () => void): void {
    if (this.waiting.size || this.isExhausted) {
      this.waiting.set(key, work)
      this.schedule()
      return
    }
    this.measure(work)
    this.schedule()
  }

  clear(): void {
    this.waiting.clear()
    clearTimeout(this.timer)
    this.timer = undefined
  }

  private measure(work: () => void): void {
    const start = performance.now()
    work()
    this.spent += performance.now() - start
    this.count += 1
  }

  private get isExhausted(): boolean {
    return this.count >= MIN_AT_ONCE && this.spent > BUDGET_MS
  }

  private schedule(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined
      this.spent = this.count = 0
      for (const [key, work] of this.waiting) {
        if (this.isExhausted) break
        this.waiting.delete(key)
        this.measure(work)
      }
      if (this.waiting.size) this.schedule()
    })
  }
}

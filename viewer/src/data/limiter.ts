/** Limits how many tasks run concurrently. Waiting tasks start in the order of their calls. */
export class Limiter {
  private readonly waiting: (() => void)[] = []
  private free: number

  constructor(maxConcurrent: number) {
    this.free = maxConcurrent
  }

  async run<T>(task: () => Promise<T>): Promise<T> {
    if (this.free > 0) this.free -= 1
    else await new Promise<void>((resolve) => this.waiting.push(resolve))
    try {
      return await task()
    } finally {
      const startNext = this.waiting.shift()
      if (startNext) startNext()
      else this.free += 1
    }
  }
}

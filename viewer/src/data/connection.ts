/** Whether the services answer, for the whole page. */

export interface ConnectionState {
  readonly isUp: boolean
  /** When it came to be so, in milliseconds since 1970. */
  readonly since: number
  readonly message: string
}

type Listener = (state: ConnectionState) => void

export class Connection {
  private current: ConnectionState = { isUp: true, since: Date.now(), message: '' }
  private readonly listeners = new Set<Listener>()

  get state(): ConnectionState {
    return this.current
  }

  watch(listener: Listener): () => void {
    this.listeners.add(listener)
    listener(this.current)
    return () => this.listeners.delete(listener)
  }

  succeeded(): void {
    if (!this.current.isUp) this.become({ isUp: true, since: Date.now(), message: '' })
  }

  failed(message: string): void {
    if (this.current.isUp) this.become({ isUp: false, since: Date.now(), message })
  }

  private become(state: ConnectionState): void {
    this.current = state
    for (const listener of [...this.listeners]) listener(state)
  }
}

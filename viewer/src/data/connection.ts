/** Whether the services respond. */

export interface ConnectionState {
  readonly isUp: boolean
  /** When the state began, in milliseconds since 1970. */
  readonly since: number
  readonly message: string
}

type Listener = (state: ConnectionState) => void

export class Connection {
  private currentState: ConnectionState = { isUp: true, since: Date.now(), message: '' }
  private readonly listeners = new Set<Listener>()

  get state(): ConnectionState {
    return this.currentState
  }

  /** Call `listener` with the present state, and again at each change, until the returned function is called. */
  subscribe(listener: Listener): () => void {
    this.listeners.add(listener)
    listener(this.currentState)
    return () => this.listeners.delete(listener)
  }

  succeeded(): void {
    if (!this.currentState.isUp) this.setState({ isUp: true, since: Date.now(), message: '' })
  }

  failed(message: string): void {
    if (this.currentState.isUp) this.setState({ isUp: false, since: Date.now(), message })
  }

  private setState(state: ConnectionState): void {
    this.currentState = state
    for (const listener of [...this.listeners]) listener(state)
  }
}

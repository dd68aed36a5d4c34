/** The view state, which the page's address reflects. */

import { formatLink, parseLink, type ViewState } from './link'

type Listener = (state: ViewState, previous: ViewState) => void

export class Store {
  private currentState: ViewState = parseLink(location.hash)
  private readonly listeners = new Set<Listener>()

  constructor() {
    addEventListener('hashchange', () => this.setState(parseLink(location.hash)))
  }

  get state(): ViewState {
    return this.currentState
  }

  subscribe(listener: Listener): void {
    this.listeners.add(listener)
  }

  /** Change members of the state. A member that is undefined is removed. */
  update(change: { readonly [Name in keyof ViewState]?: ViewState[Name] | undefined }): void {
    const members = Object.entries({ ...this.currentState, ...change }).filter(([, value]) => value !== undefined)
    const next = Object.fromEntries(members) as unknown as ViewState
    const hash = formatLink(next)
    if (hash === formatLink(this.currentState)) return
    const address = hash || location.pathname + location.search
    // The browser's Back button returns to the previous entity or scene, and skips changes of the time range.
    const isNewEntry = next.entity !== this.currentState.entity || next.scene !== this.currentState.scene
    history[isNewEntry ? 'pushState' : 'replaceState'](null, '', address)
    this.setState(next)
  }

  private setState(state: ViewState): void {
    const previous = this.currentState
    this.currentState = state
    for (const listener of [...this.listeners]) listener(state, previous)
  }
}

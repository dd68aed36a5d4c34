/** The view state, which the page's address reflects. */

import { formatRange } from '../data/range'
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

  /**
   * Change members of the state. A member that is undefined is removed.
   *
   * @param isDefault Whether the page changes it, not the user, so that the browser's Back button skips it.
   */
  update(change: { readonly [Name in keyof ViewState]?: ViewState[Name] | undefined }, isDefault = false): void {
    // A pose is where a link begins. What the user does afterwards moves the camera on.
    const members = Object.entries({ ...this.currentState, pose: undefined, ...change }).filter(([, value]) => value !== undefined)
    const next = Object.fromEntries(members) as unknown as ViewState
    const hash = formatLink(next)
    if (hash === formatLink(this.currentState)) return
    const address = hash || location.pathname + location.search
    // The browser's Back button returns to the previous entity, scene or time range.
    const { entity, scene, range } = this.currentState
    const isNewEntry = next.entity !== entity || next.scene !== scene || formatRange(next.range) !== formatRange(range)
    history[isNewEntry && !isDefault ? 'pushState' : 'replaceState'](null, '', address)
    this.setState(next)
  }

  private setState(state: ViewState): void {
    const previous = this.currentState
    this.currentState = state
    for (const listener of [...this.listeners]) listener(state, previous)
  }
}

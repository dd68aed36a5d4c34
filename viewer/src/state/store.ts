/** What is shown, for all who show it. The address follows, and leads when somebody goes back. */

import { formatLink, parseLink, type Shown } from './link'

type Listener = (shown: Shown, before: Shown) => void

export class Store {
  private current: Shown = parseLink(location.hash)
  private readonly listeners = new Set<Listener>()

  constructor() {
    addEventListener('hashchange', () => this.become(parseLink(location.hash)))
  }

  get shown(): Shown {
    return this.current
  }

  watch(listener: Listener): void {
    this.listeners.add(listener)
  }

  /** Members that are undefined are taken away. */
  update(change: { readonly [Name in keyof Shown]?: Shown[Name] | undefined }): void {
    const merged = Object.entries({ ...this.current, ...change }).filter(([, value]) => value !== undefined)
    const next = Object.fromEntries(merged) as unknown as Shown
    const hash = formatLink(next)
    if (hash === formatLink(this.current)) return
    const address = hash || location.pathname + location.search
    // Going back leads to the entity or scene before, not through every step of a slider.
    const isPlace = next.entity !== this.current.entity || next.scene !== this.current.scene
    history[isPlace ? 'pushState' : 'replaceState'](null, '', address)
    this.become(next)
  }

  private become(next: Shown): void {
    const before = this.current
    this.current = next
    for (const listener of [...this.listeners]) listener(next, before)
  }
}

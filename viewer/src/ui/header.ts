/** The line above everything: which twin, which scene and camera, and whether there is a connection. */

import type { ConnectionState } from '../data/connection'
import type { Severity } from '../data/severity'
import type { Theme } from './colours'
import { h, setAttribute, setText } from './dom'
import { formatAge } from './format'

export interface HeaderOptions {
  readonly onWorkspace: (id: string) => void
  readonly onScene: (id: string) => void
  readonly onCamera: (name: string) => void
  readonly onTheme: () => void
  /** Somebody wants to see the next entity with such an alarm. */
  readonly onAlarm: (severity: Severity) => void
  /** Samples are not live. */
  readonly isSample: boolean
}

export class Header {
  readonly element: HTMLElement
  private readonly workspace: HTMLSelectElement
  private readonly scene: HTMLSelectElement
  private readonly camera: HTMLSelectElement
  private readonly theme: HTMLButtonElement
  private readonly connection: HTMLElement
  private readonly alarms: HTMLElement
  private state: ConnectionState | undefined

  constructor(private readonly options: HeaderOptions) {
    this.workspace = h('select', { 'aria-label': 'Workspace' })
    this.scene = h('select', { 'aria-label': 'Scene' })
    this.camera = h('select', { 'aria-label': 'Camera' })
    this.theme = h('button', { type: 'button', class: 'theme' })
    this.connection = h('span', { class: 'connection', role: 'status' })
    this.alarms = h('span', { class: 'alarms', role: 'status', 'aria-label': 'Alarms' })
    this.workspace.addEventListener('change', () => options.onWorkspace(this.workspace.value))
    this.scene.addEventListener('change', () => options.onScene(this.scene.value))
    this.camera.addEventListener('change', () => {
      options.onCamera(this.camera.value)
      // It shows where to go, not where one is.
      this.camera.selectedIndex = 0
    })
    this.theme.addEventListener('click', () => options.onTheme())
    this.element = h(
      'header',
      { class: 'top' },
      h('h1', {}, 'Twin'),
      this.workspace,
      this.scene,
      this.camera,
      h('span', { class: 'spring' }),
      this.alarms,
      this.connection,
      this.theme,
    )
  }

  setWorkspaces(ids: readonly string[], shown: string): void {
    fill(this.workspace, ids, shown)
    this.workspace.disabled = ids.length < 2
  }

  setScenes(ids: readonly string[], shown: string | undefined): void {
    fill(this.scene, ids, shown)
    this.scene.hidden = ids.length === 0
    this.scene.disabled = ids.length < 2
  }

  setCameras(names: readonly string[]): void {
    this.camera.replaceChildren(h('option', { value: '' }, 'Camera …'))
    for (const name of names) this.camera.append(h('option', { value: name }, name))
    this.camera.hidden = names.length === 0
  }

  setTheme(theme: Theme): void {
    const other = theme === 'dark' ? 'light' : 'dark'
    setText(this.theme, theme === 'dark' ? '☀' : '☾')
    setAttribute(this.theme, 'aria-label', `Use ${other} colours`)
    setAttribute(this.theme, 'title', `Use ${other} colours`)
  }

  setAlarms(alarms: ReadonlyMap<string, Severity>, error: string | undefined): void {
    const counts = new Map<Severity, number>()
    for (const severity of alarms.values()) counts.set(severity, (counts.get(severity) ?? 0) + 1)
    const found = (['critical', 'warning', 'acknowledged'] as const).filter((one) => counts.has(one))
    const words: HTMLElement[] = found.map((one) => {
      const title = `Go to the next one: ${one}`
      const badge = h('button', { type: 'button', class: 'badge', 'data-severity': one, title }, `${counts.get(one)} ${one}`)
      badge.addEventListener('click', () => this.options.onAlarm(one))
      return badge
    })
    if (error) words.push(h('span', { class: 'problem', title: error }, 'alarms unknown'))
    this.alarms.replaceChildren(...words)
  }

  setConnection(state: ConnectionState): void {
    this.state = state
    this.tick(Date.now())
  }

  tick(now: number): void {
    const state = this.state
    if (!state) return
    setAttribute(this.connection, 'data-state', this.options.isSample ? 'sample' : state.isUp ? 'up' : 'down')
    if (this.options.isSample) setText(this.connection, 'sample values')
    else if (state.isUp) setText(this.connection, 'live')
    else setText(this.connection, `no answer for ${formatAge(now - state.since)}, trying again`)
    setAttribute(this.connection, 'title', state.message || undefined)
  }
}

function fill(select: HTMLSelectElement, values: readonly string[], shown: string | undefined): void {
  select.replaceChildren(...values.map((value) => h('option', { value }, value)))
  if (shown !== undefined) select.value = shown
}

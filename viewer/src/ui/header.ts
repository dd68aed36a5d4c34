/** The header: workspace, scene, camera, alarms and connection. */

import type { Connection } from '../data/connection'
import type { Side } from '../data/review'
import type { Theme } from './colours'
import { ConnectionBadge } from './connection_badge'
import { h, setAttribute, setText } from './dom'

export interface HeaderOptions {
  readonly onWorkspace: (id: string) => void
  readonly onScene: (id: string) => void
  readonly onCamera: (name: string) => void
  readonly onTheme: () => void
  /** The alarms of the workspace. */
  readonly alarms: HTMLElement
  /** The user asks for a state of a planned change. Absent if the page has one state. */
  readonly onSide?: ((side: Side) => void) | undefined
  /** Whether values are samples, which are not live. */
  readonly isSample: boolean
}

export class Header {
  readonly element: HTMLElement
  private readonly workspace: HTMLSelectElement
  private readonly scene: HTMLSelectElement
  private readonly camera: HTMLSelectElement
  private readonly theme: HTMLButtonElement
  private readonly connection: ConnectionBadge
  private readonly sides: readonly HTMLButtonElement[]

  constructor(options: HeaderOptions) {
    this.workspace = h('select', { 'aria-label': 'Workspace' })
    this.scene = h('select', { 'aria-label': 'Scene' })
    this.camera = h('select', { 'aria-label': 'Camera' })
    this.theme = h('button', { type: 'button', class: 'theme' })
    this.connection = new ConnectionBadge(options.isSample)
    this.workspace.addEventListener('change', () => options.onWorkspace(this.workspace.value))
    this.scene.addEventListener('change', () => options.onScene(this.scene.value))
    this.camera.addEventListener('change', () => {
      options.onCamera(this.camera.value)
      // A camera is an action, not a state: the user may move on from it.
      this.camera.selectedIndex = 0
    })
    this.theme.addEventListener('click', () => options.onTheme())
    this.sides = (['before', 'after'] as const).map((side) => {
      const button = h('button', { type: 'button', 'data-side': side, title: `The twin ${side} the change (b)` })
      button.textContent = side === 'before' ? 'Before' : 'After'
      button.addEventListener('click', () => options.onSide?.(side))
      return button
    })
    const sides = h('span', { class: 'sides', role: 'group', 'aria-label': 'State of the twin' }, ...this.sides)
    sides.hidden = !options.onSide
    this.element = h(
      'header',
      { class: 'top' },
      h('h1', {}, 'Twin'),
      this.workspace,
      this.scene,
      this.camera,
      sides,
      h('span', { class: 'spring' }),
      options.alarms,
      this.connection.announcement,
      this.connection.element,
      this.theme,
    )
  }

  setWorkspaces(ids: readonly string[], selected: string): void {
    setOptions(this.workspace, ids, selected)
    this.workspace.disabled = ids.length < 2
  }

  setScenes(ids: readonly string[], selected: string | undefined): void {
    setOptions(this.scene, ids, selected)
    this.scene.hidden = ids.length === 0
    this.scene.disabled = ids.length < 2
  }

  setCameras(names: readonly string[]): void {
    this.camera.replaceChildren(h('option', { value: '' }, 'Camera …'))
    for (const name of names) this.camera.append(h('option', { value: name }, name))
    this.camera.hidden = names.length === 0
  }

  setSide(side: Side): void {
    for (const button of this.sides) setAttribute(button, 'aria-pressed', String(button.dataset['side'] === side))
  }

  setTheme(theme: Theme): void {
    const otherTheme = theme === 'dark' ? 'light' : 'dark'
    setText(this.theme, theme === 'dark' ? '☀' : '☾')
    setAttribute(this.theme, 'aria-label', `Use ${otherTheme} colours`)
    setAttribute(this.theme, 'title', `Use ${otherTheme} colours`)
  }

  setConnection(connection: Connection): void {
    this.connection.follow(connection)
  }

  /** Update the age of what is shown. */
  tick(): void {
    this.connection.update()
  }
}

function setOptions(select: HTMLSelectElement, values: readonly string[], selected: string | undefined): void {
  select.replaceChildren(...values.map((value) => h('option', { value }, value)))
  if (selected !== undefined) select.value = selected
}

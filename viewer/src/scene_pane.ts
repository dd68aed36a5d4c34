/** The scene of a workspace, with the problems of its document. */

import { type Api, ApiError, ownOrigins, type Scene } from './api/api'
import { withEntityNodes } from './data/dynamic_scene'
import type { Feed } from './data/feed'
import { Poller } from './data/poller'
import { type Problem, SceneView, type Selection } from './scene/view'
import type { Store } from './state/store'
import type { Theme } from './ui/colours'
import { h } from './ui/dom'

export interface ScenePaneOptions {
  readonly api: Api
  readonly feed: Feed
  readonly store: Store
  readonly workspaceId: string
  readonly theme: Theme
  /** The user picks a node of the scene, or nothing. */
  readonly onPick: (selection: Selection | undefined) => void
  /** The scenes of the workspace are read. */
  readonly onScenes: (ids: readonly string[], shown: string | undefined) => void
  /** The scene with these cameras is shown; none while it is loading. */
  readonly onCameras: (names: readonly string[]) => void
}

export class ScenePane {
  readonly element: HTMLElement
  private readonly sceneBox = h('div', { class: 'scene-view' })
  private readonly problemBox = h('div', { class: 'scene-problems', role: 'alert' })
  private readonly poller: Poller
  private scenes: readonly Scene[] | undefined
  private view: SceneView | undefined
  private theme: Theme
  /** Whether files of the scene are missing because of a transient error. */
  private isIncomplete = false

  constructor(private readonly options: ScenePaneOptions) {
    this.theme = options.theme
    this.element = h('main', { class: 'scene', 'aria-label': 'Scene' }, this.sceneBox, this.problemBox)
    this.poller = new Poller({
      task: () => this.load(),
      interval: Infinity,
      onError: (error) => this.showProblems([{ level: 'fatal', message: `${error.message}; trying again` }]),
    })
  }

  /** Load the scene that the store names. */
  start(): void {
    this.poller.kick()
  }

  /** Load the scene again if it failed, or if files of it are missing. */
  retry(): void {
    if (this.isIncomplete) this.poller.kick()
    else this.poller.retry()
  }

  setTheme(theme: Theme): void {
    this.theme = theme
    this.view?.setTheme(theme)
  }

  showCamera(name: string): void {
    this.view?.showCamera(name)
  }

  /** Select the node of an entity, and move the camera to it. */
  selectEntity(entityId: string | undefined): void {
    this.view?.select(entityId)
    if (entityId) this.view?.focusEntity(entityId)
  }

  private async load(): Promise<void> {
    const { api, workspaceId, store, onScenes, onCameras } = this.options
    this.scenes ??= await api.scenes(workspaceId)
    const requestedId = store.state.scene
    const scene = this.scenes.find(({ sceneId }) => sceneId === requestedId) ?? this.scenes[0]
    onScenes(this.scenes.map(({ sceneId }) => sceneId), scene?.sceneId)
    const document = scene && new TextDecoder().decode(await api.object(scene.contentLocation))
    const dynamic = document === undefined ? undefined : await withEntityNodes(document, api, workspaceId)
    this.view?.dispose()
    this.view = undefined
    onCameras([])
    const problems: Problem[] = []
    if (requestedId !== undefined && requestedId !== scene?.sceneId) {
      problems.push({ level: 'warning', message: `scene "${requestedId}" does not exist` })
    }
    this.showProblems(problems)
    if (!scene || !dynamic) {
      this.sceneBox.replaceChildren(h('p', { class: 'fatal muted' }, 'This workspace has no scene.'))
      return
    }
    this.sceneBox.replaceChildren()
    this.isIncomplete = false
    this.view = new SceneView({
      element: this.sceneBox,
      feed: this.options.feed,
      fetchAsset: (uri) => this.fetchAsset(uri),
      ownOrigins: ownOrigins(this.options.api),
      onSelect: this.options.onPick,
      theme: this.theme,
    })
    problems.push(...dynamic.problems, ...(await this.view.load(dynamic.text, scene.contentLocation)))
    this.showProblems(problems)
    onCameras(this.view.cameras)
    const { entity, camera } = store.state
    this.view.select(entity)
    if (camera) this.view.showCamera(camera)
    else if (entity) this.view.focusEntity(entity)
  }

  private async fetchAsset(uri: string): Promise<ArrayBuffer> {
    try {
      return await this.options.api.object(uri)
    } catch (error) {
      this.isIncomplete ||= error instanceof ApiError && error.isTransient
      throw error
    }
  }

  private showProblems(problems: readonly Problem[]): void {
    this.problemBox.replaceChildren()
    if (problems.length === 0) return
    const list = h('ul')
    for (const { level, message, remedy, node } of problems) {
      const text = remedy ? `${message}; ${remedy}` : message
      list.append(h('li', { 'data-level': level }, node ? `${node}: ${text}` : text))
    }
    const close = h('button', { type: 'button', class: 'remove', 'aria-label': 'Close' }, '×')
    close.addEventListener('click', () => this.problemBox.replaceChildren())
    this.problemBox.append(close, list)
  }
}

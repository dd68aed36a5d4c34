/** One state of the scene: its document, read and drawn in an element of its own. */

import { type Api, ApiError, ownOrigins, type Scene } from './api/api'
import type { ReadDocument } from './data/dynamic_scene'
import type { Feed } from './data/feed'
import { markingStale } from './data/stale_feed'
import { NoWebGlError } from './scene/stage'
import { type Problem, SceneView, type Selection } from './scene/view'
import type { Theme } from './ui/colours'
import { h } from './ui/dom'

/** Where the scenes and values of a state come from. */
export interface SceneSource {
  readonly api: Api
  readonly feed: Feed
}

export interface SceneSlotOptions {
  readonly source: SceneSource
  readonly workspaceId: string
  /** Age in milliseconds from which a number is shown as stale. */
  readonly staleAfterMs: number
  readonly onPick: (selection: Selection | undefined) => void
  /** The problems of the shown scene have changed. */
  readonly onProblems: () => void
  /** Shown in place of a scene that does not exist. */
  readonly emptyText: (sceneId: string | undefined) => string
}

export class SceneSlot {
  readonly element = h('div', { class: 'scene-view' })
  view: SceneView | undefined
  scenes: readonly Scene[] = []
  problems: readonly Problem[] = []
  private isListed = false

  constructor(private readonly options: SceneSlotOptions) {}

  async listScenes(): Promise<void> {
    if (this.isListed) return
    this.scenes = await this.options.source.api.scenes(this.options.workspaceId)
    this.isListed = true
  }

  /** Load a scene in place of the present one, or none. */
  async load(sceneId: string | undefined, theme: Theme, onReplaced: () => void): Promise<void> {
    const { source, emptyText } = this.options
    const scene = this.scenes.find((candidate) => candidate.sceneId === sceneId)
    const document = scene && new TextDecoder().decode(await source.api.object(scene.contentLocation))
    const dynamic = document === undefined ? undefined : await this.withEntityNodes(document)
    this.view?.dispose()
    this.view = undefined
    this.problems = []
    onReplaced()
    if (!scene || !dynamic) {
      this.element.replaceChildren(h('p', { class: 'fatal muted' }, emptyText(sceneId)))
      return
    }
    this.element.replaceChildren()
    const view = this.createView(theme, dynamic.problems)
    this.view = view
    if (view) this.problems = [...dynamic.problems, ...(await view.load(dynamic.text, scene.contentLocation, dynamic.note))]
  }

  /** Show the state, or hide it behind the other one. A hidden one keeps its size, so that it can be drawn at once. */
  setShown(isShown: boolean): void {
    this.element.inert = !isShown
    this.element.style.visibility = isShown ? '' : 'hidden'
    this.view?.setPaused(!isShown)
  }

  /** Add the nodes of a dynamic scene, for which the page loads what reads them. */
  private async withEntityNodes(text: string): Promise<ReadDocument> {
    const { source, workspaceId } = this.options
    if (!text.includes('sceneRootEntityId')) return { text, problems: [] }
    const { withEntityNodes } = await import('./data/dynamic_scene')
    return withEntityNodes(text, source.api, workspaceId)
  }

  /** Create the view of a scene; where the browser cannot draw one, say so in its place, once and for all. */
  private createView(theme: Theme, ownProblems: readonly Problem[]): SceneView | undefined {
    const { source, staleAfterMs, onPick, onProblems } = this.options
    try {
      return new SceneView({
        element: this.element,
        feed: markingStale(source.feed, staleAfterMs),
        fetchAsset: (uri) => source.api.object(uri),
        isTransient: (error) => error instanceof ApiError && error.isTransient,
        ownOrigins: ownOrigins(source.api),
        onSelect: onPick,
        onProblems: (problems) => {
          this.problems = [...ownProblems, ...problems]
          onProblems()
        },
        theme,
      })
    } catch (error) {
      if (!(error instanceof NoWebGlError)) throw error
      this.element.replaceChildren(h('p', { class: 'fatal muted', role: 'status' }, error.message))
      return undefined
    }
  }
}

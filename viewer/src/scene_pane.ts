/** The scene of a workspace, with the problems of its document; of a planned change, both states of it. */

import type { Box3 } from 'three'
import { Poller } from './data/poller'
import { type Change, changedRules, idOnSide, nameOf, nodeMarks, presentId, type Review, type Side } from './data/review'
import type { Pose } from './scene/camera_rig'
import type { PlacedMark } from './scene/parts/change_marks'
import { formatPose, parsePose } from './scene/pose'
import type { Rule } from './scene/rules'
import type { Problem, Selection } from './scene/view'
import { SceneSlot, type SceneSource } from './scene_slot'
import type { PropertyKey } from './state/link'
import type { Store } from './state/store'
import type { Theme } from './ui/colours'
import { h } from './ui/dom'

/** Width between the margins of a sheet of A4 or Letter, in CSS pixels. */
const PAPER_WIDTH = 680

export interface ScenePaneOptions {
  readonly source: SceneSource
  /** The twin before a planned change. */
  readonly before?: SceneSource | undefined
  readonly review?: Review | undefined
  readonly store: Store
  readonly workspaceId: string
  /** Age in milliseconds from which a number is shown as stale. */
  readonly staleAfterMs: number
  readonly theme: Theme
  /** The user picks a node of the scene, or nothing. */
  readonly onPick: (selection: Selection | undefined) => void
  /** The scenes of the workspace are read. */
  readonly onScenes: (ids: readonly string[], shown: string | undefined) => void
  /** The scene with these cameras is shown; none while it is loading. */
  readonly onCameras: (names: readonly string[]) => void
}

/** A marked node, with its boxes in both states. */
interface Place {
  readonly mark: Omit<PlacedMark, 'here' | 'elsewhere' | 'isAfter'>
  readonly before: Box3 | undefined
  readonly after: Box3 | undefined
}

export class ScenePane {
  readonly element: HTMLElement
  private readonly problemBox = h('div', { class: 'scene-problems', role: 'alert' })
  private readonly poller: Poller
  private readonly slots: ReadonlyMap<Side, SceneSlot>
  private places: ReadonlyMap<string, Place> = new Map()
  private shownId: string | undefined
  private side: Side = 'after'
  private theme: Theme
  /** The change of the list that the camera moves to when its scene is loaded. */
  private awaited: string | undefined
  /** Where the camera moves to when a scene is loaded. */
  private awaitedPose: Pose | undefined

  constructor(private readonly options: ScenePaneOptions) {
    this.theme = options.theme
    const { source, before } = options
    const slots: [Side, SceneSlot][] = [['after', this.createSlot('after', source)]]
    if (before) slots.push(['before', this.createSlot('before', before)])
    this.slots = new Map(slots)
    const boxes = slots.map(([, { element }]) => element)
    this.element = h('main', { class: 'scene', 'aria-label': 'Scene' }, ...boxes, this.problemBox)
    this.poller = new Poller({
      task: () => this.load(),
      interval: Infinity,
      onError: (error) => this.showProblems([{ level: 'fatal', message: `${error.message}; trying again` }]),
    })
    this.showSide(this.side)
  }

  /** Load the scene that the store names. */
  start(): void {
    this.shownId = undefined
    this.poller.kick()
  }

  /** Load the scene again if its list or document could not be read. Missing files of a shown scene are read again by themselves. */
  retry(): void {
    this.poller.retry()
  }

  setTheme(theme: Theme): void {
    this.theme = theme
    for (const { view } of this.slots.values()) view?.setTheme(theme)
  }

  /** Show a still picture of the scene, as large as on the screen and at most as wide as a sheet of paper. */
  setPrinted(isPrinted: boolean): void {
    const { clientWidth: width, clientHeight: height } = this.element
    const style = this.element.parentElement?.style
    style?.setProperty('--scene-width', `${width}px`)
    style?.setProperty('--scene-height', `${height}px`)
    style?.setProperty('--paper-zoom', String(Math.min(PAPER_WIDTH / width, 1)))
    this.slot?.view?.setStill(isPrinted)
  }

  /** Move the camera to a viewpoint of the scene. */
  showCamera(name: string): void {
    this.slot?.view?.showCamera(name)
  }

  /** Move the camera to where it was when the scene was loaded. */
  goHome(): void {
    this.slot?.view?.goHome()
  }

  /** Where the camera stands, as a text for a link; undefined while no scene is shown. */
  pose(): string | undefined {
    const pose = this.slot?.view?.pose
    return pose && formatPose(pose)
  }

  /** Move the camera to where a text of `pose()` says, once a scene is loaded. Another text is ignored. */
  setPose(text: string): void {
    this.awaitedPose = parsePose(text)
    this.takeAwaitedPose()
  }

  /** Select the node of an entity, and move the camera to it. */
  selectEntity(entityId: string | undefined): void {
    const { review } = this.options
    for (const [side, { view }] of this.slots) {
      const id = entityId !== undefined && review ? idOnSide(review, side, entityId) : entityId
      view?.select(id)
      if (id !== undefined && side === this.side) view?.focusEntity(id)
    }
  }

  /** Show a state of a planned change, from where the camera is. */
  showSide(side: Side): void {
    const pose = this.slot?.view?.pose
    const isSwitched = side !== this.side && this.slots.has(side)
    if (isSwitched) this.side = side
    for (const [other, slot] of this.slots) slot.setShown(other === this.side)
    if (!isSwitched) return
    if (pose) this.slot?.view?.jumpTo(pose)
    this.options.onCameras(this.slot?.view?.cameras ?? [])
    this.showProblems(this.slot?.problems ?? [])
  }

  /** Move the camera to a marked node, once its scene is loaded. */
  showNode(sceneId: string, path: string): void {
    this.awaited = JSON.stringify([sceneId, path])
    this.focusAwaited()
  }

  /** Id of the scene that is shown; undefined while it is loading. */
  get sceneId(): string | undefined {
    return this.shownId
  }

  /** The rules of the scene that are bound to a property. */
  rulesOf(key: PropertyKey): readonly Rule[] {
    return this.slot?.view?.rulesOf(key) ?? []
  }

  private get slot(): SceneSlot | undefined {
    return this.slots.get(this.side)
  }

  private createSlot(side: Side, source: SceneSource): SceneSlot {
    const { review, workspaceId, staleAfterMs, onPick } = this.options
    const slot: SceneSlot = new SceneSlot({
      source,
      workspaceId,
      staleAfterMs,
      onPick: (selection) => {
        const id = selection?.entityId
        onPick(review && id !== undefined ? { ...selection!, entityId: presentId(review, side, id) } : selection)
      },
      onProblems: () => {
        if (this.slots.get(this.side)?.element === slot.element) this.showProblems(slot.problems)
      },
      emptyText: (sceneId) =>
        review && sceneId !== undefined
          ? `Scene ${sceneId} does not exist ${side} the change.`
          : 'This workspace has no scene.',
    })
    return slot
  }

  private async load(): Promise<void> {
    const { store, onScenes, onCameras } = this.options
    const slots = [...this.slots.values()]
    await Promise.all(slots.map((slot) => slot.listScenes()))
    const requestedId = store.state.scene
    const ids = [...new Set(slots.flatMap(({ scenes }) => scenes.map(({ sceneId }) => sceneId)))]
    const id = requestedId !== undefined && ids.includes(requestedId) ? requestedId : ids[0]
    onScenes(ids, id)
    const problems: Problem[] = []
    if (requestedId !== undefined && requestedId !== id) {
      problems.push({ level: 'warning', message: `scene "${requestedId}" does not exist` })
    }
    this.shownId = undefined
    const onReplaced = (): void => {
      onCameras([])
      this.showProblems(problems)
    }
    await Promise.all(slots.map((slot) => slot.load(id, this.theme, onReplaced)))
    this.shownId = id
    this.placeMarks()
    this.showSide(this.side)
    this.showProblems([...problems, ...(this.slot?.problems ?? [])])
    const view = this.slot?.view
    if (!view) return
    onCameras(view.cameras)
    const { entity, camera } = store.state
    this.selectEntity(entity)
    if (camera) view.showCamera(camera)
    this.focusAwaited()
    this.takeAwaitedPose()
  }

  /** Mark in both states what the change does to the nodes of the scene. */
  private placeMarks(): void {
    const change = this.options.review?.changes.find(({ kind, id }) => kind === 'scene' && id === this.shownId)
    this.places = change ? this.placesOf(change) : new Map()
    for (const [side, { view }] of this.slots) {
      const other = side === 'after' ? 'before' : 'after'
      const marks = [...this.places.values()].map((place) => ({
        ...place.mark,
        isAfter: side === 'after',
        here: place[side],
        elsewhere: place[other] && !isSamePlace(place[side], place[other]) ? place[other] : undefined,
      }))
      view?.mark(marks)
    }
  }

  private placesOf(change: Change): Map<string, Place> {
    const marks = new Map(nodeMarks(change).map((mark) => [mark.path, { ...mark }]))
    const rules = changedRules(change)
    for (const path of this.slots.get('after')?.view?.pathsWithRules(rules) ?? []) {
      const mark = marks.get(path)
      const name = nameOf(path)
      if (!mark) marks.set(path, { path, formerPath: path, name, action: 'changed', words: 'rule changed', details: [] })
      else if (mark.action !== 'added') mark.words += ', rule changed'
    }
    const boxes = (side: Side, paths: Iterable<string>): Map<string, Box3> =>
      this.slots.get(side)?.view?.nodeBoxes(paths) ?? new Map()
    const listed = [...marks.values()]
    const before = boxes('before', listed.map(({ formerPath }) => formerPath))
    const after = boxes('after', listed.map(({ path }) => path))
    return new Map(
      listed.map((mark) => [
        mark.path,
        {
          mark,
          before: mark.action === 'added' ? undefined : before.get(mark.formerPath),
          after: mark.action === 'removed' ? undefined : after.get(mark.path),
        },
      ]),
    )
  }

  private focusAwaited(): void {
    if (this.awaited === undefined) return
    const [sceneId, path] = JSON.parse(this.awaited) as [string, string]
    if (sceneId !== this.shownId) return
    this.awaited = undefined
    const place = this.places.get(path)
    const box = place?.before && place.after ? place.before.clone().union(place.after) : (place?.after ?? place?.before)
    if (box) this.slot?.view?.focusBox(box)
  }

  private takeAwaitedPose(): void {
    const view = this.slot?.view
    if (!this.awaitedPose || !view || this.shownId === undefined) return
    view.jumpTo(this.awaitedPose)
    this.awaitedPose = undefined
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

function isSamePlace(one: Box3 | undefined, other: Box3): boolean {
  if (!one) return false
  const tolerance = one.max.distanceTo(one.min) * 1e-3
  return one.min.distanceTo(other.min) <= tolerance && one.max.distanceTo(other.max) <= tolerance
}

/** Shows a TwinMaker scene in an element: draws it, binds live data to it, and reports clicks. */

import { Box3, Group, Vector3, type Vector2 } from 'three'
import type { Binding } from '../data/feed'
import { Assets } from './assets'
import type { Pose } from './camera_rig'
import { boundEntity, type Template } from './bindings'
import { SceneContext } from './context'
import type { Component, DocumentNode, Problem, SceneDocument } from './document'
import { readScene } from './document_reader'
import { CAMERA_DEFAULTS } from './facts'
import { isolatable, Isolation, isVisible } from './isolation'
import { legendRows } from './legend'
import { nodeBox, SceneNode, withPaths } from './node'
import { Cameras } from './parts/camera'
import type { ChangeMarks, PlacedMark } from './parts/change_marks'
import { addEnvironment } from './parts/environment'
import { Ground, type KeyLight } from './parts/key_light'
import { addLight, hasLight } from './parts/light'
import { addModel } from './parts/model'
import { addModelShader } from './parts/model_shader'
import { addMotionIndicator } from './parts/motion_indicator'
import { Overlays } from './parts/overlay'
import { Outline } from './parts/outline'
import { addPlane } from './parts/plane'
import { type TagHit, Tags } from './parts/tag'
import { Picking, type PickTargets } from './picking'
import { rulesOfProperty, usesRule } from './property_rules'
import type { Rule } from './rules'
import './scene.css'
import { describeNode, inheritedBinding, nearestBoundNode, primaryBinding } from './selection'
import { boundsOf, Stage } from './stage'
import { Tools } from './tools'
import type { SceneViewOptions, Theme } from './view_options'

export type { Problem } from './document'
export type { Selection } from './selection'
export type { Theme } from './view_options'

/** Edge of the smallest box that the camera moves to, relative to the scene. */
const LEAST_FOCUS = 0.12
/** What is shown of a scene without models, tags and the like. */
const EMPTY = 'This scene is empty: its document has nothing to draw.'
/** Size of the view relative to that of what the camera moves to. */
const MARGIN = { scene: 1.08, node: 1.5 }

export class SceneView implements PickTargets {
  private readonly stage: Stage
  private readonly picking: Picking
  private readonly outline: Outline
  /** Created for the first marks: few pages show a planned change. */
  private changeMarks: ChangeMarks | undefined
  private marks: readonly PlacedMark[] = []
  private readonly tools = new Tools({
    onHome: () => this.goHome(),
    onLabels: (isShown) => {
      if (this.tags) this.tags.hasLabels = isShown
    },
    onPart: (path) => this.isolate(path),
  })
  private context: SceneContext | undefined
  /** @internal */
  models = new Group()
  private nodes: SceneNode[] = []
  private tags: Tags | undefined
  private overlays: Overlays | undefined
  private sceneCameras = new Cameras()
  private selected: SceneNode | undefined
  private isolation: Isolation | undefined
  private keyLight: KeyLight | undefined
  private ground: Ground | undefined
  private theme: Theme
  private documentProblems: readonly Problem[] = []
  private isDisposed = false
  private still: HTMLCanvasElement | undefined

  constructor(private readonly options: SceneViewOptions) {
    this.stage = new Stage(options.element, () => options.onDrawn?.())
    options.element.append(this.tools.element)
    this.stage.renderer.domElement.addEventListener('keydown', (event) => this.onKey(event))
    this.outline = new Outline(this.stage)
    this.stage.beforeDraw(() => this.tools.areas.forEach((area) => this.stage.taken.add(area)))
    // Marks are placed before the labels of tags, whenever they are created.
    this.stage.beforeDraw(() => this.changeMarks?.updatePositions())
    this.picking = new Picking(
      this.stage,
      this,
      (node) => this.onPick(node),
      (node) => inheritedBinding(node) !== undefined,
    )
    this.theme = options.theme
    this.setTheme(options.theme)
  }

  /**
   * Replace the scene.
   *
   * @param text JSON of the scene document.
   * @param note What the scene is, if it is not what its document shows.
   * @param uri `s3://` address of the document, which relative addresses of models are resolved against.
   * @returns The problems of the scene, once all models are loaded. After a fatal problem nothing is shown.
   */
  async load(text: string, uri: string, note?: string): Promise<readonly Problem[]> {
    this.clear()
    const { scene, problems } = readScene(text)
    this.documentProblems = problems
    if (!scene) return problems
    const assets = new Assets(this.options.fetchAsset, uri, this.stage.renderer)
    const { feed, ownOrigins, isTransient, onProblems } = this.options
    const context: SceneContext = new SceneContext(scene, this.stage, assets, feed, {
      ownOrigins,
      ...(isTransient ? { isTransient } : {}),
      onProblems: () => this.context === context && isLoaded && onProblems?.(this.problems),
    })
    let isLoaded = false
    this.context = context
    this.build(context, scene)
    await context.filesDone()
    isLoaded = true
    if (context.isDisposed) return []
    this.placeGround(context, scene)
    if (!this.sceneCameras.names.length || this.stage.rig.isFitted) this.goHome(false)
    const { count = 0, hasLabels = false } = this.tags ?? {}
    this.tools.show({ tagCount: count, hasLabels, legend: legendRows(scene), parts: this.parts, note: this.nodes.some(isVisible) ? note : (note ?? EMPTY) })
    this.picking.prepare(this.models)
    return this.problems
  }

  /** Problems of the scene at present. */
  get problems(): readonly Problem[] {
    const isLitByModel = hasLight(this.models)
    const ofDocument = this.documentProblems.filter(({ kind }) => kind !== 'unlit-scene' || !isLitByModel)
    return [...ofDocument, ...(this.context?.problems ?? [])]
  }

  /** Names of the scene's cameras. */
  get cameras(): readonly string[] {
    return this.sceneCameras.names
  }

  showCamera(name: string): void {
    if (this.sceneCameras.has(name)) this.stage.animateTo(() => this.cameraPose(name))
  }

  /** Move the camera to where it was at first: the first camera of the scene, or a view of all of it. */
  goHome(isAnimated = true): void {
    const [first] = this.sceneCameras.names
    const fit = first === undefined ? () => this.fitAll() : () => this.cameraPose(first)
    this.stage.rig.moveTo(fit, isAnimated)
  }

  /** Paths of the nodes that can be shown alone, with their names. */
  get parts(): readonly { readonly path: string; readonly name: string }[] {
    return isolatable(this.nodes).map(({ path, definition }) => ({ path, name: definition.name }))
  }

  /** Show a node and what is below it alone, and move the camera to it; without a path, show all. */
  isolate(path: string | undefined): void {
    const node = this.nodes.find((candidate) => candidate.path === path)
    this.isolation?.end()
    this.isolation = node && new Isolation(this.models, node)
    this.tags?.showOnly((candidate) => this.isolation?.has(candidate) ?? true)
    this.overlays?.showOnly((candidate) => this.isolation?.has(candidate) ?? true)
    this.stage.invalidateShadows()
    if (node) this.stage.animateTo(() => this.stage.rig.poseFraming(this.boxOf(node), { margin: MARGIN.scene }))
    else this.goHome()
  }

  /** Move the camera to the node of an entity. @returns Whether a node is bound to it. */
  focusEntity(entityId: string): boolean {
    const node = this.findNode(entityId)
    if (!node) return false
    const box = withLeastSize(this.boxOf(node), this.size() * LEAST_FOCUS)
    this.stage.animateTo(() => this.stage.rig.poseFraming(box, { margin: MARGIN.node }))
    return true
  }

  /** Select the node of an entity as a click does, without calling `onSelect`. */
  select(entityId: string | undefined): void {
    if (entityId !== undefined && this.selected && this.entityOf(this.selected) === entityId) return
    this.setSelected(entityId === undefined ? undefined : this.findNode(entityId))
  }

  get pose(): Pose {
    return this.stage.pose
  }

  jumpTo(pose: Pose): void {
    this.stage.jumpTo(pose)
  }

  /** Show a picture of the present frame in place of the canvas, which is empty on paper; or the canvas again. */
  setStill(isStill: boolean): void {
    this.still?.remove()
    this.still = isStill ? this.stage.copyFrame() : undefined
    if (!this.still) return
    this.still.className = 'scene-still'
    this.stage.renderer.domElement.after(this.still)
  }

  /** Draw no frames while the view is hidden. */
  setPaused(isPaused: boolean): void {
    this.stage.setPaused(isPaused)
  }

  /** Boxes around the nodes of the scene, by their paths. */
  nodeBoxes(paths: Iterable<string>): Map<string, Box3> {
    const requested = new Set(paths)
    const size = this.size()
    return new Map(this.nodes.filter(({ path }) => requested.has(path)).map((node) => [node.path, nodeBox(node, size)]))
  }

  /** Paths of the nodes that have one of some rules. */
  pathsWithRules(ids: ReadonlySet<string>): string[] {
    return this.nodes.filter(({ definition }) => usesRule(definition, ids)).map(({ path }) => path)
  }

  /** The rules that are bound to a property, each once. */
  rulesOf(key: Binding): Rule[] {
    const document = this.context?.document
    return document ? rulesOfProperty(document, this.nodes.map(({ definition }) => definition), key) : []
  }

  /** Mark nodes, in place of those that were marked. */
  mark(marks: readonly PlacedMark[]): void {
    this.marks = marks
    if (marks.length || this.changeMarks) void this.showMarks()
  }

  /** Move the camera to a box, and keep what is around it in view. */
  focusBox(box: Box3): void {
    const shown = withLeastSize(box, this.size() * LEAST_FOCUS)
    this.stage.animateTo(() => this.stage.rig.poseFraming(shown, { margin: MARGIN.node }))
  }

  setTheme(theme: Theme): void {
    this.theme = theme
    this.changeMarks?.setTheme(theme)
    this.stage.renderer.setClearColor(theme === 'dark' ? '#161d26' : '#e9edf2', 1)
    this.ground?.setTheme(theme)
    this.stage.invalidate()
  }

  dispose(): void {
    this.isDisposed = true
    this.clear()
    this.setStill(false)
    this.picking.dispose()
    this.tools.element.remove()
    this.outline.dispose()
    this.changeMarks?.dispose()
    this.stage.dispose()
  }

  /** @internal */
  tagAt(point: Vector2): TagHit | undefined {
    return this.tags?.at(point)
  }

  /** @internal Move the camera to tags that are drawn as one, so that each is seen; pick the first if they stay together. */
  openCluster(nodes: readonly SceneNode[]): void {
    const box = new Box3()
    for (const node of nodes) box.union(this.boxOf(node))
    const pose = this.stage.rig.poseFraming(box, { margin: MARGIN.node })
    const { position, target } = this.stage.rig.finalPose
    const isNearer = pose.position.distanceTo(pose.target) < position.distanceTo(target) * 0.9
    if (isNearer) this.stage.animateTo(() => this.stage.rig.poseFraming(box, { margin: MARGIN.node }))
    else this.onPick(nodes[0])
  }

  private clear(): void {
    this.setSelected(undefined)
    this.isolation = undefined
    this.mark([])
    for (const { materialOverride } of this.nodes) materialOverride.dispose()
    this.context?.dispose()
    this.context?.assets.dispose()
    this.stage.scene.remove(this.models)
    this.context = this.tags = this.overlays = this.keyLight = this.ground = undefined
    this.nodes = []
    this.models = new Group()
    this.sceneCameras = new Cameras()
    this.stage.invalidate()
  }

  private async showMarks(): Promise<void> {
    if (!this.changeMarks) {
      const { ChangeMarks } = await import('./parts/change_marks')
      if (this.isDisposed) return
      this.changeMarks ??= new ChangeMarks(this.stage, this.theme)
    }
    this.changeMarks.show(this.marks)
  }

  private build(context: SceneContext, scene: SceneDocument): void {
    this.stage.scene.add(this.models)
    // Overlays are placed before the labels of tags, which find room more easily.
    this.overlays = new Overlays(context)
    this.tags = new Tags(context, (node) => this.onPick(node))
    this.keyLight = addEnvironment(context)
    for (const [root, path] of withPaths(scene.roots, undefined)) this.addNode(context, root, undefined, path)
    const [first] = this.sceneCameras.names
    if (first !== undefined) this.goHome(false)
  }

  private addNode(context: SceneContext, definition: DocumentNode, parent: SceneNode | undefined, path: string): void {
    const group = new Group()
    const { position, rotation, scale } = definition.transform
    group.position.fromArray(position)
    group.rotation.set(...rotation)
    group.scale.fromArray(scale)
    const node = new SceneNode(definition, group, parent, path)
    group.userData['node'] = node
    parentGroup(parent, this.models).add(group)
    parent?.children.push(node)
    this.nodes.push(node)
    for (const [child, childPath] of withPaths(definition.children, node)) this.addNode(context, child, node, childPath)
    for (const component of definition.components) this.addComponent(context, node, component)
  }

  private addComponent(context: SceneContext, node: SceneNode, component: Component): void {
    switch (component.type) {
      case 'ModelRef':
        return addModel(context, node, component)
      case 'Tag':
        return this.tags!.add(node, component)
      case 'ModelShader':
        return addModelShader(context, node, component)
      case 'MotionIndicator':
        return addMotionIndicator(context, node, component)
      case 'DataOverlay':
        return this.overlays!.add(node, component)
      case 'Camera':
        return this.sceneCameras.add(node, component)
      case 'Light':
        return addLight(context, node, component)
      case 'PlaneGeometry':
        return addPlane(context, node, component)
      case 'SubModelRef': // selected when the parent's model is loaded
      case 'Animation': // played when the node's model is loaded
      case 'EntityBinding': // read when the node is picked
        return
    }
  }

  /** The box around the models and tags of the scene; around the origin if it has none. */
  private contentBox(): Box3 {
    const box = boundsOf(this.models)
    for (const position of this.tags?.positions ?? []) box.expandByPoint(position)
    return box.isEmpty() ? new Box3().setFromCenterAndSize(new Vector3(), new Vector3(3, 3, 3)) : box
  }

  private size(): number {
    return this.contentBox().getSize(new Vector3()).length()
  }

  private boxOf(node: SceneNode): Box3 {
    return nodeBox(node, this.size())
  }

  /** The pose that shows all of the scene, with clipping planes for its size. */
  private fitAll(): Pose {
    const box = withLeastSize(this.contentBox(), 0.1)
    const { fov, near, far } = CAMERA_DEFAULTS
    const distance = this.stage.rig.poseFraming(box, { fromCorner: true }).position.distanceTo(box.getCenter(new Vector3()))
    this.stage.rig.setLens(fov, Math.max(distance / 1000, near), Math.max(distance * 10, far))
    return this.stage.rig.poseFraming(box, { fromCorner: true, margin: MARGIN.scene })
  }

  private cameraPose(name: string): Pose {
    return this.sceneCameras.activate(name, this.stage, this.contentBox().getCenter(new Vector3()))!
  }

  /** Find what the models stand on, below which the user cannot move the camera, and light them. */
  private placeGround(context: SceneContext, { properties }: SceneDocument): void {
    const box = boundsOf(this.models)
    const size = box.getSize(new Vector3())
    // Something thin and upright, such as a picture, stands on no ground.
    const isStanding = !box.isEmpty() && size.y < 10 * Math.min(size.x, size.z)
    const { groundPlaneSettings, sceneBackgroundSettings } = properties
    this.stage.rig.setGround(groundPlaneSettings ? 0 : isStanding ? box.min.y : -Infinity)
    this.keyLight?.fit(box)
    if (!isStanding || groundPlaneSettings || sceneBackgroundSettings) return
    this.ground = new Ground(context, box)
    this.ground.setTheme(this.theme)
  }

  private get template(): Template | undefined {
    return this.context?.document.properties.dataBindingConfig?.template
  }

  private entityOf(node: SceneNode): string | undefined {
    return boundEntity(inheritedBinding(node), this.template)
  }

  /** The node of an entity. One with an EntityBinding wins over one that only shows a value of the entity. */
  private findNode(entityId: string): SceneNode | undefined {
    const bound = this.nodes.filter(({ definition }) => boundEntity(primaryBinding(definition), this.template) === entityId)
    const hasEntityBinding = ({ definition }: SceneNode): boolean =>
      definition.components.some(({ type }) => type === 'EntityBinding')
    return bound.find(hasEntityBinding) ?? bound[0]
  }

  private onKey(event: KeyboardEvent): void {
    if (event.key !== 'Home' || event.defaultPrevented) return
    event.preventDefault()
    this.goHome()
  }

  private onPick(picked: SceneNode | undefined): void {
    const node = picked && (nearestBoundNode(picked) ?? picked)
    this.setSelected(node)
    this.options.onSelect(node && describeNode(node.definition, this.template))
  }

  private setSelected(node: SceneNode | undefined): void {
    if (node === this.selected) return
    for (const [changed, isSelected] of [[this.selected, false], [node, true]] as const) {
      if (!changed) continue
      this.tags?.select(changed, isSelected)
      this.overlays?.select(changed, isSelected)
    }
    this.selected = node
    this.outline.surround(node?.object)
    this.stage.invalidate()
  }
}

/**
 * The group that a node is added to.
 *
 * Children of a sub-model node become its siblings, as in AWS's viewer: the transform of a sub-model node applies to
 * a part of the model only.
 */
function parentGroup(parent: SceneNode | undefined, root: Group): Group {
  let ancestor = parent
  while (ancestor?.definition.components.some(({ type }) => type === 'SubModelRef')) ancestor = ancestor.parent
  return ancestor?.group ?? root
}

/** A box of at least a size, around the center of another. */
function withLeastSize(box: Box3, least: number): Box3 {
  const size = box.getSize(new Vector3()).max(new Vector3(least, least, least))
  return new Box3().setFromCenterAndSize(box.getCenter(new Vector3()), size)
}

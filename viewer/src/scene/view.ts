/** Shows a TwinMaker scene in an element: draws it, binds live data to it, and reports clicks. */

import { type Box3, Group, Vector3, type Vector2 } from 'three'
import type { Feed } from '../data/feed'
import { Assets, type FetchAsset } from './assets'
import { boundEntity, type Template } from './bindings'
import { SceneContext } from './context'
import type { Component, DocumentNode, Problem, SceneDocument } from './document'
import { readScene } from './document_reader'
import { SceneNode, withPaths } from './node'
import { Cameras } from './parts/camera'
import { ChangeMarks, nodeBox, type PlacedMark, usesRule } from './parts/change_marks'
import { addEnvironment } from './parts/environment'
import { addLight, hasLight } from './parts/light'
import { addModel } from './parts/model'
import { addModelShader } from './parts/model_shader'
import { addMotionIndicator } from './parts/motion_indicator'
import { Overlays } from './parts/overlay'
import { addPlane } from './parts/plane'
import { SelectionBox } from './parts/selection_box'
import { Tags } from './parts/tag'
import { Picking, type PickTargets } from './picking'
import './scene.css'
import { describeNode, inheritedBinding, nearestBoundNode, primaryBinding, type Selection } from './selection'
import { boundsOf, type Pose, Stage } from './stage'

export type { Problem } from './document'
export type { Selection } from './selection'

export type Theme = 'light' | 'dark'

/** Edge of the smallest box that the camera moves to, relative to the scene. */
const LEAST_FOCUS = 0.2

export interface SceneViewOptions {
  /** The view fills it. It needs a size and a CSS position, because overlays are positioned inside it. */
  readonly element: HTMLElement
  readonly feed: Feed
  /** Read the file at an `s3://` or `http(s)://` address. */
  readonly fetchAsset: FetchAsset
  /** Origins of the page and its API, to which no link of a scene may lead. */
  readonly ownOrigins: readonly string[]
  readonly onSelect: (selection: Selection | undefined) => void
  readonly theme: Theme
  /** Called after each frame. */
  readonly onDrawn?: () => void
}

export class SceneView implements PickTargets {
  private readonly stage: Stage
  private readonly picking: Picking
  private readonly selectionBox: SelectionBox
  private readonly changeMarks: ChangeMarks
  private context: SceneContext | undefined
  /** @internal */
  models = new Group()
  private nodes: SceneNode[] = []
  private tags: Tags | undefined
  private overlays: Overlays | undefined
  private sceneCameras = new Cameras()
  private selected: SceneNode | undefined

  constructor(private readonly options: SceneViewOptions) {
    this.stage = new Stage(options.element, () => options.onDrawn?.())
    this.selectionBox = new SelectionBox(this.stage)
    this.changeMarks = new ChangeMarks(this.stage)
    this.picking = new Picking(
      this.stage,
      this,
      (node) => this.onPick(node),
      (node) => inheritedBinding(node) !== undefined,
    )
    this.setTheme(options.theme)
  }

  /**
   * Replace the scene.
   *
   * @param text JSON of the scene document.
   * @param uri `s3://` address of the document, which relative addresses of models are resolved against.
   * @returns The problems of the scene, once all models are loaded. After a fatal problem nothing is shown.
   */
  async load(text: string, uri: string): Promise<Problem[]> {
    this.clear()
    const { scene, problems } = readScene(text)
    if (!scene) return [...problems]
    const assets = new Assets(this.options.fetchAsset, uri, this.stage.renderer)
    const context = new SceneContext(scene, this.stage, assets, this.options.feed, this.options.ownOrigins)
    this.context = context
    this.build(context, scene)
    await context.tasksDone()
    if (!context.isDisposed && !this.sceneCameras.names.length) this.stage.frameObject(this.models)
    const isLitByModel = hasLight(this.models)
    return [...problems.filter(({ kind }) => kind !== 'unlit-scene' || !isLitByModel), ...context.problems]
  }

  /** Names of the scene's cameras. */
  get cameras(): readonly string[] {
    return this.sceneCameras.names
  }

  showCamera(name: string): void {
    const pose = this.sceneCameras.activate(name, this.stage, this.center())
    if (pose) this.stage.animateTo(pose)
  }

  /** Move the camera to the node of an entity. @returns Whether a node is bound to it. */
  focusEntity(entityId: string): boolean {
    const node = this.findNode(entityId)
    if (node) this.stage.animateTo(this.stage.poseFraming(node.object))
    return node !== undefined
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

  /** Draw no frames while the view is hidden. */
  setPaused(isPaused: boolean): void {
    this.stage.setPaused(isPaused)
  }

  /** Boxes around the nodes of the scene, by their paths. */
  nodeBoxes(paths: Iterable<string>): Map<string, Box3> {
    const requested = new Set(paths)
    const size = boundsOf(this.models).getSize(new Vector3()).length()
    return new Map(this.nodes.filter(({ path }) => requested.has(path)).map((node) => [node.path, nodeBox(node, size)]))
  }

  /** Paths of the nodes that have one of some rules. */
  pathsWithRules(ids: ReadonlySet<string>): string[] {
    return this.nodes.filter(({ definition }) => usesRule(definition, ids)).map(({ path }) => path)
  }

  /** Mark nodes, in place of those that were marked. */
  mark(marks: readonly PlacedMark[]): void {
    this.changeMarks.show(marks)
  }

  /** Move the camera to a box, and keep what is around it in view. */
  focusBox(box: Box3): void {
    const size = boundsOf(this.models).getSize(new Vector3()).length()
    const center = box.getCenter(new Vector3())
    const least = new Vector3(1, 1, 1).multiplyScalar(size * LEAST_FOCUS)
    this.stage.animateTo(this.stage.poseFramingBox(box.clone().setFromCenterAndSize(center, box.getSize(new Vector3()).max(least))))
  }

  setTheme(theme: Theme): void {
    this.changeMarks.setTheme(theme)
    this.stage.renderer.setClearColor(theme === 'dark' ? '#161d26' : '#e9edf2', 1)
    this.stage.invalidate()
  }

  dispose(): void {
    this.clear()
    this.picking.dispose()
    this.selectionBox.dispose()
    this.changeMarks.dispose()
    this.stage.dispose()
  }

  /** @internal */
  tagAt(point: Vector2): ReturnType<Tags['at']> {
    return this.tags?.at(point)
  }

  private clear(): void {
    this.setSelected(undefined)
    this.changeMarks.show([])
    for (const { materialOverride } of this.nodes) materialOverride.dispose()
    this.context?.dispose()
    this.context?.assets.dispose()
    this.stage.scene.remove(this.models)
    this.context = this.tags = this.overlays = undefined
    this.nodes = []
    this.models = new Group()
    this.sceneCameras = new Cameras()
    this.stage.invalidate()
  }

  private build(context: SceneContext, scene: SceneDocument): void {
    this.stage.scene.add(this.models)
    this.tags = new Tags(context)
    this.overlays = new Overlays(context)
    addEnvironment(context)
    for (const [root, path] of withPaths(scene.roots, undefined)) this.addNode(context, root, undefined, path)
    const [first] = this.sceneCameras.names
    const pose = first === undefined ? undefined : this.sceneCameras.activate(first, this.stage, this.center())
    if (pose) this.stage.jumpTo(pose)
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

  private center(): Vector3 {
    const box = boundsOf(this.models)
    return box.isEmpty() ? new Vector3() : box.getCenter(new Vector3())
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
    this.selectionBox.enclose(node?.object)
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

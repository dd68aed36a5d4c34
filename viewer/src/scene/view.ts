/** A TwinMaker scene on a page: drawn, coloured by live data, and answering to clicks. */

import { Group, Vector3, type Vector2 } from 'three'
import type { Feed } from '../data/feed'
import { Assets, type FetchAsset } from './assets'
import { boundEntity, type ValueDataBinding } from './bindings'
import { readScene, type Component, type Problem, type SceneDocument, type SceneNode, type Tag } from './document'
import { Cameras } from './parts/camera'
import { addLight } from './parts/light'
import { addModel } from './parts/model'
import { addMotion } from './parts/motion'
import { Marker } from './parts/marker'
import { Overlays } from './parts/overlay'
import { addPlane } from './parts/plane'
import { addShader } from './parts/shader'
import { addSurroundings } from './parts/surroundings'
import { Tags } from './parts/tag'
import { Picking, type Targets } from './picking'
import { boundsOf, Stage } from './stage'
import { Placed, World } from './world'
import './scene.css'

export type { Problem } from './document'

/** What a click hit. */
export interface Selected {
  readonly entityId?: string
  readonly componentName?: string
  readonly propertyName?: string
  readonly nodeName: string
  /** Where a tag leads to, with its parameters in the query. */
  readonly navLink?: string
}

export type Theme = 'light' | 'dark'

export interface SceneViewOptions {
  /** Filled by the view. It must have a size and be positioned, for overlays stand in it. */
  readonly element: HTMLElement
  readonly feed: Feed
  /** Bytes of a file at an `s3://` or `http(s)://` address. */
  readonly fetchAsset: FetchAsset
  readonly onSelect: (selected: Selected | undefined) => void
  readonly theme: Theme
  /** After each frame. */
  readonly onDrawn?: () => void
}

export class SceneView implements Targets {
  private readonly stage: Stage
  private readonly picking: Picking
  private readonly marker: Marker
  private world: World | undefined
  /** @internal */
  models = new Group()
  private placed: Placed[] = []
  private tags: Tags | undefined
  private overlays: Overlays | undefined
  private viewpoints = new Cameras()
  private selected: Placed | undefined

  constructor(private readonly options: SceneViewOptions) {
    this.stage = new Stage(options.element, () => options.onDrawn?.())
    this.marker = new Marker(this.stage)
    this.picking = new Picking(
      this.stage,
      this,
      (picked) => this.pick(picked),
      (placed) => bindingUp(placed) !== undefined,
    )
    this.setTheme(options.theme)
  }

  /**
   * Shows a scene in place of the one before.
   *
   * @param text The scene's JSON.
   * @param uri The scene file's own `s3://` address: relative ones of models stand beside it.
   * @returns Once all models are there: what is wrong with the scene. After a fatal problem nothing is shown.
   */
  async load(text: string, uri: string): Promise<Problem[]> {
    this.clear()
    const { scene, problems } = readScene(text)
    if (!scene) return [...problems]
    const world = new World(scene, this.stage, new Assets(this.options.fetchAsset, uri, this.stage.renderer), this.options.feed)
    this.world = world
    this.build(world, scene)
    await world.complete()
    if (!world.isOver && !this.viewpoints.names.length) this.stage.seeWhole(this.models)
    return [...problems, ...world.problems]
  }

  /** Names of the scene's cameras. */
  get cameras(): readonly string[] {
    return this.viewpoints.names
  }

  showCamera(name: string): void {
    const pose = this.viewpoints.use(name, this.stage, this.centre())
    if (pose) this.stage.fly(pose)
  }

  /** Moves the camera to where an entity is seen; false when no node is bound to it. */
  flyTo(entityId: string): boolean {
    const placed = this.find(entityId)
    if (placed) this.stage.fly(this.stage.poseFor(placed.object))
    return placed !== undefined
  }

  /** Marks the node of an entity, as a click would, without telling `onSelect`. */
  select(entityId: string | undefined): void {
    if (entityId !== undefined && this.selected && this.entityOf(this.selected) === entityId) return
    this.mark(entityId === undefined ? undefined : this.find(entityId))
  }

  setTheme(theme: Theme): void {
    this.stage.renderer.setClearColor(theme === 'dark' ? '#161d26' : '#e9edf2', 1)
    this.stage.invalidate()
  }

  dispose(): void {
    this.clear()
    this.picking.dispose()
    this.marker.dispose()
    this.stage.dispose()
  }

  /** @internal */
  tagAt(point: Vector2): ReturnType<Tags['at']> {
    return this.tags?.at(point)
  }

  private clear(): void {
    this.mark(undefined)
    for (const { coat } of this.placed) coat.dispose()
    this.world?.release()
    this.world?.assets.dispose()
    this.stage.scene.remove(this.models)
    this.world = this.tags = this.overlays = undefined
    this.placed = []
    this.models = new Group()
    this.viewpoints = new Cameras()
    this.stage.invalidate()
  }

  private build(world: World, scene: SceneDocument): void {
    this.stage.scene.add(this.models)
    this.tags = new Tags(world)
    this.overlays = new Overlays(world)
    addSurroundings(world)
    for (const node of scene.roots) this.place(world, node, undefined)
    const [first] = this.viewpoints.names
    const pose = first === undefined ? undefined : this.viewpoints.use(first, this.stage, this.centre())
    if (pose) this.stage.stand(pose)
  }

  private place(world: World, node: SceneNode, parent: Placed | undefined): void {
    const group = new Group()
    const { position, rotation, scale } = node.transform
    group.position.fromArray(position)
    group.rotation.set(...rotation)
    group.scale.fromArray(scale)
    const placed = new Placed(node, group, parent)
    group.userData['placed'] = placed
    groupOver(parent, this.models).add(group)
    parent?.children.push(placed)
    this.placed.push(placed)
    for (const child of node.children) this.place(world, child, placed)
    for (const component of node.components) this.add(world, placed, component)
  }

  private add(world: World, placed: Placed, component: Component): void {
    switch (component.type) {
      case 'ModelRef':
        return addModel(world, placed, component)
      case 'Tag':
        return this.tags!.add(placed, component)
      case 'ModelShader':
        return addShader(world, placed, component)
      case 'MotionIndicator':
        return addMotion(world, placed, component)
      case 'DataOverlay':
        return this.overlays!.add(placed, component)
      case 'Camera':
        return this.viewpoints.add(placed, component)
      case 'Light':
        return addLight(world, placed, component)
      case 'PlaneGeometry':
        return addPlane(world, placed, component)
      case 'SubModelRef': // found in its parent's model when that is there
      case 'Animation': // played by its model
      case 'EntityBinding': // read when its node is pointed at
        return
    }
  }

  private centre(): Vector3 {
    const box = boundsOf(this.models)
    return box.isEmpty() ? new Vector3() : box.getCenter(new Vector3())
  }

  private entityOf(placed: Placed): string | undefined {
    return boundEntity(bindingUp(placed), this.world?.document.properties.dataBindingConfig?.template)
  }

  /** The node of an entity: one that stands for it before one that only shows a value of it. */
  private find(entityId: string): Placed | undefined {
    const template = this.world?.document.properties.dataBindingConfig?.template
    const bound = this.placed.filter(({ node }) => boundEntity(bindingIn(node), template) === entityId)
    return bound.find(({ node }) => node.components.some(({ type }) => type === 'EntityBinding')) ?? bound[0]
  }

  private pick(picked: Placed | undefined): void {
    const placed = picked && (nearestBound(picked) ?? picked)
    this.mark(placed)
    this.options.onSelect(placed && this.describe(placed))
  }

  private mark(placed: Placed | undefined): void {
    if (placed === this.selected) return
    for (const [one, isSelected] of [[this.selected, false], [placed, true]] as const) {
      if (!one) continue
      this.tags?.select(one, isSelected)
      this.overlays?.select(one, isSelected)
    }
    this.selected = placed
    this.marker.mark(placed?.object)
    this.stage.invalidate()
  }

  private describe({ node }: Placed): Selected {
    const template = this.world?.document.properties.dataBindingConfig?.template
    const bound = bindingIn(node)
    const entityId = boundEntity(bound, template)
    const binding = this.world?.bindingOf(bound)
    const tag = node.components.find((one): one is Tag => one.type === 'Tag')
    const navLink = linkOf(tag)
    return {
      nodeName: node.name,
      ...(entityId === undefined ? {} : { entityId }),
      ...(binding ? { componentName: binding.componentName, propertyName: binding.propertyName } : {}),
      ...(navLink === undefined ? {} : { navLink }),
    }
  }
}

/** Children of a sub-model's node stand beside it, as in AWS's viewer: its own transform is the model's business. */
function groupOver(parent: Placed | undefined, root: Group): Group {
  let over = parent
  while (over?.node.components.some(({ type }) => type === 'SubModelRef')) over = over.parent
  return over?.group ?? root
}

/** The binding that says what a node is about. */
function bindingIn(node: SceneNode): ValueDataBinding | undefined {
  const order = ['EntityBinding', 'Tag', 'ModelShader'] as const
  for (const type of order) {
    for (const component of node.components) {
      if (component.type === type && 'valueDataBinding' in component && boundEntity(component.valueDataBinding)) {
        return component.valueDataBinding
      }
    }
  }
  const overlay = node.components.find((one) => one.type === 'DataOverlay')
  return overlay?.valueDataBindings.find(({ valueDataBinding }) => boundEntity(valueDataBinding))?.valueDataBinding
}

function nearestBound(placed: Placed): Placed | undefined {
  let one: Placed | undefined = placed
  while (one && !bindingIn(one.node)) one = one.parent
  return one
}

function bindingUp(placed: Placed): ValueDataBinding | undefined {
  const bound = nearestBound(placed)
  return bound && bindingIn(bound.node)
}

/** Where a tag leads to. Links that are scripts lead nowhere. */
function linkOf(tag: Tag | undefined): string | undefined {
  const { destination, params } = tag?.navLink ?? {}
  if (!destination || /^\s*(javascript|data|vbscript):/i.test(destination)) return undefined
  const query = new URLSearchParams(params).toString()
  if (!query) return destination
  const [before, fragment] = destination.split('#', 2)
  return `${before}${before!.includes('?') ? '&' : '?'}${query}${fragment === undefined ? '' : `#${fragment}`}`
}

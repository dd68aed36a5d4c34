/**
 * Icons of constant size on the screen, drawn with one draw call.
 *
 * three.js sprites need a draw call each and more work for each pixel, which is slow with software WebGL.
 */

import {
  CanvasTexture,
  InstancedBufferAttribute,
  InstancedBufferGeometry,
  Mesh,
  NearestFilter,
  PlaneGeometry,
  ShaderMaterial,
  Vector2,
  Vector3,
  type PerspectiveCamera,
} from 'three'
import { clusterPoints, type Point } from '../clusters'
import { drawIcon, TEXTURE_CANVAS_SETTINGS, type IconStyle } from './icons'

/** Rows and columns of the texture atlas. */
const ATLAS_SIZE = 12

const VERTEX = `
attribute vec3 anchor;
attribute float cell;
uniform vec2 screen;
uniform float size;
varying vec2 at;
void main() {
  vec2 corner = vec2(mod(cell, ${ATLAS_SIZE}.0), floor(cell / ${ATLAS_SIZE}.0));
  at = (corner + vec2(uv.x, 1.0 - uv.y)) / ${ATLAS_SIZE}.0;
  gl_Position = projectionMatrix * modelViewMatrix * vec4(anchor, 1.0);
  // Round to whole pixels, so that the icons stay sharp.
  vec2 middle = floor(gl_Position.xy / gl_Position.w * screen * 0.5 + 0.5);
  gl_Position.xy = (middle + position.xy * size) / screen * 2.0 * gl_Position.w;
}`

const FRAGMENT = `
uniform sampler2D atlas;
varying vec2 at;
void main() {
  gl_FragColor = texture2D(atlas, at);
  if (gl_FragColor.a == 0.0) discard;
}`

export interface TagSprite {
  readonly position: Vector3
  style: IconStyle
  /** Whether it is drawn. */
  isShown: boolean
}

/** Icons that would cover each other, drawn as the worst of them. */
export interface TagCluster extends Point {
  readonly sprite: TagSprite
  readonly members: readonly TagSprite[]
  /** Distance from the camera. */
  readonly distance: number
}

/** Icons nearer to each other than this part of their size are joined. */
const CLUSTER_DISTANCE = 0.72
/** From the worst icon to the least: the first of a cluster stands for it. */
const ICON_RANKS: readonly string[] = ['Error', 'Warning', 'Custom', 'Video', 'Info']
/** More than any distance from the camera. */
const RANK_STEP = 1e9

export class TagLayer {
  readonly mesh: Mesh<InstancedBufferGeometry, ShaderMaterial>
  private iconSize: number
  private readonly sprites: TagSprite[] = []
  private readonly canvas = document.createElement('canvas')
  private readonly texture: CanvasTexture
  private readonly cells = new Map<string, number>()
  /** The clusters of the last frame, from the farthest to the nearest. */
  clusters: readonly TagCluster[] = []

  /**
   * @param size Height of an icon in device pixels.
   * @param isOccluded Whether objects in front of an icon hide it.
   */
  constructor(
    size: number,
    readonly isOccluded: boolean,
  ) {
    this.iconSize = size
    this.canvas.width = this.canvas.height = size * ATLAS_SIZE
    this.texture = new CanvasTexture(this.canvas)
    this.texture.minFilter = this.texture.magFilter = NearestFilter
    this.texture.generateMipmaps = this.texture.flipY = false
    const material = new ShaderMaterial({
      uniforms: { atlas: { value: this.texture }, screen: { value: new Vector2(1, 1) }, size: { value: size } },
      vertexShader: VERTEX,
      fragmentShader: FRAGMENT,
      transparent: true,
      depthTest: isOccluded,
      depthWrite: false,
    })
    const plane = new PlaneGeometry()
    this.mesh = new Mesh(new InstancedBufferGeometry(), material)
    this.mesh.geometry.instanceCount = 0
    this.mesh.geometry.index = plane.index
    this.mesh.geometry.attributes = { ...plane.attributes }
    this.mesh.frustumCulled = false
    this.mesh.renderOrder = 10
    this.mesh.raycast = () => undefined
  }

  /** Height of an icon in device pixels. */
  get size(): number {
    return this.iconSize
  }

  set size(size: number) {
    if (size === this.iconSize) return
    this.iconSize = size
    this.mesh.material.uniforms['size']!.value = size
    this.canvas.width = this.canvas.height = size * ATLAS_SIZE
    this.cells.clear()
    // A texture cannot grow: another one is made of the canvas.
    this.texture.dispose()
    this.texture.needsUpdate = true
  }

  add(position: Vector3, style: IconStyle): TagSprite {
    const sprite: TagSprite = { position, style, isShown: true }
    this.sprites.push(sprite)
    const count = this.sprites.length
    const { geometry } = this.mesh
    if (count > (geometry.getAttribute('cell')?.count ?? 0)) {
      // Attributes cannot grow: replace them by larger ones. update() fills them.
      geometry.dispose()
      geometry.setAttribute('anchor', new InstancedBufferAttribute(new Float32Array(count * 2 * 3), 3))
      geometry.setAttribute('cell', new InstancedBufferAttribute(new Float32Array(count * 2), 1))
    }
    geometry.instanceCount = count
    return sprite
  }

  /** Update the geometry. The nearest icon is drawn last. @param width @param height Size of the canvas in device pixels. */
  update(camera: PerspectiveCamera, width: number, height: number): void {
    camera.updateMatrixWorld()
    this.clusters = this.joinSprites(camera, width, height)
    const anchors = this.mesh.geometry.getAttribute('anchor')
    const cells = this.mesh.geometry.getAttribute('cell')
    this.mesh.geometry.instanceCount = this.clusters.length
    this.clusters.forEach(({ sprite, members }, i) => {
      const { x, y, z } = sprite.position
      anchors.setXYZ(i, x, y, z)
      cells.setX(i, this.cellOf(members.length > 1 ? { ...sprite.style, count: members.length } : sprite.style))
    })
    if (this.clusters.length) anchors.needsUpdate = cells.needsUpdate = true
    ;(this.mesh.material.uniforms['screen']!.value as Vector2).set(width, height)
  }

  /** The nearest icon at a point in normalised device coordinates (-1 to 1). */
  at(point: Vector2): TagCluster | undefined {
    const screen = this.mesh.material.uniforms['screen']!.value as Vector2
    const [x, y] = [((point.x + 1) / 2) * screen.x, ((1 - point.y) / 2) * screen.y]
    return this.clusters.findLast((cluster) => Math.hypot(cluster.x - x, cluster.y - y) <= this.size / 2)
  }

  /** The clusters in view, from the farthest to the nearest. */
  private joinSprites(camera: PerspectiveCamera, width: number, height: number): TagCluster[] {
    const projected = new Vector3()
    const points: (Point & { readonly sprite: TagSprite; readonly distance: number })[] = []
    for (const sprite of this.sprites) {
      if (!sprite.isShown) continue
      projected.copy(sprite.position).project(camera)
      if (projected.z >= 1 || Math.abs(projected.x) > 1.1 || Math.abs(projected.y) > 1.1) continue
      const distance = sprite.position.distanceTo(camera.position)
      const { icon, isSelected } = sprite.style
      points.push({
        sprite,
        distance,
        x: ((projected.x + 1) / 2) * width,
        y: ((1 - projected.y) / 2) * height,
        rank: ICON_RANKS.indexOf(icon) * RANK_STEP + distance,
        isAlone: isSelected,
      })
    }
    return clusterPoints(points, this.size * CLUSTER_DISTANCE)
      .map((members) => ({ ...members[0]!, members: members.map(({ sprite }) => sprite) }))
      .sort((one, other) => other.distance - one.distance)
  }

  dispose(): void {
    this.mesh.geometry.dispose()
    this.mesh.material.dispose()
    this.texture.dispose()
  }

  /** The cell of a style in the atlas; draws the icon if the style is new. */
  private cellOf(style: IconStyle): number {
    const key = [style.icon, style.color, style.iconName, style.isSelected, style.freshness, style.count].join('\n')
    let cell = this.cells.get(key)
    if (cell === undefined) {
      // A style that is no longer in use makes room.
      if (this.cells.size === ATLAS_SIZE ** 2) this.cells.delete(this.cells.keys().next().value!)
      const taken = new Set(this.cells.values())
      cell = 0
      while (taken.has(cell)) cell++
      const [x, y] = [(cell % ATLAS_SIZE) * this.size, Math.floor(cell / ATLAS_SIZE) * this.size]
      const context = this.canvas.getContext('2d', TEXTURE_CANVAS_SETTINGS)!
      context.resetTransform()
      context.clearRect(x, y, this.size, this.size)
      drawIcon(context, style, this.size, x, y)
      this.texture.needsUpdate = true
    } else this.cells.delete(key)
    this.cells.set(key, cell) // the last one in use
    return cell
  }
}

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
}

export class TagLayer {
  readonly mesh: Mesh<InstancedBufferGeometry, ShaderMaterial>
  private readonly sprites: TagSprite[] = []
  private readonly canvas = document.createElement('canvas')
  private readonly texture: CanvasTexture
  private readonly cells = new Map<string, number>()

  /**
   * @param size Height of an icon in device pixels.
   * @param isOccluded Whether objects in front of an icon hide it.
   */
  constructor(
    private readonly size: number,
    readonly isOccluded: boolean,
  ) {
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

  add(position: Vector3, style: IconStyle): TagSprite {
    const sprite = { position, style }
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
    const depth = (sprite: TagSprite): number => sprite.position.distanceToSquared(camera.position)
    this.sprites.sort((a, b) => depth(b) - depth(a))
    const anchors = this.mesh.geometry.getAttribute('anchor')
    const cells = this.mesh.geometry.getAttribute('cell')
    this.sprites.forEach(({ position, style }, i) => {
      anchors.setXYZ(i, position.x, position.y, position.z)
      cells.setX(i, this.cellOf(style))
    })
    if (this.sprites.length) anchors.needsUpdate = cells.needsUpdate = true
    ;(this.mesh.material.uniforms['screen']!.value as Vector2).set(width, height)
  }

  /** The nearest icon at a point in normalised device coordinates (-1 to 1), and its distance from the camera. */
  at(point: Vector2, camera: PerspectiveCamera): { sprite: TagSprite; distance: number } | undefined {
    const screen = this.mesh.material.uniforms['screen']!.value as Vector2
    const projected = new Vector3()
    for (const sprite of this.sprites.toReversed()) {
      projected.copy(sprite.position).project(camera)
      const x = ((point.x - projected.x) * screen.x) / 2
      const y = ((point.y - projected.y) * screen.y) / 2
      if (projected.z < 1 && Math.hypot(x, y) <= this.size / 2) {
        return { sprite, distance: sprite.position.distanceTo(camera.position) }
      }
    }
    return undefined
  }

  dispose(): void {
    this.mesh.geometry.dispose()
    this.mesh.material.dispose()
    this.texture.dispose()
  }

  /** The cell of a style in the atlas; draws the icon if the style is new. */
  private cellOf(style: IconStyle): number {
    const key = JSON.stringify([style.icon, style.color, style.iconName, style.isSelected])
    let cell = this.cells.get(key)
    if (cell === undefined) {
      cell = this.cells.size % ATLAS_SIZE ** 2
      this.cells.set(key, cell)
      const [x, y] = [(cell % ATLAS_SIZE) * this.size, Math.floor(cell / ATLAS_SIZE) * this.size]
      const context = this.canvas.getContext('2d', TEXTURE_CANVAS_SETTINGS)!
      context.resetTransform()
      context.clearRect(x, y, this.size, this.size)
      drawIcon(context, style, this.size, x, y)
      this.texture.needsUpdate = true
    }
    return cell
  }
}

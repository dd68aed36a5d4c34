/**
 * Pictures that stand in a scene and are as big on the screen wherever they stand, drawn in one go.
 *
 * Not three's sprites: those cost a call each, and several times the work for each pixel, which is felt where the
 * processor draws.
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
import { drawIcon, type Look } from './icons'

/** Pictures in a row of the texture that has all of them, and rows. */
const COLUMNS = 12

const VERTEX = `
attribute vec3 place;
attribute float cell;
uniform vec2 screen;
uniform float size;
varying vec2 at;
void main() {
  vec2 corner = vec2(mod(cell, ${COLUMNS}.0), floor(cell / ${COLUMNS}.0));
  at = (corner + vec2(uv.x, 1.0 - uv.y)) / ${COLUMNS}.0;
  gl_Position = projectionMatrix * modelViewMatrix * vec4(place, 1.0);
  // On whole pixels, so that pixels of the picture are pixels of the screen.
  vec2 middle = floor(gl_Position.xy / gl_Position.w * screen * 0.5 + 0.5);
  gl_Position.xy = (middle + position.xy * size) / screen * 2.0 * gl_Position.w;
}`

const FRAGMENT = `
uniform sampler2D pictures;
varying vec2 at;
void main() {
  gl_FragColor = texture2D(pictures, at);
  if (gl_FragColor.a == 0.0) discard;
}`

/** A picture in its place. */
export interface Stuck {
  readonly place: Vector3
  look: Look
}

export class TagLayer {
  readonly mesh: Mesh<InstancedBufferGeometry, ShaderMaterial>
  private readonly stuck: Stuck[] = []
  private readonly canvas = document.createElement('canvas')
  private readonly texture: CanvasTexture
  private readonly cells = new Map<string, number>()

  /**
   * @param size Height of a picture in pixels of the screen.
   * @param isHidden Whether what stands before a picture hides it.
   */
  constructor(
    private readonly size: number,
    readonly isHidden: boolean,
  ) {
    this.canvas.width = this.canvas.height = size * COLUMNS
    this.texture = new CanvasTexture(this.canvas)
    this.texture.minFilter = this.texture.magFilter = NearestFilter
    this.texture.generateMipmaps = this.texture.flipY = false
    const material = new ShaderMaterial({
      uniforms: { pictures: { value: this.texture }, screen: { value: new Vector2(1, 1) }, size: { value: size } },
      vertexShader: VERTEX,
      fragmentShader: FRAGMENT,
      transparent: true,
      depthTest: isHidden,
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

  add(place: Vector3, look: Look): Stuck {
    const stuck = { place, look }
    this.stuck.push(stuck)
    const count = this.stuck.length
    const { geometry } = this.mesh
    if (count > (geometry.getAttribute('cell')?.count ?? 0)) {
      // What was there cannot grow; twice as many fit into its heir.
      geometry.dispose()
      geometry.setAttribute('place', new InstancedBufferAttribute(new Float32Array(count * 2 * 3), 3))
      geometry.setAttribute('cell', new InstancedBufferAttribute(new Float32Array(count * 2), 1))
    }
    geometry.instanceCount = count
    return stuck
  }

  /** Brings what is drawn up to date; the nearest is drawn last. @param width @param height Pixels of the screen. */
  update(camera: PerspectiveCamera, width: number, height: number): void {
    camera.updateMatrixWorld()
    const depth = (one: Stuck): number => one.place.distanceToSquared(camera.position)
    this.stuck.sort((a, b) => depth(b) - depth(a))
    const places = this.mesh.geometry.getAttribute('place')
    const cells = this.mesh.geometry.getAttribute('cell')
    this.stuck.forEach(({ place, look }, i) => {
      places.setXYZ(i, place.x, place.y, place.z)
      cells.setX(i, this.cellOf(look))
    })
    if (this.stuck.length) places.needsUpdate = cells.needsUpdate = true
    ;(this.mesh.material.uniforms['screen']!.value as Vector2).set(width, height)
  }

  /** The nearest picture at a point, in the camera's own square from -1 to 1, and how far away it is. */
  at(point: Vector2, camera: PerspectiveCamera): { stuck: Stuck; distance: number } | undefined {
    const screen = this.mesh.material.uniforms['screen']!.value as Vector2
    const seen = new Vector3()
    for (const stuck of this.stuck.toReversed()) {
      seen.copy(stuck.place).project(camera)
      const x = ((point.x - seen.x) * screen.x) / 2
      const y = ((point.y - seen.y) * screen.y) / 2
      if (seen.z < 1 && Math.hypot(x, y) <= this.size / 2) {
        return { stuck, distance: stuck.place.distanceTo(camera.position) }
      }
    }
    return undefined
  }

  dispose(): void {
    this.mesh.geometry.dispose()
    this.mesh.material.dispose()
    this.texture.dispose()
  }

  private cellOf(look: Look): number {
    const key = JSON.stringify([look.icon, look.color, look.iconName, look.isSelected])
    let cell = this.cells.get(key)
    if (cell === undefined) {
      cell = this.cells.size % COLUMNS ** 2
      this.cells.set(key, cell)
      const [x, y] = [(cell % COLUMNS) * this.size, Math.floor(cell / COLUMNS) * this.size]
      const context = this.canvas.getContext('2d')!
      context.resetTransform()
      context.clearRect(x, y, this.size, this.size)
      drawIcon(context, look, this.size, x, y)
      this.texture.needsUpdate = true
    }
    return cell
  }
}

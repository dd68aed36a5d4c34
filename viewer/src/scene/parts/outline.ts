/** A line around the selected object, also where others are in front of it. The object keeps the colour that a rule set. */

import {
  DoubleSide,
  Mesh,
  MeshBasicMaterial,
  type Object3D,
  OrthographicCamera,
  PlaneGeometry,
  Scene,
  ShaderMaterial,
  Vector2,
  Vector3,
  Vector4,
  WebGLRenderTarget,
} from 'three'
import { boundsOf, type Stage } from '../stage'

/** Width of the line in CSS pixels. */
const WIDTH = 3
/** Layer of the objects whose shape is drawn. */
const LAYER = 7
const COLOR = new Vector3(10 / 255, 132 / 255, 1)
/** Samples around a pixel. */
const SAMPLES = 12

const VERTEX = `
varying vec2 at;
uniform vec4 area;
void main() {
  vec2 corner = mix(area.xy, area.zw, uv);
  at = corner * 0.5 + 0.5;
  gl_Position = vec4(corner, 0.0, 1.0);
}`

const FRAGMENT = `
varying vec2 at;
uniform sampler2D shape;
uniform vec2 step;
uniform vec3 color;
void main() {
  if (texture2D(shape, at).r > 0.5) discard;
  float found = 0.0;
  for (int i = 0; i < ${SAMPLES}; i++) {
    float angle = float(i) * ${((2 * Math.PI) / SAMPLES).toFixed(6)};
    vec2 direction = vec2(cos(angle), sin(angle)) * step;
    found += texture2D(shape, at + direction).r + texture2D(shape, at + direction * 0.5).r;
  }
  if (found == 0.0) discard;
  gl_FragColor = vec4(color, min(found * 0.5, 1.0));
}`

export class Outline {
  private readonly target = new WebGLRenderTarget(1, 1)
  private readonly shapeMaterial = new MeshBasicMaterial({ color: '#ffffff', side: DoubleSide, toneMapped: false })
  private readonly line = new Mesh(
    new PlaneGeometry(),
    new ShaderMaterial({
      uniforms: {
        shape: { value: this.target.texture },
        step: { value: new Vector2() },
        color: { value: COLOR },
        area: { value: new Vector4(-1, -1, 1, 1) },
      },
      vertexShader: VERTEX,
      fragmentShader: FRAGMENT,
      transparent: true,
      depthTest: false,
      depthWrite: false,
    }),
  )
  private readonly lineScene = new Scene().add(this.line)
  private readonly lineCamera = new OrthographicCamera()
  private readonly meshes: Mesh[] = []
  private object: Object3D | undefined
  private readonly stop: () => void

  constructor(private readonly stage: Stage) {
    this.line.frustumCulled = false
    this.stop = stage.afterDraw(() => this.draw())
  }

  /** Draw a line around an object, or around none. */
  surround(object: Object3D | undefined): void {
    for (const mesh of this.meshes.splice(0)) mesh.layers.disable(LAYER)
    object?.traverse((child) => {
      if (!(child instanceof Mesh)) return
      child.layers.enable(LAYER)
      this.meshes.push(child as Mesh)
    })
    this.object = this.meshes.length ? object : undefined
  }

  dispose(): void {
    this.stop()
    this.surround(undefined)
    this.target.dispose()
    this.shapeMaterial.dispose()
    this.line.geometry.dispose()
    this.line.material.dispose()
  }

  private draw(): void {
    if (!this.object) return
    const { renderer } = this.stage
    const size = renderer.getDrawingBufferSize(new Vector2())
    const reach = WIDTH * renderer.getPixelRatio()
    if (!this.setArea(size, reach)) return
    this.target.setSize(size.x, size.y)
    const { step } = this.line.material.uniforms
    ;(step!.value as Vector2).set(reach / size.x, reach / size.y)
    this.drawShape()
    renderer.autoClear = false
    renderer.render(this.lineScene, this.lineCamera)
    renderer.autoClear = true
  }

  /** Draw the object in white on black. */
  private drawShape(): void {
    const { renderer, scene, camera } = this.stage
    const { background, environment, fog } = scene
    const mask = camera.layers.mask
    const [alpha, color] = [renderer.getClearAlpha(), renderer.getClearColor(this.shapeMaterial.color.clone())]
    Object.assign(scene, { background: null, environment: null, fog: null, overrideMaterial: this.shapeMaterial })
    camera.layers.set(LAYER)
    renderer.setClearColor(0x000000, 1)
    renderer.setRenderTarget(this.target)
    renderer.render(scene, camera)
    renderer.setRenderTarget(null)
    renderer.setClearColor(color, alpha)
    camera.layers.mask = mask
    Object.assign(scene, { background, environment, fog, overrideMaterial: null })
  }

  /** Set the part of the screen that the line is in. @returns Whether it is on the screen. */
  private setArea(size: Vector2, reach: number): boolean {
    const { camera } = this.stage
    const { min, max } = boundsOf(this.object!)
    const area = this.line.material.uniforms['area']!.value as Vector4
    const [low, high] = [new Vector2(Infinity, Infinity), new Vector2(-Infinity, -Infinity)]
    for (let corner = 0; corner < 8; corner++) {
      const at = new Vector3(corner & 1 ? max.x : min.x, corner & 2 ? max.y : min.y, corner & 4 ? max.z : min.z).project(camera)
      // Behind the camera: the object may be anywhere on the screen.
      if (at.z > 1) return Boolean(area.set(-1, -1, 1, 1))
      low.min(at as unknown as Vector2)
      high.max(at as unknown as Vector2)
    }
    const [x, y] = [(2 * reach) / size.x, (2 * reach) / size.y]
    area.set(Math.max(low.x - x, -1), Math.max(low.y - y, -1), Math.min(high.x + x, 1), Math.min(high.y + y, 1))
    return area.x < area.z && area.y < area.w
  }
}

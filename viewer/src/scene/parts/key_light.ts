/**
 * The main light of a scene that has a sky, with soft shadows, and the ground below what stands on none.
 *
 * The light is a part of the sky's: what the sky shines from its brightest side. Shadows are drawn when the scene
 * changes, not with each frame.
 */

import {
  type Box3,
  BufferAttribute,
  CircleGeometry,
  Color,
  DirectionalLight,
  Mesh,
  MeshBasicMaterial,
  ShadowMaterial,
  Sphere,
  Vector3,
} from 'three'
import { disposeOf } from '../assets'
import type { SceneContext } from '../context'
import type { Stage } from '../stage'

/** Width and height of the shadows' image in pixels. */
const SHADOW_SIZE = { gpu: 2048, software: 1024 }
const SHADOW_RADIUS = 5
const SHADOW_OPACITY = 0.2
/** Radius of the ground relative to that of the scene. */
const GROUND_SIZE = 2.4
const SEGMENTS = 48
const GROUND_COLORS = { light: '#d3dae2', dark: '#2b3644' }

export class KeyLight {
  readonly light: DirectionalLight

  /** @param direction From the scene to the light. */
  constructor(
    private readonly context: SceneContext,
    direction: Vector3,
    intensity: number,
    color: Color,
  ) {
    const { stage } = context
    this.light = new DirectionalLight(color, intensity)
    this.light.position.copy(direction)
    stage.scene.add(this.light, this.light.target)
    context.onDispose(() => {
      stage.scene.remove(this.light, this.light.target)
      this.light.dispose()
    })
  }

  /** Let the light's shadows reach all of a box. */
  fit(box: Box3): void {
    if (box.isEmpty()) return
    fitShadow(this.light, this.light.position.clone().normalize(), box, this.context.stage)
    this.context.stage.invalidateShadows()
  }
}

/** Let a light shine from a direction on a box, with shadows that reach all of it. */
export function fitShadow(light: DirectionalLight, direction: Vector3, box: Box3, stage: Stage): void {
  const { center, radius } = box.getBoundingSphere(new Sphere())
  light.target.position.copy(center)
  light.position.copy(center).addScaledVector(direction, radius * 2)
  light.target.updateMatrixWorld()
  light.castShadow = true
  stage.renderer.shadowMap.enabled = true
  const size = stage.hasGpu ? SHADOW_SIZE.gpu : SHADOW_SIZE.software
  light.shadow.mapSize.set(size, size)
  Object.assign(light.shadow.camera, { left: -radius, right: radius, top: radius, bottom: -radius, near: radius * 0.5, far: radius * 3.5 })
  light.shadow.camera.updateProjectionMatrix()
  light.shadow.radius = SHADOW_RADIUS
  light.shadow.normalBias = (radius / size) * 3
  light.shadow.bias = -0.0005
}

/** A ground that fades into the background, with the shadows of what is above it. */
export class Ground {
  private readonly disc: Mesh<CircleGeometry, MeshBasicMaterial>
  private readonly shadows: Mesh<CircleGeometry, ShadowMaterial>

  constructor(
    private readonly context: SceneContext,
    box: Box3,
  ) {
    const { stage } = context
    const { center, radius } = box.getBoundingSphere(new Sphere())
    const geometry = fadingCircle(radius * GROUND_SIZE)
    const options = { transparent: true, depthWrite: false, toneMapped: false, vertexColors: true, fog: true }
    this.disc = new Mesh(geometry, new MeshBasicMaterial(options))
    this.shadows = new Mesh(geometry, new ShadowMaterial({ opacity: SHADOW_OPACITY, depthWrite: false }))
    this.shadows.receiveShadow = true
    for (const [index, mesh] of [this.disc, this.shadows].entries()) {
      // Below the lowest faces, which may be at the same height.
      mesh.position.set(center.x, box.min.y - radius * 0.002, center.z)
      mesh.renderOrder = index - 2
      mesh.raycast = () => undefined
      stage.scene.add(mesh)
    }
    context.onDispose(() => {
      stage.scene.remove(this.disc, this.shadows)
      disposeOf(this.disc)
      this.shadows.material.dispose()
    })
  }

  setTheme(theme: keyof typeof GROUND_COLORS): void {
    this.disc.material.color.set(GROUND_COLORS[theme])
    this.context.stage.invalidate()
  }
}

/** A circle that is opaque in the middle and transparent at its edge. */
function fadingCircle(radius: number): CircleGeometry {
  const geometry = new CircleGeometry(radius, SEGMENTS).rotateX(-Math.PI / 2)
  const count = geometry.getAttribute('position').count
  const colors = new Float32Array(count * 4).fill(1)
  for (let index = 1; index < count; index++) colors[index * 4 + 3] = 0
  geometry.setAttribute('color', new BufferAttribute(colors, 4))
  return geometry
}

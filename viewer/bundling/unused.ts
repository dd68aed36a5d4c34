/**
 * What three.js imports in any case and this page never draws: views of headsets, and materials that neither the page
 * nor models have. glTF has standard, physical and unlit materials; lines and points of models have others.
 */

const UNUSED_SHADERS = /\/ShaderLib\/(?:linedashed|meshlambert|meshmatcap|meshnormal|meshphong|meshtoon|sprite)\.glsl\.js$/
const UNUSED_CHUNKS = /\/ShaderChunk\/lights_(?:lambert|phong|toon)_(?:pars_)?fragment\.glsl\.js$/
const UNUSED_VIEWS = /\/webxr\/WebXRManager\.js$/

/** Without a session, the renderer asks a manager for nothing else. */
const NO_VIEWS = `export class WebXRManager {
  enabled = false
  isPresenting = false
  addEventListener() {}
  removeEventListener() {}
  setAnimationLoop() {}
  getEnvironmentBlendMode() {}
  dispose() {}
}`

/** Names of the materials without a shader. */
export const UNUSED_MATERIALS = /\b(?:LineDashed|MeshLambert|MeshMatcap|MeshNormal|MeshPhong|MeshToon|Sprite)Material\b/

/** Return what replaces a module of three.js; undefined if the page uses the module. */
export function withoutUnused(id: string): string | undefined {
  if (UNUSED_SHADERS.test(id)) return "export const vertex = '', fragment = ''"
  if (UNUSED_CHUNKS.test(id)) return "export default ''"
  return UNUSED_VIEWS.test(id) ? NO_VIEWS : undefined
}

import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { UNUSED_MATERIALS, withoutUnused } from '../../bundling/unused'

const three = join(dirname(createRequire(import.meta.url).resolve('three')), '..')
const read = (name: string): string => readFileSync(join(three, name), 'utf8')
const files = (folder: string): string[] => readdirSync(join(three, folder)).map((name) => `${folder}/${name}`)
const chunks = [...files('src/renderers/shaders/ShaderChunk'), ...files('src/renderers/shaders/ShaderLib')]

/** What the renderer asks for only while a headset shows the scene. */
const OF_SESSIONS = ['cameraAutoUpdate', 'getCamera', 'getDepthSensingMesh', 'hasDepthSensing', 'updateCamera']

test('the renderer of this version of three.js uses nothing else of a manager of headsets', () => {
  const manager = withoutUnused('/three/src/renderers/webxr/WebXRManager.js')!
  const users = ['renderers/WebGLRenderer', 'renderers/webgl/WebGLBackground', 'cameras/CubeCamera'].map((name) => read(`src/${name}.js`))
  const members = new Set([...users.join('\n').matchAll(/(?<!\/\/.*)\bxr\.(\w+)/g)].map(([, name]) => name!))
  expect(members).toContain('isPresenting')
  const missing = [...members].filter((name) => !new RegExp(`^  ${name}\\b`, 'm').test(manager))
  expect(missing.sort()).toEqual(OF_SESSIONS)
})

test('shaders of materials that are left out are modules of this version of three.js, and no others', () => {
  const removed = chunks.filter((name) => withoutUnused(name) !== undefined)
  expect(removed).toHaveLength(13)
  const used = chunks.filter((name) => !removed.includes(name)).map(read)
  expect(used.length).toBeGreaterThan(100)
  for (const name of removed) {
    const chunk = name.match(/ShaderChunk\/(\w+)\.glsl/)?.[1]
    if (chunk) expect(used.filter((shader) => shader.includes(`<${chunk}>`)), name).toEqual([])
    expect(read(name).match(/^export (?:default|const \w+)/gm)).toEqual(
      withoutUnused(name)!.startsWith('export default') ? ['export default'] : ['export const vertex', 'export const fragment'],
    )
  }
})

test('neither the page nor what loads models makes a material that is left out', () => {
  const page = readdirSync(join(import.meta.dirname, '../../src'), { recursive: true, encoding: 'utf8' })
  const sources = page.filter((name) => name.endsWith('.ts')).map((name) => readFileSync(join(import.meta.dirname, '../../src', name), 'utf8'))
  const loaders = ['loaders/GLTFLoader', 'lines/LineMaterial', 'utils/SkeletonUtils'].map((name) => read(`examples/jsm/${name}.js`))
  expect(sources.length).toBeGreaterThan(100)
  expect([...sources, ...loaders].filter((code) => UNUSED_MATERIALS.test(code))).toEqual([])
  expect(read('src/materials/Materials.js')).toMatch(UNUSED_MATERIALS)
})

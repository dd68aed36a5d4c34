import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { GLTFLoader } from 'three/addons/loaders/GLTFLoader.js'
import { expect, test } from 'vitest'

import facts from '../../../twin_stack/twinmaker/model_facts.json'
import lostModels from '../../../tests/support/lost_models.json'
import brokenModels from '../../../tests/support/broken_models.json'
import { type Gltf, parseGltfJson, undrawnExtensions } from '../../src/scene/gltf'

// Node has all that the loader needs for models without images, but this.
globalThis.ProgressEvent ??= class extends Event {} as unknown as typeof ProgressEvent

const MODELS = resolve(import.meta.dirname, 'models')

function read(name: string): ArrayBuffer {
  const content = readFileSync(resolve(MODELS, name))
  return content.buffer.slice(content.byteOffset, content.byteOffset + content.byteLength) as ArrayBuffer
}

test.each([
  ['draco.glb', 'KHR_draco_mesh_compression'],
  ['ktx2.glb', 'KHR_texture_basisu'],
])('the extensions of %s are read from the binary file', (name, extension) => {
  expect(parseGltfJson(read(name)).extensionsUsed).toContain(extension)
})

test('the files that a .gltf refers to are read', () => {
  expect(parseGltfJson(read('parts.gltf')).buffers?.map(({ uri }) => uri)).toEqual(['parts.bin'])
})

test('a script is not a glTF file', () => {
  expect(() => parseGltfJson(read('make_models.mjs'))).toThrow('is not a glTF file')
})

function contentOf(model: (typeof brokenModels)[number]): ArrayBuffer {
  const text = model.text ?? atob(model.base64!)
  return Uint8Array.from(text, (character) => character.charCodeAt(0)).buffer
}

test('there are files that cannot be loaded', () => {
  expect(brokenModels.length).toBeGreaterThan(15)
})

test.each(brokenModels.map((model) => [model.reason, model] as const))('a file that %s', (reason, model) => {
  const messageOf = (): string | undefined => {
    try {
      parseGltfJson(contentOf(model))
    } catch (error) {
      return (error as Error).message
    }
    return undefined
  }
  expect(messageOf()).toBe(reason)
})

test('extensions that are not drawn are named, with what is missing', () => {
  const used = (...extensionsUsed: string[]): Gltf => ({ extensionsUsed })
  expect(undrawnExtensions(used('KHR_materials_unlit', 'KHR_xmp_json_ld'))).toBeUndefined()
  expect(undrawnExtensions({})).toBeUndefined()
  expect(undrawnExtensions(used('VENDOR_glow', 'KHR_materials_pbrSpecularGlossiness'))).toBe(
    "uses KHR_materials_pbrSpecularGlossiness and VENDOR_glow, which the page and AWS's viewer do not draw: its materials are grey",
  )
})

test('the extensions of the facts are those of the loader', () => {
  const path = resolve(import.meta.dirname, '../../node_modules/three/examples/jsm/loaders/GLTFLoader.js')
  const [, list = ''] = /const EXTENSIONS = \{([^}]*)\}/.exec(readFileSync(path, 'utf8')) ?? []
  const names = [...list.matchAll(/: '(\w+)'/g)].map(([, name]) => name)
  expect(names.sort()).toEqual([...facts.extensions.page].sort())
})

/** Whether the loader shows a model: it answers within a second, with a scene that has meshes. */
async function isShown(document: object): Promise<boolean> {
  const never = new Promise<undefined>((resolve) => setTimeout(resolve, 500))
  try {
    const gltf = await Promise.race([new GLTFLoader().parseAsync(JSON.stringify(document), ''), never])
    let hasContent = false
    gltf?.scene?.traverse((object) => {
      const { geometry } = object as { geometry?: { attributes: { position?: { count: number } } } }
      hasContent ||= geometry ? (geometry.attributes.position?.count ?? 0) > 0 : object.name === 'Box'
    })
    return hasContent
  } catch {
    return false
  }
}

const MODEL = { asset: { version: '2.0' }, scenes: [{ nodes: [0] }], nodes: [{ name: 'Box' }] }

test('the loader shows models without mistakes', async () => {
  expect(await isShown(MODEL)).toBe(true)
  const bytes = Buffer.alloc(24).toString('base64')
  const mesh = {
    nodes: [{ mesh: 0 }],
    meshes: [{ primitives: [{ attributes: { POSITION: 0 } }] }],
    accessors: [{ componentType: 5126, type: 'VEC3', count: 2, bufferView: 0 }],
    bufferViews: [{ buffer: 0, byteLength: 24 }],
    buffers: [{ byteLength: 24, uri: `data:application/octet-stream;base64,${bytes}` }],
  }
  expect(await isShown({ ...MODEL, ...mesh })).toBe(true)
})

test.each(lostModels.map(({ reason, members }) => [reason, members] as const))('the loader loses a model that %s', async (_, members) => {
  expect(await isShown({ ...MODEL, ...members })).toBe(false)
})

import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'

import { parseGltfJson } from '../../src/scene/assets'

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

test.each(['make_models.mjs', 'parts.bin'])('%s is not a glTF file', (name) => {
  expect(() => parseGltfJson(read(name))).toThrow('not a glTF file')
})

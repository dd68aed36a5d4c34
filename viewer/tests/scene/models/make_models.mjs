// Makes the models beside it: a green cube in each form that the page must be able to read. They are committed, for
// what makes them is not installed with the page: npm i --no-save @gltf-transform/core@4.5.1
// @gltf-transform/extensions@4.5.1 @gltf-transform/functions@4.5.1 draco3dgltf@1.5.7 meshoptimizer ktx2-encoder@0.6.0
import { mkdir, writeFile } from 'node:fs/promises'
import { Document, NodeIO } from '@gltf-transform/core'
import { ALL_EXTENSIONS, KHRTextureBasisu } from '@gltf-transform/extensions'
import { draco, meshopt } from '@gltf-transform/functions'
import draco3d from 'draco3dgltf'
import { encodeToKTX2 } from 'ktx2-encoder'
import { MeshoptEncoder } from 'meshoptimizer'

const GREEN = [0.01, 0.35, 0.01, 1]
const here = new URL('.', import.meta.url).pathname

/** A cube of 1 by 1 by 1, with a node called "Cube". */
function cube() {
  const document = new Document()
  const buffer = document.createBuffer()
  const positions = [], normals = [], uvs = [], indices = []
  for (let axis = 0; axis < 3; axis++) {
    for (const side of [-1, 1]) {
      const first = positions.length / 3
      for (const [u, v] of [[0, 0], [1, 0], [1, 1], [0, 1]]) {
        const point = [0, 0, 0], normal = [0, 0, 0]
        point[axis] = side / 2
        normal[axis] = side
        point[(axis + 1) % 3] = (u - 0.5) * side
        point[(axis + 2) % 3] = v - 0.5
        positions.push(...point)
        normals.push(...normal)
        uvs.push(u, v)
      }
      indices.push(first, first + 1, first + 2, first, first + 2, first + 3)
    }
  }
  const accessor = (type, array) => document.createAccessor().setType(type).setArray(array).setBuffer(buffer)
  const material = document.createMaterial('Green').setBaseColorFactor(GREEN).setMetallicFactor(0)
  const primitive = document
    .createPrimitive()
    .setAttribute('POSITION', accessor('VEC3', new Float32Array(positions)))
    .setAttribute('NORMAL', accessor('VEC3', new Float32Array(normals)))
    .setAttribute('TEXCOORD_0', accessor('VEC2', new Float32Array(uvs)))
    .setIndices(accessor('SCALAR', new Uint16Array(indices)))
    .setMaterial(material)
  const node = document.createNode('Cube').setMesh(document.createMesh('Cube').addPrimitive(primitive))
  document.createScene().addChild(node)
  return { document, material }
}

await MeshoptEncoder.ready
const io = new NodeIO().registerExtensions(ALL_EXTENSIONS).registerDependencies({
  'draco3d.encoder': await draco3d.createEncoderModule(),
  'meshopt.encoder': MeshoptEncoder,
})

await io.write(`${here}plain.glb`, cube().document)
await io.write(`${here}parts.gltf`, cube().document)

const small = cube()
await small.document.transform(draco())
await io.write(`${here}draco.glb`, small.document)

const packed = cube()
await packed.document.transform(meshopt({ encoder: MeshoptEncoder, level: 'medium' }))
await io.write(`${here}meshopt.glb`, packed.document)

// White, with a picture that is green all over.
const pictured = cube()
const pixels = new Uint8Array(4 * 4 * 4).map((_, i) => [20, 150, 20, 255][i % 4])
const imageDecoder = async () => ({ data: pixels, width: 4, height: 4 })
const ktx2 = await encodeToKTX2(pixels, { isUASTC: true, generateMipmap: false, imageDecoder, isKTX2File: true })
const texture = pictured.document.createTexture('Green').setImage(ktx2).setMimeType('image/ktx2')
pictured.document.createExtension(KHRTextureBasisu).setRequired(true)
pictured.material.setBaseColorFactor([1, 1, 1, 1]).setBaseColorTexture(texture)
await io.write(`${here}ktx2.glb`, pictured.document)

await mkdir(`${here}tiles`, { recursive: true })
await io.write(`${here}tiles/cube.glb`, cube().document)
const box = { box: [0, 0, 0, 0.5, 0, 0, 0, 0.5, 0, 0, 0, 0.5] }
const root = { boundingVolume: box, geometricError: 0, refine: 'ADD', content: { uri: 'cube.glb' } }
const tileset = { asset: { version: '1.1' }, geometricError: 10, root }
await writeFile(`${here}tiles/tileset.json`, `${JSON.stringify(tileset, null, 2)}\n`)

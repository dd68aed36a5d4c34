/** Loads models and textures of a scene. A model is fetched once, even if many nodes show it. */

import { LoadingManager, Texture, type AnimationClip, type Object3D, type WebGLRenderer } from 'three'
import { GLTFLoader } from 'three/addons/loaders/GLTFLoader.js'
import { resolveUri } from './uri'

export type FetchAsset = (uri: string) => Promise<ArrayBuffer>

export interface Model {
  readonly root: Object3D
  readonly animations: readonly AnimationClip[]
}

interface Gltf {
  readonly extensionsUsed?: readonly string[]
  readonly buffers?: readonly { readonly uri?: string }[]
  readonly images?: readonly { readonly uri?: string }[]
}

const GLB_MAGIC = 0x46546c67
const DECODERS = { KHR_draco_mesh_compression: 'draco', EXT_meshopt_compression: 'meshopt', KHR_texture_basisu: 'ktx2' }

export class Assets {
  private readonly models = new Map<string, Promise<Model>>()
  private readonly disposals: (() => void)[] = []

  /** @param base Address of the scene file. Relative addresses are resolved against it. */
  constructor(
    readonly fetchAsset: FetchAsset,
    readonly base: string,
    private readonly renderer: WebGLRenderer,
  ) {}

  /** Load a glTF model. All callers get the same object: clone it before adding it to the scene. */
  model(uri: string): Promise<Model> {
    const address = resolveUri(uri, this.base)
    let model = this.models.get(address)
    if (!model) {
      model = this.load(address)
      this.models.set(address, model)
    }
    return model
  }

  /** Load a texture. The caller disposes of it. */
  async texture(uri: string): Promise<Texture> {
    const data = await this.fetchAsset(resolveUri(uri, this.base))
    const texture = new Texture(await createImageBitmap(new Blob([data]), { imageOrientation: 'flipY' }))
    texture.flipY = false
    texture.colorSpace = 'srgb'
    texture.needsUpdate = true
    return texture
  }

  dispose(): void {
    for (const dispose of this.disposals.splice(0)) dispose()
    for (const model of this.models.values()) void model.then(({ root }) => disposeOf(root), () => undefined)
    this.models.clear()
  }

  private async load(address: string): Promise<Model> {
    const data = await this.fetchAsset(address)
    const json = parseGltfJson(data)
    const manager = new LoadingManager()
    const objectUrls = await this.fetchReferencedFiles(json, address)
    manager.setURLModifier((url) => objectUrls.get(url) ?? url)
    const loader = new GLTFLoader(manager)
    await this.addDecoders(loader, json)
    try {
      const gltf = await loader.parseAsync(data, '')
      return { root: gltf.scene, animations: gltf.animations }
    } finally {
      for (const url of objectUrls.values()) URL.revokeObjectURL(url)
    }
  }

  /** Fetch the files that a .gltf refers to, signed, and return object URLs that the loader can read. */
  private async fetchReferencedFiles(json: Gltf, address: string): Promise<ReadonlyMap<string, string>> {
    const uris = [...(json.buffers ?? []), ...(json.images ?? [])].map(({ uri }) => uri)
    const fileUris = uris.filter((uri) => uri !== undefined && !uri.startsWith('data:')) as string[]
    const entries = fileUris.map(async (uri) => {
      const data = await this.fetchAsset(resolveUri(decodeURIComponent(uri), address))
      return [uri, URL.createObjectURL(new Blob([data]))] as const
    })
    return new Map(await Promise.all(entries))
  }

  /** Add the decoders that a model uses. They are large and few models need one, so each is imported on demand. */
  private async addDecoders(loader: GLTFLoader, json: Gltf): Promise<void> {
    for (const extension of json.extensionsUsed ?? []) {
      switch (DECODERS[extension as keyof typeof DECODERS]) {
        case 'draco': {
          const { DRACOLoader, DRACO_GLTF_CONFIG } = await import('three/addons/loaders/DRACOLoader.js')
          const draco = new DRACOLoader().setDecoderPath(DRACO_GLTF_CONFIG)
          this.disposals.push(() => draco.dispose())
          loader.setDRACOLoader(draco)
          break
        }
        case 'meshopt': {
          const { MeshoptDecoder } = await import('three/addons/libs/meshopt_decoder.module.js')
          loader.setMeshoptDecoder(MeshoptDecoder)
          break
        }
        case 'ktx2': {
          const { KTX2Loader } = await import('three/addons/loaders/KTX2Loader.js')
          const ktx2 = new KTX2Loader().detectSupport(this.renderer)
          this.disposals.push(() => ktx2.dispose())
          loader.setKTX2Loader(ktx2)
          break
        }
      }
    }
  }
}

/** Parse the JSON of a .glb or .gltf file. @throws {Error} when it is neither. */
export function parseGltfJson(data: ArrayBuffer): Gltf {
  const view = new DataView(data)
  const isBinary = data.byteLength >= 20 && view.getUint32(0, true) === GLB_MAGIC
  const json = isBinary ? new Uint8Array(data, 20, view.getUint32(12, true)) : new Uint8Array(data)
  try {
    return JSON.parse(new TextDecoder().decode(json)) as Gltf
  } catch {
    throw new Error('not a glTF file')
  }
}

/** Free the geometries, materials and textures of an object and its descendants. */
export function disposeOf(root: Object3D): void {
  root.traverse((object) => {
    const { geometry, material } = object as { geometry?: { dispose(): void }; material?: unknown }
    geometry?.dispose()
    for (const part of [material].flat()) {
      if (!part) continue
      for (const value of Object.values(part as object)) if (value instanceof Texture) value.dispose()
      ;(part as { dispose(): void }).dispose()
    }
  })
}

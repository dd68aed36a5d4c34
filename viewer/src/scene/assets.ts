/** Loads models and textures of a scene. A model is fetched once, even if many nodes show it. */

import { LoadingManager, Texture, type AnimationClip, type Object3D, type WebGLRenderer } from 'three'
import { GLTFLoader } from 'three/addons/loaders/GLTFLoader.js'
import { type Gltf, modelMessage, ModelFileError, parseGltfJson, undrawnExtensions } from './gltf'
import { resolveUri } from './uri'

export type FetchAsset = (uri: string) => Promise<ArrayBuffer>

export interface Model {
  readonly root: Object3D
  readonly animations: readonly AnimationClip[]
  /** What of the model is not drawn, as ends of sentences that begin with the file. */
  readonly warnings: readonly string[]
}

const DECODERS = {
  KHR_draco_mesh_compression: 'draco',
  EXT_meshopt_compression: 'meshopt',
  KHR_meshopt_compression: 'meshopt',
  KHR_texture_basisu: 'ktx2',
}

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
      // A later attempt reads the file again.
      model.catch(() => this.models.delete(address))
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
    const undrawn = undrawnExtensions(json)
    const warnings = undrawn ? [undrawn] : []
    const manager = new LoadingManager()
    const objectUrls = await this.fetchReferencedFiles(json, address, warnings)
    manager.setURLModifier((url) => objectUrls.get(url) ?? url)
    const loader = new GLTFLoader(manager)
    await this.addDecoders(loader, json)
    try {
      const gltf = await loader.parseAsync(data, '')
      if (!gltf.scene) throw new ModelFileError(modelMessage('noScene'))
      return { root: gltf.scene, animations: gltf.animations, warnings }
    } finally {
      for (const url of objectUrls.values()) URL.revokeObjectURL(url)
    }
  }

  /**
   * Fetch the files that a model refers to, signed, and return object URLs that the loader can read.
   *
   * @param warnings Receives images that are missing: the model is shown without them.
   * @throws {ModelFileError} when a buffer is missing.
   */
  private async fetchReferencedFiles(json: Gltf, address: string, warnings: string[]): Promise<ReadonlyMap<string, string>> {
    const fetchFile = async (uri: string, isRequired: boolean): Promise<readonly [string, string]> => {
      const file = resolveUri(decode(uri), address)
      let data = new ArrayBuffer(0)
      try {
        data = await this.fetchAsset(file)
      } catch (error) {
        const values = { files: `"${this.nameOf(file)}"`, problem: `could not be read (${(error as Error).message})` }
        const message = modelMessage('missingFile', values)
        if (isRequired) throw new ModelFileError(message)
        warnings.push(message)
      }
      return [uri, URL.createObjectURL(new Blob([data]))]
    }
    const buffers = referencedUris(json.buffers).map((uri) => fetchFile(uri, true))
    const images = referencedUris(json.images).map((uri) => fetchFile(uri, false))
    return new Map(await Promise.all([...buffers, ...images]))
  }

  /** The name of a file relative to the folder of the scene, or its address if it is elsewhere. */
  private nameOf(address: string): string {
    const folder = this.base.slice(0, this.base.lastIndexOf('/') + 1)
    return address.startsWith(folder) ? address.slice(folder.length) : address
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

function referencedUris(references: readonly { readonly uri?: string }[] | undefined): string[] {
  const uris = (references ?? []).map(({ uri }) => uri)
  return [...new Set(uris.filter((uri): uri is string => uri !== undefined && !uri.startsWith('data:')))]
}

/** Decode a percent-encoded address; one with another use of `%` is a name. */
function decode(uri: string): string {
  try {
    return decodeURIComponent(uri)
  } catch {
    return uri
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

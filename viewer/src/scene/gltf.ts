/** The JSON of glTF models, and why a file is none: in the words of the check, from the data that it reads too. */

import facts from '../../../twin_stack/twinmaker/model_facts.json'
import { isObject } from './problems'

export interface Gltf {
  readonly extensionsUsed?: readonly string[]
  readonly buffers?: readonly { readonly uri?: string }[]
  readonly images?: readonly { readonly uri?: string }[]
}

/** A file is not a model that can be loaded. The message is the end of a sentence that begins with the file. */
export class ModelFileError extends Error {
  override readonly name = 'ModelFileError'
}

const GLB_MAGIC = 0x46546c67
const JSON_CHUNK = 0x4e4f534a
const HEADER_BYTES = 12
const START_BYTES = 512
const MAX_CHUNKS = 1_000

type MessageKey = keyof typeof facts.messages

/** Return the end of a sentence that begins with a file. */
export function modelMessage(key: MessageKey, values: Readonly<Record<string, string | number>> = {}): string {
  return facts.messages[key].replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name]
    return typeof value === 'number' ? value.toLocaleString('en-US') : (value ?? '')
  })
}

const errorOf = (...args: Parameters<typeof modelMessage>): ModelFileError => new ModelFileError(modelMessage(...args))

/** Parse the JSON of a .glb or .gltf file. @throws {ModelFileError} when it is neither. */
export function parseGltfJson(data: ArrayBuffer): Gltf {
  const start = new Uint8Array(data, 0, Math.min(START_BYTES, data.byteLength))
  const fault = startFault(start)
  if (fault) throw errorOf(fault)
  const view = new DataView(data)
  if (data.byteLength >= 4 && view.getUint32(0, true) === GLB_MAGIC) return parseModel(glbJson(view))
  if (!/^\s*\{/.test(textOf(start))) {
    const kind = kindOf(start)
    throw kind ? errorOf('otherKind', { kind }) : errorOf('notGltf')
  }
  return parseModel(new Uint8Array(data))
}

/** What a file is instead of a model, by its first bytes. */
function startFault(start: Uint8Array): MessageKey | undefined {
  if (start.length === 0) return 'empty'
  const text = textOf(start).replace(/^[\s\0]+/, '').toLowerCase()
  if (text.startsWith('version https://git-lfs.github.com/spec/')) return 'gitLfs'
  if (!text) return 'blank'
  if (/^(<!doctype html|<html)/.test(text)) return 'html'
  return /^(<\?xml|<error>)/.test(text) ? 'xml' : undefined
}

function kindOf(start: Uint8Array): string | undefined {
  const hex = Array.from(start.subarray(0, 16), (byte) => byte.toString(16).padStart(2, '0')).join('')
  if (/^52494646.{8}57454250/.test(hex)) return 'a WebP image'
  if (/^.{8}66747970617669(66|73)/.test(hex)) return 'an AVIF image'
  return Object.entries(facts.signatures).find(([signature]) => hex.startsWith(signature))?.[1]
}

function textOf(data: Uint8Array): string {
  return new TextDecoder().decode(data)
}

function glbJson(view: DataView): Uint8Array {
  const size = view.byteLength
  if (size < HEADER_BYTES) throw errorOf('shortHeader', { size })
  const version = view.getUint32(4, true)
  const declared = view.getUint32(8, true)
  if (version < 2) throw errorOf('oldBinary', { version })
  if (declared > size) throw errorOf('cutOff', { declared, size })
  let json: Uint8Array | undefined
  let position = HEADER_BYTES
  for (let count = 0; count < MAX_CHUNKS && position < declared; count += 1) {
    const hasHeader = position + 8 <= size
    const length = hasHeader ? view.getUint32(position, true) : 0
    const kind = hasHeader ? view.getUint32(position + 4, true) : 0
    position += 8
    if (!hasHeader || position + length > declared) throw errorOf('chunkBeyond', { length, position, declared })
    if (kind === JSON_CHUNK) json ??= new Uint8Array(view.buffer, position, length)
    position += length
  }
  if (!json) throw errorOf('noJsonChunk')
  return json
}

function parseModel(text: Uint8Array): Gltf {
  let document: unknown
  try {
    document = JSON.parse(textOf(text))
  } catch {
    throw errorOf('brokenJson')
  }
  if (!isObject(document)) throw errorOf('noAsset')
  if ('root' in document && 'geometricError' in document) throw errorOf('isTileset')
  const asset = document['asset']
  if (!isObject(asset)) throw errorOf('noAsset')
  const version = asset['version']
  if (typeof version !== 'string' || !/^\d/.test(version)) throw errorOf('noVersion')
  if (version[0]! < '2') throw errorOf('oldVersion', { version: version.slice(0, 10) })
  return document as Gltf
}

/** What of a model this page does not draw, in the words of the check; undefined if it draws everything. */
export function undrawnExtensions({ extensionsUsed }: Gltf): string | undefined {
  const { page, invisible, effects } = facts.extensions
  const names = Array.isArray(extensionsUsed) ? [...new Set(extensionsUsed as readonly unknown[])] : []
  const undrawn = names.filter((name): name is string => typeof name === 'string' && ![...page, ...invisible].includes(name)).sort()
  if (!undrawn.length) return undefined
  const seen = undrawn.flatMap((name) => (effects as Readonly<Record<string, string>>)[name] ?? [])
  const effect = seen.length ? `: ${seen.join(' and ')}` : ''
  return modelMessage('undrawnByBoth', { extensions: listed(undrawn) }) + effect
}

/** The first names as text, and how many there are beside them. */
function listed(names: readonly string[]): string {
  const shown = names.slice(0, 3)
  const more = names.length - shown.length
  if (more) return `${shown.join(', ')} and ${more.toLocaleString('en-US')} more`
  return [shown.slice(0, -1).join(', '), shown.at(-1)].filter(Boolean).join(' and ')
}

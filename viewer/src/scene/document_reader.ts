/**
 * Reads scene documents, and reports what is wrong with which node.
 *
 * Fatal problems are those for which the deserializer of AWS IoT App Kit's scene composer 10.13.1 loses the scene; `make
 * conformance` compares both. `twin check` reports the same problems in the same words.
 */

import { checkDocument } from './check/document_check'
import { ComponentReader } from './component_reader'
import type { DocumentNode, Problem, Properties, ReadResult, SceneDocument, Transform } from './document'
import { LIMITS, TRANSFORM_DEFAULTS, type Vector } from './facts'
import { indexOf } from './check/nodes'
import { isObject, listMember, mapMember, Problems, type Json } from './problems'
import type { Rule } from './rules'

/** Read a scene document and all of its problems. */
export function readScene(text: string): ReadResult {
  let document: unknown
  try {
    document = JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch (error) {
    return fatal(`Invalid scene document: not a valid JSON document (${(error as Error).message})`)
  }
  // What has no members, such as a number, has no version either: the message of AWS's viewer.
  if (!isObject(document)) return fatal('Invalid scene document: unable to find specVersion')
  try {
    return readDocument(document)
  } catch (error) {
    // A malformed member that is not checked for. AWS's viewer loses the whole scene, too.
    return fatal(`An unexpected error occurred: ${(error as Error).message}`)
  }
}

function fatal(message: string): ReadResult {
  return { problems: [{ level: 'fatal', message }] }
}

function readDocument(document: Json): ReadResult {
  const problems = new Problems()
  checkDocument(problems, document)
  const nodes = listMember(document, 'nodes')
  const named = problems.all.map((problem) => nameNode(problem, nodes))
  if (problems.hasFatal) return { problems: named }
  for (const problem of problems.all) removeInvalid(document, problem)
  return { scene: new DocumentReader(document).read(), problems: named }
}

function nameNode(problem: Problem, nodes: readonly unknown[]): Problem {
  const [part, index] = problem.path ?? []
  return part === 'nodes' && typeof index === 'number' ? { ...problem, node: displayName(nodes[index], index) } : problem
}

/** Remove a value that is none of its member's, so that the default is shown in its place. */
function removeInvalid(document: Json, { kind, path = [] }: Problem): void {
  if (kind !== 'wrong-value' && kind !== 'not-allowed') return
  let container: unknown = document
  for (const key of path.slice(0, -1)) container = (container as Json | undefined)?.[key]
  if (isObject(container)) delete container[path.at(-1)!]
}

class DocumentReader {
  private readonly nodes: readonly unknown[]
  private readonly components: ComponentReader
  private readonly visited = new Set<number>()

  constructor(private readonly document: Json) {
    this.nodes = listMember(document, 'nodes')
    this.components = new ComponentReader(listMember(document, 'cameras'))
  }

  read(): SceneDocument {
    return {
      roots: this.nestAll(listMember(this.document, 'rootNodeIndexes')),
      rules: this.readRules(),
      properties: mapMember(this.document, 'properties') as Properties,
    }
  }

  private nestAll(indexes: readonly unknown[]): readonly DocumentNode[] {
    return indexes.flatMap((index) => this.nest(indexOf(index, this.nodes.length)) ?? [])
  }

  /** Nest the children of a node. A node with two parents is kept below the first one; a cycle is cut. */
  private nest(index: number | undefined): DocumentNode | undefined {
    if (index === undefined || this.visited.has(index)) return undefined
    this.visited.add(index)
    const node = this.nodes[index] as Json
    const alwaysVisible = mapMember(node, 'properties')['alwaysVisible']
    return {
      name: displayName(node, index),
      transform: readTransform(node['transform']),
      components: listMember(node, 'components').map((component) => this.components.read(component)).filter((component) => !!component),
      children: this.nestAll(listMember(node, 'children')),
      ...(alwaysVisible === undefined ? {} : { alwaysVisible: alwaysVisible === true }),
    }
  }

  private readRules(): Readonly<Record<string, Rule>> {
    let length = 0
    const read = (rule: unknown): Rule => ({
      statements: listMember(rule, 'statements').filter((statement) => {
        length += String(isObject(statement) ? statement['expression'] : '').length
        return isObject(statement) && length <= LIMITS.expressionsLength
      }) as unknown as Rule['statements'],
    })
    return Object.fromEntries(Object.entries(mapMember(this.document, 'rules')).map(([id, rule]) => [id, read(rule)]))
  }
}

function readTransform(transform: unknown): Transform {
  const read = (member: keyof Transform): Vector => {
    const value = mapMember({ transform }, 'transform')[member]
    return Array.isArray(value) ? (value.slice(0, 3).map(Number) as unknown as Vector) : TRANSFORM_DEFAULTS[member]
  }
  return { position: read('position'), rotation: read('rotation'), scale: read('scale') }
}

function displayName(node: unknown, index: number): string {
  const name = isObject(node) ? node['name'] : undefined
  return name && (typeof name === 'string' || typeof name === 'number') ? String(name) : `node#[${index}]`
}

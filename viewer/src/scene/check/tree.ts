/** Checks the tree of nodes of a scene document. */

import type { Path } from '../document'
import { isObject, isOneOf, listMember, type Problems, type Json } from '../problems'
import { indexOf, labelOf } from './nodes'
import { chain, quoteValue } from './wording'

/** Indexes of a list by their positions. */
type Indexes = ReadonlyMap<number, number>

/** Check indexes of nodes, that each is drawn once, and where parts of models are. */
export function checkTree(problems: Problems, document: Json): void {
  const nodes = listMember(document, 'nodes')
  const children = new Map<number, Indexes>()
  for (const [index, node] of nodes.entries()) {
    if (isObject(node)) children.set(index, readIndexes(problems, node, 'children', ['nodes', index], nodes.length))
  }
  const roots = readIndexes(problems, document, 'rootNodeIndexes', [], nodes.length)
  if (!checkCycles(problems, nodes, children)) checkParents(problems, nodes, children, roots)
  checkSubModels(problems, nodes, children)
}

function readIndexes(problems: Problems, container: Json, key: string, path: Path, count: number): Indexes {
  const indexes = new Map<number, number>()
  for (const [position, value] of listMember(container, key).entries()) {
    const index = indexOf(value, count)
    if (index !== undefined) indexes.set(position, index)
    if (index === undefined || typeof value === 'string') {
      const level = index === undefined ? 'fatal' : 'warning'
      problems.add('node-index', [...path, key, position], { value: quoteValue(value), count }, level)
    }
  }
  return indexes
}

function checkCycles(problems: Problems, nodes: readonly unknown[], children: ReadonlyMap<number, Indexes>): boolean {
  const nameOf = (index: number): string => [...String((nodes[index] as Json)['name'] ?? index)].slice(0, 60).join('')
  let hasCycle = false
  for (const cycle of cycles(new Map([...children].map(([index, indexes]) => [index, [...indexes.values()]])))) {
    hasCycle = true
    problems.add('node-cycle', ['nodes', cycle[0]!, 'children'], { chain: chain([...cycle, cycle[0]!].map(nameOf)) })
  }
  return hasCycle
}

/** The cycles of a graph, without which no node is its own ancestor; twin_stack/definition/graph.py finds the same. */
function* cycles(children: ReadonlyMap<number, readonly number[]>): Generator<readonly number[]> {
  const finished = new Set<number>()
  for (const start of children.keys()) {
    if (finished.has(start)) continue
    const path = [{ index: start, next: 0 }]
    const onPath = new Set([start])
    while (path.length) {
      const last = path.at(-1)!
      const child = children.get(last.index)![last.next++]
      if (child === undefined) {
        finished.add(last.index)
        onPath.delete(last.index)
        path.pop()
      } else if (onPath.has(child)) {
        const indexes = path.map(({ index }) => index)
        yield indexes.slice(indexes.indexOf(child))
      } else if (children.has(child) && !finished.has(child)) {
        path.push({ index: child, next: 0 })
        onPath.add(child)
      }
    }
  }
}

/** Report nodes that have several parents or none. */
function checkParents(problems: Problems, nodes: readonly unknown[], children: ReadonlyMap<number, Indexes>, roots: Indexes): void {
  const seen = new Set<number>()
  for (const [parent, indexes] of children) {
    for (const [position, child] of indexes) {
      const path = ['nodes', parent, 'children', position]
      if (seen.has(child)) problems.add('shared-node', path, { name: labelOf(nodes[child], child) })
      seen.add(child)
    }
  }
  if (problems.has('node-index', 'node-form') || !roots.size) return // the nodes that they lose are no further mistakes
  const drawn = new Set(roots.values())
  for (const index of drawn) for (const child of children.get(index)?.values() ?? []) drawn.add(child)
  for (const index of children.keys()) {
    if (!drawn.has(index) && !seen.has(index)) {
      problems.add('unreachable-node', ['nodes', index], { name: labelOf(nodes[index], index), index })
    }
  }
}

function checkSubModels(problems: Problems, nodes: readonly unknown[], children: ReadonlyMap<number, Indexes>): void {
  const parents = new Map<number, number>()
  for (const [parent, indexes] of children) {
    for (const child of indexes.values()) if (!parents.has(child)) parents.set(child, parent)
  }
  const isOf = (component: unknown, ...types: readonly string[]): boolean => isObject(component) && isOneOf(types, component['type'])
  for (const index of children.keys()) {
    for (const [position, component] of listMember(nodes[index], 'components').entries()) {
      if (!isOf(component, 'SubModelRef')) continue
      const parent = parents.get(index)
      const components = parent === undefined ? [] : listMember(nodes[parent], 'components')
      if (!components.some((other) => isOf(other, 'ModelRef', 'SubModelRef'))) {
        problems.add('misplaced-sub-model', ['nodes', index, 'components', position])
      }
    }
  }
}

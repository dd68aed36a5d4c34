/** The syntax tree of an expression. */

export type Kind = 'literal' | 'name' | 'unary' | 'binary' | 'condition' | 'call' | 'filter' | 'list' | 'object'

/** A node of the tree. */
export interface Node {
  readonly kind: Kind
  /** Value of a literal, name of an identifier or a function, operator. */
  readonly value?: string | number | boolean
  /**
   * What it is made of, in the order written: operands, arguments, members of a list or an object, subject and
   * expression of a filter, and the owner of a name such as `a` in `a.b`. Null stands for a part that is not written.
   */
  readonly parts: (Node | null)[]
  /** Names of an object's members. */
  readonly keys?: string[]
  /** Whether a function is written as `x|f`. */
  readonly isTransform?: boolean
  /** Whether a name begins with a dot, or the expression of a filter has such a name. */
  readonly isRelative?: boolean
  /** The node that it is a part of. */
  parent?: Node | null
}

/** All nodes of a tree, from left to right. */
export function nodesOf(tree: Node | null): readonly Node[] {
  const nodes: Node[] = []
  const pending: (Node | null)[] = [tree]
  while (pending.length) {
    const node = pending.pop()
    if (!node) continue
    nodes.push(node)
    pending.push(...[...node.parts].reverse())
  }
  return nodes
}

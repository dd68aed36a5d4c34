/** What the colours and icons of a scene mean: the rules that its nodes use, in words. */

import type { DocumentNode, RuleBinding, SceneDocument } from './document'
import type { Icon } from './facts'
import { readMaterialStyle, readTarget } from './rules'

/** A line of the legend: what holds, and how it looks. */
export interface LegendRow {
  readonly text: string
  readonly color?: string
  readonly icon?: Icon
  readonly iconColor?: string
}

/** More cannot be taken in at a glance. */
const MAX_ROWS = 16

/** The rows of a scene's legend, in the order of its rules. Equal conditions of several rules are one row. */
export function legendRows({ roots, rules }: SceneDocument): LegendRow[] {
  const used = { color: new Set<string>(), icon: new Set<string>() }
  for (const node of roots.flatMap(withDescendants)) {
    for (const component of node.components) {
      if (component.type === 'ModelShader') addRule(used.color, component)
      else if (component.type === 'Tag') addRule(used.icon, component)
    }
  }
  const rows = new Map<string, LegendRow>()
  for (const [id, { statements }] of Object.entries(rules)) {
    for (const { expression, target, targetMetadata } of statements) {
      // "true" applies where no statement of its own rule does, which differs from that of another.
      const key = expression.trim() === 'true' ? `${id}: true` : expression.trim()
      const text = describeExpression(expression)
      const row = rows.get(key) ?? { text }
      if (used.color.has(id)) {
        const { color, opacity } = readMaterialStyle(target) ?? {}
        if (color !== undefined) rows.set(key, { ...row, color })
        else if (opacity !== undefined) rows.set(key, { ...row, text: `${text}: ${opacity === 0 ? 'hidden' : 'see-through'}` })
      }
      if (used.icon.has(id)) {
        const { type, value } = readTarget(target)
        const icon = type === 'icon' ? (value as Icon) : 'Info'
        rows.set(key, { ...(rows.get(key) ?? row), icon, ...(targetMetadata?.color ? { iconColor: targetMetadata.color } : {}) })
      }
    }
  }
  return [...rows.values()].slice(0, MAX_ROWS)
}

function addRule(ids: Set<string>, { ruleBasedMapId }: RuleBinding): void {
  if (ruleBasedMapId !== undefined) ids.add(ruleBasedMapId)
}

function withDescendants(node: DocumentNode): DocumentNode[] {
  return [node, ...node.children.flatMap(withDescendants)]
}

/** An expression as one reads it. */
function describeExpression(expression: string): string {
  const text = expression.trim()
  if (text === 'true') return 'otherwise'
  return text
    .replaceAll('>=', '≥')
    .replaceAll('<=', '≤')
    .replaceAll('==', '=')
    .replaceAll('!=', '≠')
    .replaceAll('&&', 'and')
    .replaceAll('||', 'or')
    .replace(/'([^']*)'|"([^"]*)"/g, (_, single?: string, double?: string) => single ?? double ?? '')
}

/** Checks rules of a scene document, and what is bound to them. */

import { knownProperty, type Template, type ValueDataBinding } from '../bindings'
import type { Path } from '../document'
import { EXPECTED, KNOWN_ICONS, LIMITS, PARTS, TARGETS } from '../facts'
import { expressionExcess } from '../limits'
import { isObject, isOneOf, listMember, mapMember, type Json, type Problems } from '../problems'
import { checkExpression, hasNames, propertiesIn } from './expressions'
import { isColor, isNumeric, type MemberChecker } from './members'
import { componentsOf } from './nodes'
import { formatNumber, quoteValue } from './wording'

/** A component, or a member of a MotionIndicator, that has a rule. */
interface RuleUse {
  readonly path: Path
  readonly component: string
  readonly ruleId: string
  /** Whether it binds a property. */
  readonly isBound: boolean
  /** The property that it binds, if it is known. */
  readonly property: string | undefined
}

interface CheckedRule {
  readonly statements: readonly unknown[]
  readonly uses: RuleUse[]
}

/** Check rules, their expressions and targets, and what refers to them. */
export function checkRules(problems: Problems, members: MemberChecker, document: Json): void {
  const written = mapMember(document, 'rules')
  const rules = readRules(problems, written)
  for (const use of findUses(problems, document)) {
    const rule = rules.get(use.ruleId)
    const path = [...use.path, 'ruleBasedMapId']
    if (rule) {
      rule.uses.push(use)
      if (!use.isBound && expressionsOf(rule).some(hasNames)) problems.add('unbound-rule', path, { component: use.component })
    } else if (!Object.hasOwn(written, use.ruleId)) {
      const values = { rule: quoteValue(use.ruleId), allowed: Object.keys(written).join(', ') }
      problems.add('missing-rule', path, values, use.component === 'ModelShader' ? 'error' : 'fatal')
    }
  }
  let length = 0
  for (const [ruleId, rule] of rules) {
    for (const [index, statement] of rule.statements.entries()) {
      const path: Path = ['rules', ruleId, 'statements', index]
      if (isObject(statement)) {
        if (typeof statement['expression'] === 'string') length += statement['expression'].length
        checkStatement(problems, members, statement, path, rule)
      } else {
        const values = { number: index + 1, rule: quoteValue(ruleId), value: quoteValue(statement) }
        problems.add('statement-form', path, values, statement === null ? 'fatal' : 'error')
      }
    }
    checkTestedProperties(problems, rule)
  }
  if (length > LIMITS.expressionsLength) {
    const values = { length: formatNumber(length), limit: formatNumber(LIMITS.expressionsLength) }
    problems.add('costly-rules', ['rules'], values)
  }
}

function readRules(problems: Problems, written: Json): ReadonlyMap<string, CheckedRule> {
  const rules = new Map<string, CheckedRule>()
  for (const [ruleId, rule] of Object.entries(written)) {
    if (isObject(rule) && Array.isArray(rule['statements'])) rules.set(ruleId, { statements: rule['statements'], uses: [] })
    else problems.add('no-statements', ['rules', ruleId], { rule: quoteValue(ruleId) })
  }
  return rules
}

function expressionsOf(rule: CheckedRule): readonly string[] {
  return rule.statements.flatMap((statement) =>
    isObject(statement) && typeof statement['expression'] === 'string' ? [statement['expression']] : [],
  )
}

/** Find what has a rule; overlays whose names are not bound are reported. */
function findUses(problems: Problems, document: Json): readonly RuleUse[] {
  const template = mapMember(mapMember(mapMember(document, 'properties'), 'dataBindingConfig'), 'template') as Template
  const uses: RuleUse[] = []
  const addUse = (path: Path, component: string, holder: Json): void => {
    const ruleId = holder['ruleBasedMapId']
    if (ruleId) uses.push({ path, component, ruleId: typeof ruleId === 'string' ? ruleId : quoteValue(ruleId), ...boundProperty(holder, template) })
  }
  for (const [path, component] of componentsOf(document)) {
    const type = component['type']
    if (type === 'Tag' || type === 'ModelShader') addUse(path, type, component)
    else if (type === 'MotionIndicator') {
      for (const [name, binding] of Object.entries(mapMember(component, 'valueDataBindings'))) {
        if (isObject(binding)) addUse([...path, 'valueDataBindings', name], type, binding)
      }
    } else if (type === 'DataOverlay') {
      const rows = listMember(component, 'dataRows').map((row) => (isObject(row) ? row['content'] : undefined))
      const contents = rows.filter((content) => typeof content === 'string').join('\n')
      for (const [index, item] of listMember(component, 'valueDataBindings').entries()) {
        if (!isObject(item) || !contents.includes(`\${${String(item['bindingName'])}}`)) continue
        if (!boundProperty(item, template).isBound) {
          problems.add('unbound-overlay', [...path, 'valueDataBindings', index], { name: quoteValue(item['bindingName']) })
        }
      }
    }
  }
  return uses
}

/** Whether a property is bound, and its name if it is known. */
function boundProperty(holder: Json, template: Template): Pick<RuleUse, 'isBound' | 'property'> {
  const binding = mapMember(holder, 'valueDataBinding')
  const context = mapMember(binding, 'dataBindingContext')
  const names = Object.keys(PARTS['bindingContext']!)
  const isReported = names.some(
    (name) => Object.hasOwn(binding, name) || (context[name] !== undefined && context[name] !== null && typeof context[name] !== 'string'),
  )
  if (isReported) return { isBound: true, property: undefined }
  if (!names.every((name) => context[name])) return { isBound: false, property: undefined }
  return { isBound: true, property: knownProperty(binding as ValueDataBinding, template) }
}

function checkStatement(problems: Problems, members: MemberChecker, statement: Json, path: Path, rule: CheckedRule): void {
  const expression = statement['expression']
  const expressionPath = [...path, 'expression']
  if (typeof expression !== 'string') {
    const kind = expression === null || expression === undefined ? 'missing' : 'wrong-value'
    const values = { name: 'expression', value: quoteValue(expression), expected: EXPECTED['expression']! }
    problems.add(kind, expressionPath, values, 'error')
  } else {
    const excess = expressionExcess(expression)
    if (excess) problems.add('costly-expression', expressionPath, { value: quoteValue(expression), excess })
    else {
      const bound = [...new Set(rule.uses.flatMap(({ property }) => (property ? [property] : [])))]
      const isKnown = rule.uses.length > 0 && rule.uses.every(({ property, isBound }) => property || !isBound)
      checkExpression(problems, expression, expressionPath, bound, isKnown)
    }
  }
  checkTarget(problems, statement['target'], [...path, 'target'])
  const metadata = statement['targetMetadata']
  if (metadata === undefined || metadata === null) return
  const metadataPath = [...path, 'targetMetadata']
  if (isObject(metadata)) members.check(metadata, PARTS['targetMetadata']!, metadataPath, '"targetMetadata"')
  else {
    const values = { name: 'targetMetadata', value: quoteValue(metadata), expected: EXPECTED['map']! }
    problems.add('wrong-value', metadataPath, values)
  }
}

function checkTarget(problems: Problems, target: unknown, path: Path): void {
  const value = quoteValue(target)
  if (typeof target === 'string' && target.startsWith(TARGETS.color)) {
    const color = target.slice(TARGETS.color.length)
    if (color && !isColor(color)) problems.add('target-color', path, { value })
  } else if (typeof target === 'string' && target.startsWith(TARGETS.opacity)) {
    const opacity = target.slice(TARGETS.opacity.length)
    if (opacity && !(isNumeric(opacity) && Number(opacity) >= 0 && Number(opacity) <= 1)) {
      problems.add('target-opacity', path, { value })
    }
  } else if (target !== TARGETS.number && !isOneOf(KNOWN_ICONS, target)) {
    const allowed = [...KNOWN_ICONS, TARGETS.number, `${TARGETS.color}#d13212`, `${TARGETS.opacity}0.5`].join(', ')
    problems.add('unknown-target', path, { value, allowed })
  }
}

/** Report components whose property no expression of the rule has, where it has others' properties. */
function checkTestedProperties(problems: Problems, rule: CheckedRule): void {
  const bound = [...new Set(rule.uses.flatMap(({ property }) => (property ? [property] : [])))].sort()
  if (bound.length < 2) return
  const properties = expressionsOf(rule).map((expression) => propertiesIn(expression, bound))
  if (properties.some((names) => !names?.length)) return // one without names is for all, a wrong one is reported itself
  const tested = new Set(properties.flat())
  for (const { path, component, ruleId, property } of rule.uses) {
    if (property && !tested.has(property)) {
      const values = { rule: quoteValue(ruleId), property: quoteValue(property), component }
      problems.add('untested-property', [...path, 'ruleBasedMapId'], values)
    }
  }
}

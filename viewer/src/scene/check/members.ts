/** Members of scene documents: types, required ones and allowed values, as scene_facts.json has them. */

import {
  ALLOWED_NAMES,
  COLOR,
  COLOR_NAMES,
  CSS_COLOR,
  EXPECTED,
  HEX_COLOR,
  KNOWN_ICONS,
  NUMERIC_TEXT,
  PARTS,
  type Member,
  type Members,
} from '../facts'
import { isObject, isOneOf, type Json, type Problems } from '../problems'
import type { Level, Path } from '../document'
import { quoteValue } from './wording'

export class MemberChecker {
  constructor(private readonly problems: Problems) {}

  /**
   * Check the members of a mapping.
   *
   * @param owner What it is, in words; undefined where unknown members are no problem here.
   * @param component Type of the component that it is, undefined if it is none.
   */
  check(container: Json, members: Members, path: Path, owner?: string, component?: string): void {
    for (const key of owner === undefined ? [] : Object.keys(container)) {
      if (!Object.hasOwn(members, key) && !(component && key === 'type')) {
        this.problems.add('unknown-member', [...path, key], { name: key, owner: owner! })
      }
    }
    for (const [name, member] of Object.entries(members)) {
      const value = Object.hasOwn(container, name) ? container[name] : undefined
      if (value === undefined || value === null || (value === '' && member.type === 'uri')) {
        if (member.required) this.reportMissing(name, member, path, component)
      } else this.checkValue(value, member, [...path, name], name)
    }
  }

  checkValue(value: unknown, member: Member, path: Path, name: string): void {
    if (Array.isArray(value) && !value.length && member.type === 'map' && member.of !== undefined) return // AWS's scenes have it for no members
    const names = ALLOWED_NAMES[member.type]
    if (names) {
      if (!isOneOf(names, value)) {
        this.problems.add('not-allowed', path, { name, value: quoteValue(value), allowed: names.join(', ') })
      }
    } else if (member.type === 'icon') {
      if (value !== '' && !isOneOf(KNOWN_ICONS, value)) {
        this.problems.add('unknown-icon', path, { value: quoteValue(value), allowed: KNOWN_ICONS.join(', ') })
      }
    } else if (!TYPES[member.type]!(value)) {
      const isKept = member.lenient && typeof value !== 'object' && !value
      const isError = isKept || (member.type === 'map' && Array.isArray(value))
      this.reportWrong(name, value, member, path, isError ? 'error' : (member.wrong ?? 'error'))
    } else if (member.type === 'binding') this.checkBinding(value as Json, path)
    else if (member.of !== undefined) this.checkParts(value, member.of, path, name)
  }

  private checkParts(value: unknown, part: string, path: Path, name: string): void {
    const members = PARTS[part]!
    if (isObject(value)) return this.check(value, members, path, `"${name}"`)
    for (const [index, item] of (value as readonly unknown[]).entries()) {
      if (isObject(item)) this.check(item, members, [...path, index], `"${name}"`)
      else {
        const values = { name: `${name}[${index}]`, value: quoteValue(item), expected: EXPECTED['map']! }
        this.problems.add('wrong-value', [...path, index], values)
      }
    }
  }

  private checkBinding(binding: Json, path: Path): void {
    const contextMembers = PARTS['bindingContext']!
    const unwrapped = Object.keys(binding).find((key) => Object.hasOwn(contextMembers, key))
    if (unwrapped) this.problems.add('unwrapped-binding', [...path, unwrapped], { name: unwrapped })
    const own = Object.fromEntries(Object.entries(binding).filter(([key]) => !Object.hasOwn(contextMembers, key)))
    this.check(own, PARTS['binding']!, path, 'a binding')
    const context = binding['dataBindingContext']
    // AWS's viewer passes other members of a context on to its data source.
    if (isObject(context)) this.check(context, contextMembers, [...path, 'dataBindingContext'])
  }

  private reportMissing(name: string, member: Member, path: Path, component: string | undefined): void {
    const level = member.missing ?? 'error'
    if (component !== undefined && level !== 'warning') {
      this.problems.add(level === 'fatal' ? 'missing-stops-viewer' : 'missing-in-component', path, { component, name })
    } else this.problems.add('missing', [...path, name], { name, expected: expectedOf(member) }, level)
  }

  private reportWrong(name: string, value: unknown, member: Member, path: Path, level: Level): void {
    this.problems.add('wrong-value', path, { name, value: quoteValue(value), expected: expectedOf(member) }, level)
  }
}

function expectedOf(member: Member): string {
  return member.expected ?? EXPECTED[member.type]!
}

/** Whether AWS's viewer draws a colour. */
export function isColor(value: unknown): boolean {
  return typeof value === 'string' && (COLOR_NAMES.has(value.toLowerCase()) || COLOR.test(value))
}

/** Whether JavaScript calculates with a value as with a finite number. */
export function isNumeric(value: unknown): value is number | string {
  return typeof value === 'string' ? NUMERIC_TEXT.test(value) : typeof value === 'number'
}

const isString = (value: unknown): boolean => typeof value === 'string'
const isBetween = (value: unknown, accepts: (value: number) => boolean): boolean => isNumeric(value) && accepts(Number(value))

/** Whether a value is of a type of scene_facts.json, by the type's name. */
const TYPES: Readonly<Record<string, (value: unknown) => boolean>> = {
  ruleId: () => true, // compared with the rules
  string: isString,
  uri: isString,
  stringOrNumber: (value) => isString(value) || isNumeric(value),
  boolean: (value) => typeof value === 'boolean',
  list: (value) => Array.isArray(value),
  map: isObject,
  binding: isObject,
  texts: (value) => Array.isArray(value) && value.every(isString),
  textMap: (value) => isObject(value) && Object.values(value).every(isString),
  vector: (value) => Array.isArray(value) && value.length >= 3 && value.slice(0, 3).every(isNumeric),
  number: isNumeric,
  index: (value) => isBetween(value, (number) => number >= 0 && Number.isInteger(number)),
  positive: (value) => isBetween(value, (number) => number > 0),
  fraction: (value) => isBetween(value, (number) => number >= 0 && number <= 1),
  degrees: (value) => isBetween(value, (number) => number > 0 && number < 180),
  color: (value) => value === '' || isColor(value),
  cssColor: (value) => value === '' || isColor(value) || (typeof value === 'string' && CSS_COLOR.test(value)),
  lightColor: (value) => value === '' || isColor(value) || typeof value === 'number',
  hexColor: (value) => value === '' || (typeof value === 'string' && HEX_COLOR.test(value)),
}

/** Collects the problems of a scene document while it is checked. */

import { problems as TEXTS } from '../../../twin_stack/twinmaker/scene_problems.json'
import type { Level, Path, Problem } from './document'

export type Kind = keyof typeof TEXTS
export type Values = Readonly<Record<string, string | number>>

export class Problems {
  readonly all: Problem[] = []

  get hasFatal(): boolean {
    return this.all.some(({ level }) => level === 'fatal')
  }

  /** Add a problem with the words of its kind. @param level Its level, by default that of its kind. */
  add(kind: Kind, path: Path, values: Values = {}, level: Level = TEXTS[kind].level as Level): void {
    const { message, remedy } = TEXTS[kind]
    this.all.push({ kind, path, level, message: fill(message, values), remedy: fill(remedy, values) })
  }

  has(...kinds: readonly Kind[]): boolean {
    return this.all.some(({ kind }) => (kinds as readonly (string | undefined)[]).includes(kind))
  }
}

function fill(text: string, values: Values): string {
  return text.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name]))
}

export type Json = Record<string, unknown>

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function isOneOf(names: readonly string[], value: unknown): boolean {
  return names.includes(value as string)
}

/** A member that is a list; an empty list if it is not. */
export function listMember(container: unknown, key: string): readonly unknown[] {
  const value = isObject(container) ? container[key] : undefined
  return Array.isArray(value) ? (value as readonly unknown[]) : []
}

/** A member that is a mapping; an empty mapping if it is not. */
export function mapMember(container: unknown, key: string): Json {
  const value = isObject(container) ? container[key] : undefined
  return isObject(value) ? value : {}
}

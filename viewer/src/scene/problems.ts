/** Collects the problems of a scene document while it is read. */

import type { Problem } from './document'

export class Problems {
  readonly all: Problem[] = []

  get hasFatal(): boolean {
    return this.all.some(({ level }) => level === 'fatal')
  }

  /** Add a fatal problem. @returns undefined, for the caller to return in turn. */
  fatal(message: string, node?: string): undefined {
    this.all.push({ level: 'fatal', message, ...(node === undefined ? {} : { node }) })
  }

  warn(message: string, node?: string): void {
    this.all.push({ level: 'warning', message, ...(node === undefined ? {} : { node }) })
  }
}

export type Json = Record<string, unknown>

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function isOneOf(names: readonly string[], value: unknown): boolean {
  return names.includes(value as string)
}

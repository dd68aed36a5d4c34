/** History of properties for charts: read newest first, page by page, and continued while it is live. */

import {
  type Api,
  type HistoryRequest,
  MOST_PROPERTIES,
  MOST_VALUES,
  type PropertyHistory,
} from '../api/api'
import { formatKey, type PropertyKey } from '../state/link'
import type { Value } from './feed'
import { AHEAD_MS, INTERVAL_MS, Poller } from './poller'
import { bounds, type Range } from './range'
import { milliseconds, plain } from './values'

export interface Point {
  /** Milliseconds since 1970. */
  readonly time: number
  readonly value: Value
}

export interface Series {
  readonly key: PropertyKey
  /** Oldest first. */
  readonly points: readonly Point[]
  /** The newest before the range, for states that last. */
  readonly before?: Point
  /** False while it is read, and if there is more than is read. */
  readonly isComplete: boolean
  /** True if there are more values than are read: those before the first point are missing. */
  readonly isCut: boolean
  readonly error?: string
}

/** Values that come late, within so long, are still drawn. */
const LATE_MS = 60_000
const LOOK_BACK_MS = 30 * 86_400_000
/** 10,000 values of a property: more than a screen has pixels. */
const MOST_PAGES = 50

export interface SeriesOptions {
  readonly api: Api
  readonly workspaceId: string
  readonly keys: readonly PropertyKey[]
  readonly range: Range
  readonly onChange: (series: readonly Series[]) => void
  readonly interval?: number
}

/** Reads what one chart shows, until it is stopped. */
export class SeriesReader {
  private readonly groups: Group[]
  private readonly pollers: Poller[] = []

  constructor(private readonly options: SeriesOptions) {
    this.groups = grouped(options.keys).map((keys) => new Group(keys, options, () => this.tell()))
    const isLive = 'last' in options.range
    for (const group of this.groups) {
      const interval = isLive ? (options.interval ?? INTERVAL_MS) : Infinity
      const onError = (error: Error) => group.fail(error.message)
      this.pollers.push(new Poller({ task: () => group.read(), interval, onError }))
    }
  }

  start(): void {
    this.tell()
    for (const poller of this.pollers) poller.kick()
  }

  retry(): void {
    for (const poller of this.pollers) poller.retry()
  }

  stop(): void {
    for (const group of this.groups) group.isStopped = true
    for (const poller of this.pollers) poller.stop()
  }

  private tell(): void {
    const found = new Map(this.groups.flatMap((group) => group.series().map((one) => [formatKey(one.key), one])))
    const ordered = this.options.keys.map((key) => found.get(formatKey(key)))
    this.options.onChange(ordered.filter((one) => one !== undefined))
  }
}

/** Properties of one component, which come with one request. */
class Group {
  isStopped = false
  private points = new Map<string, Point[]>()
  private readonly before = new Map<string, Point>()
  private isComplete = false
  private isCut = false
  private error: string | undefined

  constructor(
    private readonly keys: readonly PropertyKey[],
    private readonly options: SeriesOptions,
    private readonly onChange: () => void,
  ) {}

  series(): Series[] {
    return this.keys.map((key) => {
      const before = this.before.get(key.propertyName)
      return {
        key,
        points: this.points.get(key.propertyName) ?? [],
        isComplete: this.isComplete,
        isCut: this.isCut,
        ...(before ? { before } : {}),
        ...(this.error === undefined ? {} : { error: this.error }),
      }
    })
  }

  fail(error: string): void {
    this.error = error
    this.tell()
  }

  async read(): Promise<void> {
    const now = Date.now()
    const { from, to } = bounds(this.options.range, now)
    const isLive = 'last' in this.options.range
    const end = isLive ? to + AHEAD_MS : to
    if (!this.isComplete) await this.readAll(from, end)
    else await this.readOn(from, end)
    this.error = undefined
    this.tell()
  }

  private async readAll(from: number, to: number): Promise<void> {
    const newestFirst = new Map<string, Point[]>()
    let nextToken: string | undefined
    for (let page = 1; ; page += 1) {
      const found = await this.ask({ from, to, nextToken, maxResults: MOST_VALUES })
      take(found.items, newestFirst)
      nextToken = found.nextToken
      this.points = new Map([...newestFirst].map(([name, points]) => [name, ascending(points)]))
      if (!nextToken || page === MOST_PAGES || this.isStopped) break
      if (page % 5 === 1) this.tell()
    }
    this.isCut = nextToken !== undefined
    const earlier = new Map<string, Point[]>()
    take((await this.ask({ from: from - LOOK_BACK_MS, to: from, maxResults: 1 })).items, earlier)
    for (const [name, [point]] of earlier) if (point) this.before.set(name, point)
    this.isComplete = true
  }

  /** Reads what has come since, and a little before that again, for values may be late. */
  private async readOn(from: number, to: number): Promise<void> {
    const newest = this.keys.map((key) => this.points.get(key.propertyName)?.at(-1)?.time ?? from)
    const since = Math.max(Math.min(...newest) - LATE_MS, from)
    const found = new Map<string, Point[]>()
    let nextToken: string | undefined
    for (let page = 1; page <= MOST_PAGES; page += 1) {
      const answer = await this.ask({ from: since, to, nextToken, maxResults: MOST_VALUES })
      take(answer.items, found)
      nextToken = answer.nextToken
      if (!nextToken) break
    }
    for (const { propertyName } of this.keys) {
      const kept = (this.points.get(propertyName) ?? []).filter((point) => point.time <= since)
      const all = [...kept, ...ascending(found.get(propertyName) ?? [])]
      const first = all.findIndex((point) => point.time > from)
      const gone = first === -1 ? all : all.slice(0, first)
      const last = gone.at(-1)
      if (last) this.before.set(propertyName, last)
      this.points.set(propertyName, all.slice(gone.length))
    }
  }

  private tell(): void {
    if (!this.isStopped) this.onChange()
  }

  private ask(wanted: { from: number; to: number; nextToken?: string | undefined; maxResults: number }) {
    const [first] = this.keys
    const request: HistoryRequest = {
      entityId: first?.entityId ?? '',
      componentName: first?.componentName ?? '',
      selectedProperties: this.keys.map((key) => key.propertyName),
      startTime: new Date(wanted.from).toISOString(),
      endTime: new Date(wanted.to).toISOString(),
      orderByTime: 'DESCENDING',
      maxResults: wanted.maxResults,
      ...(wanted.nextToken ? { nextToken: wanted.nextToken } : {}),
    }
    return this.options.api.history(this.options.workspaceId, request)
  }
}

function grouped(keys: readonly PropertyKey[]): PropertyKey[][] {
  const found = new Map<string, PropertyKey[]>()
  for (const key of keys) {
    const name = `${key.entityId}\n${key.componentName}`
    const group = found.get(name)
    if (group) group.push(key)
    else found.set(name, [key])
  }
  return [...found.values()].flatMap((group) =>
    Array.from({ length: Math.ceil(group.length / MOST_PROPERTIES) }, (_, index) =>
      group.slice(index * MOST_PROPERTIES, (index + 1) * MOST_PROPERTIES),
    ),
  )
}

function take(items: readonly PropertyHistory[], into: Map<string, Point[]>): void {
  for (const item of items) {
    const name = item.entityPropertyReference.propertyName
    const points = into.get(name) ?? []
    into.set(name, points)
    for (const one of item.values ?? []) {
      const time = milliseconds(one.time)
      const value = plain(one.value)
      if (time !== undefined && value !== undefined) points.push({ time, value })
    }
  }
}

/** The service leaves the order to the connector, and not every connector keeps it. */
function ascending(points: readonly Point[]): Point[] {
  return [...points].sort((a, b) => a.time - b.time)
}

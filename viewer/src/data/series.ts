/** Reads the history of properties for charts: newest first, page by page, and then the new values of a live range. */

import {
  type Api,
  type HistoryRequest,
  MAX_PROPERTIES,
  MAX_VALUES,
  type PropertyHistory,
} from '../api/api'
import { formatKey, type PropertyKey } from '../state/link'
import type { Value } from './feed'
import { INTERVAL_MS, MAX_CLOCK_SKEW_MS, Poller } from './poller'
import { bounds, type Range } from './range'
import { parseTime, scalarValue } from './values'

export interface Point {
  /** Milliseconds since 1970. */
  readonly time: number
  readonly value: Value
}

export interface Series {
  readonly key: PropertyKey
  /** Oldest first. */
  readonly points: readonly Point[]
  /** The newest point before the range, whose state lasts into it. */
  readonly before?: Point
  /** False until the whole range is read. */
  readonly isComplete: boolean
  /** Whether there are more values than are read. Those before the first point are then missing. */
  readonly isTruncated: boolean
  readonly error?: string
}

/** How late a value may arrive to be drawn. */
const MAX_DELAY_MS = 60_000
const LOOK_BACK_MS = 30 * 86_400_000
/** Up to 10,000 values of a property: more than a screen has pixels. */
const MAX_PAGES = 50

export interface SeriesOptions {
  readonly api: Api
  readonly workspaceId: string
  readonly keys: readonly PropertyKey[]
  readonly range: Range
  readonly onChange: (series: readonly Series[]) => void
  readonly interval?: number
}

/** Reads the series of a chart until it is stopped. */
export class SeriesReader {
  private readonly components: ComponentHistory[]
  private readonly pollers: Poller[] = []

  constructor(private readonly options: SeriesOptions) {
    this.components = batchByComponent(options.keys).map((keys) => new ComponentHistory(keys, options, () => this.notify()))
    const isLive = 'last' in options.range
    for (const component of this.components) {
      const interval = isLive ? (options.interval ?? INTERVAL_MS) : Infinity
      const onError = (error: Error) => component.setError(error.message)
      this.pollers.push(new Poller({ task: () => component.read(), interval, onError }))
    }
  }

  start(): void {
    this.notify()
    for (const poller of this.pollers) poller.kick()
  }

  retry(): void {
    for (const poller of this.pollers) poller.retry()
  }

  stop(): void {
    for (const component of this.components) component.isStopped = true
    for (const poller of this.pollers) poller.stop()
  }

  private notify(): void {
    const series = this.components.flatMap((component) => component.series())
    const byKey = new Map(series.map((item) => [formatKey(item.key), item]))
    const ordered = this.options.keys.map((key) => byKey.get(formatKey(key)))
    this.options.onChange(ordered.filter((item) => item !== undefined))
  }
}

/** Reads properties of one component with common requests. */
class ComponentHistory {
  isStopped = false
  private points = new Map<string, Point[]>()
  private readonly before = new Map<string, Point>()
  private isComplete = false
  private isTruncated = false
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
        isTruncated: this.isTruncated,
        ...(before ? { before } : {}),
        ...(this.error === undefined ? {} : { error: this.error }),
      }
    })
  }

  setError(error: string): void {
    this.error = error
    this.notify()
  }

  async read(): Promise<void> {
    const now = Date.now()
    const { from, to } = bounds(this.options.range, now)
    const isLive = 'last' in this.options.range
    const end = isLive ? to + MAX_CLOCK_SKEW_MS : to
    if (!this.isComplete) await this.readRange(from, end)
    else await this.readNewValues(from, end)
    this.error = undefined
    this.notify()
  }

  private async readRange(from: number, to: number): Promise<void> {
    const newestFirst = new Map<string, Point[]>()
    let nextToken: string | undefined
    for (let page = 1; ; page += 1) {
      const history = await this.request({ from, to, nextToken, maxResults: MAX_VALUES })
      collectPoints(history.items, newestFirst)
      nextToken = history.nextToken
      this.points = new Map([...newestFirst].map(([name, points]) => [name, ascending(points)]))
      if (!nextToken || page === MAX_PAGES || this.isStopped) break
      if (page % 5 === 1) this.notify()
    }
    this.isTruncated = nextToken !== undefined
    const earlier = new Map<string, Point[]>()
    collectPoints((await this.request({ from: from - LOOK_BACK_MS, to: from, maxResults: 1 })).items, earlier)
    for (const [name, [point]] of earlier) if (point) this.before.set(name, point)
    this.isComplete = true
  }

  /** Read the values since the newest ones, and again a short time before them, as values may arrive late. */
  private async readNewValues(from: number, to: number): Promise<void> {
    const newestTimes = this.keys.map((key) => this.points.get(key.propertyName)?.at(-1)?.time ?? from)
    const since = Math.max(Math.min(...newestTimes) - MAX_DELAY_MS, from)
    const newPoints = new Map<string, Point[]>()
    let nextToken: string | undefined
    for (let page = 1; page <= MAX_PAGES; page += 1) {
      const history = await this.request({ from: since, to, nextToken, maxResults: MAX_VALUES })
      collectPoints(history.items, newPoints)
      nextToken = history.nextToken
      if (!nextToken) break
    }
    for (const { propertyName } of this.keys) {
      const kept = (this.points.get(propertyName) ?? []).filter((point) => point.time <= since)
      const points = [...kept, ...ascending(newPoints.get(propertyName) ?? [])]
      const first = points.findIndex((point) => point.time > from)
      const expired = first === -1 ? points : points.slice(0, first)
      const last = expired.at(-1)
      if (last) this.before.set(propertyName, last)
      this.points.set(propertyName, points.slice(expired.length))
    }
  }

  private notify(): void {
    if (!this.isStopped) this.onChange()
  }

  private request(part: { from: number; to: number; nextToken?: string | undefined; maxResults: number }) {
    const [first] = this.keys
    const request: HistoryRequest = {
      entityId: first?.entityId ?? '',
      componentName: first?.componentName ?? '',
      selectedProperties: this.keys.map((key) => key.propertyName),
      startTime: new Date(part.from).toISOString(),
      endTime: new Date(part.to).toISOString(),
      orderByTime: 'DESCENDING',
      maxResults: part.maxResults,
      ...(part.nextToken ? { nextToken: part.nextToken } : {}),
    }
    return this.options.api.history(this.options.workspaceId, request)
  }
}

/** Group keys by component, with as many properties in a group as one request may have. */
function batchByComponent(keys: readonly PropertyKey[]): PropertyKey[][] {
  const byComponent = new Map<string, PropertyKey[]>()
  for (const key of keys) {
    const component = `${key.entityId}\n${key.componentName}`
    const group = byComponent.get(component)
    if (group) group.push(key)
    else byComponent.set(component, [key])
  }
  return [...byComponent.values()].flatMap((group) =>
    Array.from({ length: Math.ceil(group.length / MAX_PROPERTIES) }, (_, index) =>
      group.slice(index * MAX_PROPERTIES, (index + 1) * MAX_PROPERTIES),
    ),
  )
}

function collectPoints(items: readonly PropertyHistory[], into: Map<string, Point[]>): void {
  for (const item of items) {
    const name = item.entityPropertyReference.propertyName
    const points = into.get(name) ?? []
    into.set(name, points)
    for (const sample of item.values ?? []) {
      const time = parseTime(sample.time)
      const value = scalarValue(sample.value)
      if (time !== undefined && value !== undefined) points.push({ time, value })
    }
  }
}

/** Sort points by time. The service returns them in the connector's order, which may be wrong. */
function ascending(points: readonly Point[]): Point[] {
  return [...points].sort((a, b) => a.time - b.time)
}

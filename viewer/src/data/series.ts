/**
 * Reads the history of properties for charts: newest first, page by page, and then the new values of a live range. Of a
 * range with too many values, the newest ones of equal time windows are read.
 */

import {
  type Api,
  type HistoryRequest,
  MAX_PROPERTIES,
  MAX_VALUES,
  type PropertyHistory,
} from '../api/api'
import { formatKey, type PropertyKey } from '../state/link'
import { clock } from './clock'
import type { Value } from './feed'
import { Limiter } from './limiter'
import { INTERVAL_MS, MAX_CLOCK_SKEW_MS, Poller } from './poller'
import { bounds, type Calendar, DEFAULT_CALENDAR, isLive, type Range } from './range'
import { divide, reduceWindow, type TimeWindow, WINDOWS } from './sampling'
import { parseTime, scalarValue } from './values'

export interface Point {
  /** Milliseconds since 1970. */
  readonly time: number
  readonly value: Value
  /** Set if the point stands for many values of a time window, of which `value` is the newest. */
  readonly sample?: Sample
}

export interface Sample {
  /** Start of the window, in milliseconds since 1970. */
  readonly from: number
  /** The lowest and the highest of the values that are read. */
  readonly min: number
  readonly max: number
  /** Milliseconds from one value to the next, on average. */
  readonly interval: number
}

export interface Series {
  readonly key: PropertyKey
  /** Oldest first. */
  readonly points: readonly Point[]
  /** The newest point before the range, whose state lasts into it. */
  readonly before?: Point
  /** False until the whole range is read. */
  readonly isComplete: boolean
  /** Whether there are more values than are read, so that points stand for time windows. */
  readonly isSampled: boolean
  readonly error?: string
}

/** How late a value may arrive to be drawn. */
const MAX_DELAY_MS = 60_000
const LOOK_BACK_MS = 30 * 86_400_000
/** Up to 4,000 values of a property: more than a screen has pixels. */
const MAX_PAGES = 20
/** Windows that are read at the same time. */
const MAX_CONCURRENT = 4

export interface SeriesOptions {
  readonly api: Api
  readonly workspaceId: string
  readonly keys: readonly PropertyKey[]
  readonly range: Range
  readonly calendar?: Calendar
  readonly onChange: (series: readonly Series[]) => void
  readonly interval?: number
}

/** Reads the series of a chart until it is stopped. */
export class SeriesReader {
  private readonly components: ComponentHistory[]
  private readonly pollers: Poller[] = []

  constructor(private readonly options: SeriesOptions) {
    this.components = batchByComponent(options.keys).map((keys) => new ComponentHistory(keys, options, () => this.notify()))
    const { to } = bounds(options.range, clock.now(), options.calendar)
    const isGrowing = isLive(options.range) || to > clock.now()
    for (const component of this.components) {
      const interval = isGrowing ? (options.interval ?? INTERVAL_MS) : Infinity
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
  private isSampled = false
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
        isSampled: this.isSampled,
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
    const { range, calendar = DEFAULT_CALENDAR } = this.options
    const { from, to } = bounds(range, clock.now(), calendar)
    const end = isLive(range) ? to + MAX_CLOCK_SKEW_MS : to
    if (!this.isComplete || !(await this.readNewValues(from, end))) await this.readRange(from, end)
    this.error = undefined
    this.notify()
  }

  /** Read all values of a range, or the newest ones of it and samples of the others. */
  private async readRange(from: number, to: number): Promise<void> {
    const newestFirst = new Map<string, Point[]>()
    let nextToken: string | undefined
    let readFrom = to
    for (let page = 1; page <= MAX_PAGES; page += 1) {
      const history = await this.request({ from, to, nextToken, maxResults: MAX_VALUES })
      collectPoints(history.items, newestFirst)
      nextToken = history.nextToken
      this.points = new Map([...newestFirst].map(([name, points]) => [name, ascending(points)]))
      if (!nextToken || this.isStopped) break
      readFrom = oldestCommonTime(newestFirst, page * MAX_VALUES) ?? to
      const share = (to - readFrom) / (to - from)
      if (share > 0 && page / share > MAX_PAGES) break
      if (page % 5 === 1) this.notify()
    }
    this.isSampled = nextToken !== undefined
    if (nextToken && !this.isStopped) await this.sampleRange(from, readFrom)
    if (this.isStopped) return
    const earlier = new Map<string, Point[]>()
    collectPoints((await this.request({ from: from - LOOK_BACK_MS, to: from, maxResults: 1 })).items, earlier)
    for (const [name, [point]] of earlier) if (point) this.before.set(name, point)
    this.isComplete = true
  }

  /** Read the newest values of equal time windows, from the first value of the range on. */
  private async sampleRange(from: number, to: number): Promise<void> {
    this.notify()
    const first = new Map<string, Point[]>()
    collectPoints((await this.request({ from, to, orderByTime: 'ASCENDING', maxResults: 1 })).items, first)
    const firstTimes = [...first.values()].flatMap((points) => points.map(({ time }) => time))
    if (firstTimes.length === 0) return
    const newer = this.points
    const older = new Map<TimeWindow, ReadonlyMap<string, readonly Point[]>>()
    const windows = divide(Math.max(Math.min(...firstTimes) - 1, from), to, WINDOWS)
    const limiter = new Limiter(MAX_CONCURRENT)
    const readWindow = async (window: TimeWindow): Promise<void> => {
      if (this.isStopped) return
      older.set(window, await this.readWindow(window))
      this.points = new Map(
        this.keys.map(({ propertyName: name }) => {
          const sampled = windows.flatMap((item) => older.get(item)?.get(name) ?? [])
          return [name, ascending([...sampled, ...(newer.get(name) ?? []).filter(({ time }) => time > to)])]
        }),
      )
      if (older.size % 8 === 0) this.notify()
    }
    await Promise.all(windows.map((window) => limiter.run(() => readWindow(window))))
  }

  private async readWindow(window: TimeWindow): Promise<ReadonlyMap<string, readonly Point[]>> {
    const points = new Map<string, Point[]>()
    const history = await this.request({ ...window, maxResults: MAX_VALUES })
    collectPoints(history.items, points)
    const isComplete = history.nextToken === undefined
    return new Map([...points].map(([name, values]) => [name, reduceWindow(ascending(values), window, isComplete)]))
  }

  /**
   * Read the values since the newest ones, and again a short time before them, as values may arrive late.
   *
   * @returns False if there are too many, for example after the computer slept.
   */
  private async readNewValues(from: number, to: number): Promise<boolean> {
    const newestTimes = this.keys.map((key) => this.points.get(key.propertyName)?.at(-1)?.time ?? from)
    const since = Math.max(Math.min(...newestTimes) - MAX_DELAY_MS, from)
    const newPoints = new Map<string, Point[]>()
    let nextToken: string | undefined
    for (let page = 1; ; page += 1) {
      const history = await this.request({ from: since, to, nextToken, maxResults: MAX_VALUES })
      collectPoints(history.items, newPoints)
      nextToken = history.nextToken
      if (!nextToken) break
      if (page === MAX_PAGES) return false
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
    return true
  }

  private notify(): void {
    if (!this.isStopped) this.onChange()
  }

  private request(part: {
    from: number
    to: number
    orderByTime?: 'ASCENDING'
    nextToken?: string | undefined
    maxResults: number
  }) {
    const [first] = this.keys
    const request: HistoryRequest = {
      entityId: first?.entityId ?? '',
      componentName: first?.componentName ?? '',
      selectedProperties: this.keys.map((key) => key.propertyName),
      startTime: new Date(part.from).toISOString(),
      endTime: new Date(part.to).toISOString(),
      orderByTime: part.orderByTime ?? 'DESCENDING',
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

/** The time since which all values are read: that of the oldest value of a property that has more; undefined without one. */
function oldestCommonTime(newestFirst: ReadonlyMap<string, readonly Point[]>, fullCount: number): number | undefined {
  const full = [...newestFirst.values()].filter((points) => points.length >= fullCount)
  const unfinished = full.length > 0 ? full : [...newestFirst.values()].filter((points) => points.length > 0)
  const oldest = unfinished.map((points) => points.reduce((time, point) => Math.min(time, point.time), Infinity))
  return oldest.length > 0 ? Math.max(...oldest) : undefined
}

/** Sort points by time. The service returns them in the connector's order, which may be wrong. */
function ascending(points: readonly Point[]): Point[] {
  return [...points].sort((a, b) => a.time - b.time)
}

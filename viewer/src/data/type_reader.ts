/**
 * Reads the properties of all components of one type by requests for the type, which one request can answer whatever
 * the number of components. It reads what is new since its last request; first values come from the components' readers.
 *
 * A type's reader may refuse such requests, or answer for some components only. The others stay with their own readers.
 */

import { type Component, MAX_PROPERTIES, MAX_VALUES, type PropertyHistory } from '../api/api'
import { clock } from './clock'
import { type ComponentReader, isRefused, type ReaderOptions } from './component_reader'
import type { Value } from './feed'
import { MAX_CLOCK_SKEW_MS, Poller } from './poller'
import { highest } from './priority'
import { type Answer, LATE_MS } from './shared_answers'
import { parseTime, scalarValue } from './values'

/** How late a value may arrive to be found by each request, and by one in a minute. */
const SHORT_DELAY_MS = 60_000
const LONG_DELAY_MS = 600_000
const WIDE_INTERVAL_MS = 60_000
const MAX_WIDE_PAGES = 10
/** How often one of the components without new values is read by itself, as the type's reader may leave it out. */
const CHECK_INTERVAL_MS = 30_000
/** Until a type whose reader refused or left out all components is requested again. */
const REFUSED_MS = 600_000

interface Member {
  readonly reader: ComponentReader
  readonly names: ReadonlySet<string>
  /** Properties of which an answer for the type had values. */
  readonly answered: Set<string>
  checkedAt: number
  /** From when on answers had all of its values, if the answers have them at all. */
  completeSince?: number | undefined
}

/** How much of a range was read: all values, those since the last request, or too little. */
type Extent = 'all' | 'newest' | 'tooLittle'

interface Sample {
  readonly time: number
  readonly value: Value | undefined
}

export class TypeReader {
  private readonly members = new Map<ComponentReader, Member>()
  private readonly byOwner = new Map<string, Set<Member>>()
  private readonly poller: Poller
  /** When the last request was sent. */
  private readAt: number | undefined
  /** When values that arrived late are looked for again. */
  private wideDueAt = -Infinity
  private checkedAt = clock.now()
  private takenAt = -Infinity
  private refusedUntil = -Infinity
  /** Whether a component was left out of an answer although it had a value. */
  private isPartial = false

  constructor(
    private readonly typeId: string,
    private readonly options: ReaderOptions,
  ) {
    this.poller = new Poller({
      task: () => this.poll(),
      interval: options.interval,
      onError: () => undefined, // Each property has got the error.
    })
  }

  add(reader: ComponentReader, component: Component): void {
    const properties = Object.entries(component.properties ?? {})
    const names = properties.filter(([, { definition }]) => definition?.isTimeSeries).map(([name]) => name)
    const member = { reader, names: new Set(names), answered: new Set<string>(), checkedAt: -Infinity }
    this.members.set(reader, member)
    for (const owner of ownersOf(reader, component)) {
      const members = this.byOwner.get(owner) ?? new Set()
      this.byOwner.set(owner, members.add(member))
    }
    if (this.members.size <= 2) this.poller.kick()
  }

  remove(reader: ComponentReader): void {
    const member = this.members.get(reader)
    if (!member) return
    this.members.delete(reader)
    for (const members of this.byOwner.values()) members.delete(member)
  }

  /** Take an answer that another reader got, if it joins what is read. */
  take({ content, since, readAt }: Answer<readonly PropertyHistory[]>): void {
    const members = [...this.members.values()]
    if (since > Math.min(this.readAt ?? readAt, ...members.map((member) => readUntil(member, readAt)))) return
    this.takenAt = clock.now()
    const samples = new Map<Member, Map<string, Sample>>()
    for (const item of content) this.collect(item, samples)
    this.distributeAll(members, samples, since, readAt)
  }

  retry(): void {
    this.poller.retry()
  }

  stop(): void {
    this.poller.stop()
  }

  private async poll(): Promise<void> {
    if (clock.now() - this.takenAt < this.options.interval + LATE_MS) return
    const members = [...this.members.values()]
    // One component is read as well by itself, without the values of those that are not on the screen.
    if (members.length < 2 || clock.now() < this.refusedUntil) {
      this.uncover(members)
      return
    }
    try {
      await this.read(members)
    } catch (error) {
      if (isRefused(error)) return this.refuse(members)
      const message = error instanceof Error ? error.message : String(error)
      for (const [{ subscriptions, coveredNames }] of members.map(({ reader }) => [reader] as const)) {
        for (const name of coveredNames) subscriptions.get(name)?.setError(message)
      }
      throw error
    }
    void this.checkNext()
  }

  private async read(members: readonly Member[]): Promise<void> {
    const now = clock.now()
    const isWide = now >= this.wideDueAt
    // Members that joined since the last request have values until their own last request.
    const since = Math.min(this.readAt ?? now, ...members.map((member) => readUntil(member, now)))
    const start = since - (isWide ? LONG_DELAY_MS : SHORT_DELAY_MS)
    const samples = new Map<Member, Map<string, Sample>>()
    let completeSince = start
    let morePages = 0
    for (const names of batches(members)) {
      const { extent, pages } = await this.readPages(names, { start, since, now, isWide, samples, count: members.length })
      if (extent === 'tooLittle') return this.refuse(members)
      if (extent === 'newest') completeSince = since
      morePages += pages - 1
    }
    // The more pages it takes, the less often: on average, it adds one request a minute at most.
    if (isWide) this.wideDueAt = now + WIDE_INTERVAL_MS * Math.max(1, morePages)
    this.distributeAll(members, samples, completeSince, now)
    const isAnswered = members.some(({ answered }) => answered.size > 0)
    if (!isAnswered && members.every(({ reader }) => reader.coveredNames.size === 0)) this.refuse(members)
  }

  private distributeAll(
    members: readonly Member[],
    samples: ReadonlyMap<Member, ReadonlyMap<string, Sample>>,
    completeSince: number,
    readAt: number,
  ): void {
    this.readAt = readAt
    for (const member of members) {
      member.completeSince ??= completeSince
      this.distribute(member, samples.get(member), readAt)
    }
  }

  /** @returns `tooLittle` if reading the components one by one takes fewer requests. */
  private async readPages(
    names: readonly string[],
    read: {
      readonly start: number
      readonly since: number
      readonly now: number
      readonly isWide: boolean
      readonly samples: Map<Member, Map<string, Sample>>
      readonly count: number
    },
  ): Promise<{ readonly extent: Extent; readonly pages: number }> {
    const { start, since, now, isWide, samples, count } = read
    const api = this.options.apiAt(highest([...this.members.keys()].map(({ priority }) => priority)))
    let nextToken: string | undefined
    for (let page = 1; ; page += 1) {
      const history = await api.history(this.options.workspaceId, {
        componentTypeId: this.typeId,
        selectedProperties: names,
        startTime: new Date(start).toISOString(),
        endTime: new Date(now + MAX_CLOCK_SKEW_MS).toISOString(),
        orderByTime: 'DESCENDING',
        maxResults: MAX_VALUES,
        ...(nextToken ? { nextToken } : {}),
      })
      for (const item of history.items) this.collect(item, samples)
      nextToken = history.nextToken
      if (!nextToken) return { extent: 'all', pages: page }
      const isComplete = isReadUntil(history.items, since)
      if (isComplete && (!isWide || page >= MAX_WIDE_PAGES)) return { extent: 'newest', pages: page }
      if (!isComplete && page >= (isWide ? Math.max(count, MAX_WIDE_PAGES) : count)) return { extent: 'tooLittle', pages: page }
    }
  }

  private collect(item: PropertyHistory, samples: Map<Member, Map<string, Sample>>): void {
    const { propertyName } = item.entityPropertyReference
    for (const member of this.membersOf(item)) {
      const newest = samples.get(member) ?? new Map<string, Sample>()
      samples.set(member, newest)
      for (const { time: text, value } of item.values ?? []) {
        const time = parseTime(text)
        if (time === undefined || time < (newest.get(propertyName)?.time ?? -Infinity)) continue
        newest.set(propertyName, { time, value: scalarValue(value) })
      }
    }
  }

  private membersOf({ entityPropertyReference }: PropertyHistory): readonly Member[] {
    const { entityId, componentName, externalIdProperty } = entityPropertyReference
    const owners = Object.entries(externalIdProperty ?? {}).map(([name, value]) => ownerKey(name, value))
    const members = owners.flatMap((owner) => [...(this.byOwner.get(owner) ?? [])])
    if (members.length > 0 || !entityId) return members
    const ofEntity = [...(this.byOwner.get(ownerKey('', entityId)) ?? [])]
    const named = ofEntity.filter(({ reader }) => componentName === undefined || reader.component.componentName === componentName)
    // Which of several components of an entity has the value is not known.
    return named.length === 1 ? named : []
  }

  /** Give a component the values of an answer, and find out which of its properties such answers cover. */
  private distribute(member: Member, samples: ReadonlyMap<string, Sample> | undefined, now: number): void {
    const { reader, names, answered } = member
    reader.coveredNames.clear()
    for (const [name, subscription] of reader.subscriptions) {
      if (!names.has(name)) continue
      const sample = samples?.get(name)
      if (sample) answered.add(name)
      const { time } = subscription.reading
      const isLeftOut = !answered.has(name) && time !== undefined && time > member.completeSince! && time <= now
      if (isLeftOut) this.isPartial = true
      // A property without a value needs the long look back of its own first request.
      if (subscription.requestedAt === undefined || (!answered.has(name) && this.isPartial)) continue
      reader.coveredNames.add(name)
      subscription.update(sample?.value, sample?.time, now)
    }
  }

  /** Read one component by itself that had no new values for long: the answers for the type may leave it out. */
  private async checkNext(): Promise<void> {
    const now = clock.now()
    if (now - this.checkedAt < CHECK_INTERVAL_MS) return
    this.checkedAt = now
    const silent = [...this.members.values()].filter(({ reader }) =>
      [...reader.coveredNames].some((name) => now - (reader.subscriptions.get(name)?.reading.time ?? 0) > SHORT_DELAY_MS),
    )
    silent.sort((a, b) => a.checkedAt - b.checkedAt)
    const [member] = silent
    if (!member) return
    member.checkedAt = now
    const { reader, answered } = member
    const times = new Map([...reader.coveredNames].map((name) => [name, reader.subscriptions.get(name)?.reading.time]))
    await reader.readAll()
    const { readAt = 0 } = this
    const { completeSince = Infinity } = member
    for (const [name, before] of times) {
      const time = reader.subscriptions.get(name)?.reading.time
      if (time === undefined || time === before || time <= completeSince || time > Math.min(readAt, now)) continue
      // Answers for the type should have had this value.
      answered.delete(name)
      reader.coveredNames.delete(name)
      this.isPartial = true
    }
  }

  private refuse(members: readonly Member[]): void {
    this.refusedUntil = clock.now() + REFUSED_MS
    this.readAt = undefined
    this.isPartial = false
    this.uncover(members)
  }

  private uncover(members: readonly Member[]): void {
    for (const member of members) {
      member.completeSince = undefined
      member.answered.clear()
      member.reader.coveredNames.clear()
    }
  }
}

/** Until when the values of a component are known by its own requests. */
function readUntil({ reader }: Member, now: number): number {
  if (reader.coveredNames.size > 0) return now
  return Math.min(now, ...[...reader.subscriptions.values()].map(({ requestedAt }) => requestedAt ?? now))
}

function ownersOf(reader: ComponentReader, component: Component): string[] {
  const externalIds = Object.entries(component.properties ?? {}).filter(([, { definition }]) => definition?.isExternalId)
  const owners = externalIds.map(([name, { value, definition }]) =>
    ownerKey(name, String(scalarValue(value) ?? scalarValue(definition?.defaultValue) ?? '')),
  )
  return [...owners.filter((owner) => !owner.endsWith('\n')), ownerKey('', reader.component.entityId)]
}

function ownerKey(name: string, value: string): string {
  return `${name}\n${value}`
}

/** The properties of components, with as many in a group as one request may have. */
function batches(members: readonly Member[]): string[][] {
  const names = new Set(
    members.flatMap(({ reader, names: ofType }) => [...reader.subscriptions.keys()].filter((name) => ofType.has(name))),
  )
  const sorted = [...names].sort()
  return Array.from({ length: Math.ceil(sorted.length / MAX_PROPERTIES) }, (_, index) =>
    sorted.slice(index * MAX_PROPERTIES, (index + 1) * MAX_PROPERTIES),
  )
}

/** Whether a page, newest first, reaches a time: later pages then hold older values only. */
function isReadUntil(items: readonly PropertyHistory[], since: number): boolean {
  const oldest = new Map<string, number>()
  for (const { entityPropertyReference, values } of items) {
    for (const { time } of values ?? []) {
      const name = entityPropertyReference.propertyName
      oldest.set(name, Math.min(oldest.get(name) ?? Infinity, parseTime(time) ?? Infinity))
    }
  }
  return oldest.size > 0 && [...oldest.values()].every((time) => time <= since)
}

import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { ApiError } from '../../src/api/api'
import { withAgreedStates } from '../../src/data/alarm_api'
import { type Alarms, AlarmMonitor, UNKNOWN_ALARMS } from '../../src/data/alarms'
import { Connection } from '../../src/data/connection'
import { LiveFeed } from '../../src/data/live'
import { FakeApi } from '../fake_api'
import { FakeBrowser, FakeTabs } from '../fake_tabs'

const NOW = Date.parse('2026-03-01T12:00:00Z')
const BASIC = 'com.amazon.iottwinmaker.alarm.basic'

let api: FakeApi
let monitor: AlarmMonitor
let notifications: Alarms[]

beforeEach(() => {
  vi.useFakeTimers({ now: NOW })
  api = new FakeApi()
  api.extending.set(BASIC, ['plant.Alarm'])
  api.extending.set('plant.Alarm', ['plant.PressAlarm'])
  api.ofType.set('plant.Alarm', ['m1', 'm2', 'm3'])
  api.names.set('plant.Alarm', ['alarm_key', 'alarm_status', 'alarmStatus'])
  api.names.set('plant.PressAlarm', ['alarm_key', 'alarm_status'])
  for (const id of ['m1', 'm2', 'm3', 'p1']) api.externalIds.set(id, `${id}-alarm`)
  notifications = []
  monitor = new AlarmMonitor({ api, workspaceId: 'w', onChange: (alarms) => notifications.push(alarms) })
})

afterEach(() => {
  monitor.stop()
  vi.useRealTimers()
})

/** The worst severity of each entity with an alarm, as it was reported last. */
function severities(): Record<string, string> {
  const { byEntity = new Map() } = notifications.at(-1) ?? {}
  return Object.fromEntries([...byEntity].map(([id, { severity }]) => [id, severity]))
}

async function start(): Promise<Record<string, string>> {
  monitor.start()
  await vi.advanceTimersByTimeAsync(0)
  return severities()
}

test('one request reads the states of all entities of a type, in both vocabularies', async () => {
  api.put('m1', 'alarm', 'alarm_status', NOW - 5000, { stringValue: 'ACTIVE' })
  api.put('m1', 'alarm', 'alarmStatus', NOW - 5000, { stringValue: 'WARNING' })
  api.put('m2', 'alarm', 'alarm_status', NOW - 9000, { stringValue: 'ACTIVE' })
  api.put('m3', 'alarm', 'alarm_status', NOW - 9000, { stringValue: 'SNOOZE_DISABLED' })

  expect(await start()).toEqual({ m1: 'warning', m2: 'critical', m3: 'acknowledged' })
  expect(api.requests).toHaveLength(1)
  expect(api.requests[0]).toMatchObject({ componentTypeId: 'plant.Alarm' })
})

test('types that extend the base alarm type indirectly are found', async () => {
  api.ofType.set('plant.PressAlarm', ['p1'])
  api.put('p1', 'alarm', 'alarm_status', NOW - 9000, { stringValue: 'ACTIVE' })

  expect(await start()).toEqual({ p1: 'critical' })
})

test('the newest state counts, in whatever order the states arrive', async () => {
  api.put('m1', 'alarm', 'alarm_status', NOW - 9000, { stringValue: 'ACTIVE' })
  api.put('m1', 'alarm', 'alarm_status', NOW - 5000, { stringValue: 'NORMAL' })
  api.put('m2', 'alarm', 'alarm_status', NOW - 5000, { stringValue: 'ACTIVE' })
  api.put('m2', 'alarm', 'alarmStatus', NOW - 4000, { stringValue: 'ACKNOWLEDGED' })
  api.put('m3', 'alarm', 'alarmStatus', NOW - 4000, { stringValue: 'nonsense' })

  expect(await start()).toEqual({ m2: 'acknowledged' })
})

test('a change is reported with the next request; without a change nothing is reported', async () => {
  api.put('m1', 'alarm', 'alarm_status', NOW - 9000, { stringValue: 'NORMAL' })
  expect(await start()).toEqual({})
  const count = notifications.length
  await vi.advanceTimersByTimeAsync(20_000)
  expect(notifications).toHaveLength(count)

  api.put('m1', 'alarm', 'alarm_status', NOW + 19_000, { stringValue: 'ACTIVE' })
  await vi.advanceTimersByTimeAsync(5_000)
  expect(severities()).toEqual({ m1: 'critical' })
})

test('an old state is found behind many newer states of other alarms', async () => {
  for (let index = 0; index < 900; index += 1) {
    api.put('m1', 'alarm', 'alarm_status', NOW - index * 1000, { stringValue: index % 2 ? 'ACTIVE' : 'NORMAL' })
  }
  api.put('m2', 'alarm', 'alarm_status', NOW - 30 * 86_400_000, { stringValue: 'ACTIVE' })

  expect(await start()).toMatchObject({ m2: 'critical' })
})

test('each entity is requested if the connector refuses requests by type', async () => {
  api.hasNoIndex = true
  api.put('m1', 'alarm', 'alarm_status', NOW - 9000, { stringValue: 'ACTIVE' })
  api.put('m2', 'alarm', 'alarm_status', NOW - 9000, { stringValue: 'NORMAL' })
  expect(await start()).toEqual({ m1: 'critical' })

  api.put('m2', 'alarm', 'alarm_status', NOW + 4_000, { stringValue: 'ACTIVE' })
  const firstNew = api.requests.length
  await vi.advanceTimersByTimeAsync(5_000)
  expect(severities()).toEqual({ m1: 'critical', m2: 'critical' })
  expect(api.requests.slice(firstNew).map(({ entityId }) => entityId)).toEqual(['m1', 'm2', 'm3'])
})

test('an error is reported, and the last known alarms stay', async () => {
  api.put('m1', 'alarm', 'alarm_status', NOW - 9000, { stringValue: 'ACTIVE' })
  await start()
  api.error = new ApiError(500, 'InternalServerException', 'out of order')
  await vi.advanceTimersByTimeAsync(5_000)
  expect(notifications.at(-1)).toMatchObject({ error: 'out of order' })
  expect(severities()).toEqual({ m1: 'critical' })

  api.error = undefined
  await vi.advanceTimersByTimeAsync(30_000)
  expect(notifications.at(-1)?.error).toBeUndefined()
})

test('a refresh takes one request for each type, whatever the number of entities', async () => {
  const ids = Array.from({ length: 10_000 }, (_, index) => `d${index}`)
  api.ofType.set('plant.Alarm', ids)
  api.ofType.set('plant.PressAlarm', ['p1'])
  for (const id of ids) api.externalIds.set(id, `${id}-alarm`)
  for (const id of ids.slice(0, 3)) api.put(id, 'alarm', 'alarm_status', NOW - 9000, { stringValue: 'ACTIVE' })
  expect(Object.keys(await start())).toHaveLength(3)
  expect(notifications.at(-1)).toMatchObject({ entityCount: 10_001, withoutState: 9_998 })

  const before = api.requests.length
  await vi.advanceTimersByTimeAsync(5_000)
  expect(api.requests.slice(before).map(({ componentTypeId }) => componentTypeId)).toEqual(['plant.Alarm', 'plant.PressAlarm'])
})

test('alarms are not known before the first answer', () => {
  expect(UNKNOWN_ALARMS.state).toBe('unknown')
  monitor.start()
  expect(notifications).toEqual([])
})

/** Open tabs with a monitor each, which share an API, until their functions are called. */
function openTabs(ids: readonly string[]) {
  const browser = new FakeBrowser()
  return ids.map((id) => {
    const tabs = new FakeTabs(browser, id)
    tabs.start({ onLead: () => undefined, onEnd: () => tabs.close(), onMessage: () => undefined })
    const reported: Alarms[] = []
    const ownApi = new FakeApi()
    Object.assign(ownApi, { extending: api.extending, ofType: api.ofType, names: api.names, points: api.points, externalIds: api.externalIds })
    const tab = new AlarmMonitor({ api: ownApi, workspaceId: 'w', tabs, onChange: (alarms) => reported.push(alarms) })
    tab.start()
    return { tabs, monitor: tab, requests: ownApi.requests, reported }
  })
}

test('of several tabs, one reads the alarms after the first answer, and all show them', async () => {
  api.put('m1', 'alarm', 'alarm_status', NOW - 9000, { stringValue: 'NORMAL' })
  const tabs = openTabs(['b', 'a', 'c'])
  await vi.advanceTimersByTimeAsync(6_000)
  for (const { requests } of tabs) requests.length = 0
  api.put('m1', 'alarm', 'alarm_status', NOW + 6_000, { stringValue: 'ACTIVE' })
  await vi.advanceTimersByTimeAsync(30_000)
  expect(tabs.map(({ requests }) => requests.length)).toEqual([0, 6, 0])
  for (const { reported } of tabs) expect(reported.at(-1)?.list.map(({ entityId }) => entityId)).toEqual(['m1'])

  // Another tab goes on when the one that reads is hidden, and the newest state comes from there.
  tabs[1]?.tabs.setHidden(true)
  tabs[1]?.monitor.stop()
  api.put('m1', 'alarm', 'alarm_status', NOW + 36_000, { stringValue: 'NORMAL' })
  await vi.advanceTimersByTimeAsync(30_000)
  for (const { reported } of [tabs[0], tabs[2]].flatMap((tab) => tab ?? [])) expect(reported.at(-1)?.list).toEqual([])
  for (const { requests } of tabs) requests.length = 0
  await vi.advanceTimersByTimeAsync(30_000)
  expect(tabs.map(({ requests }) => requests.length)).toEqual([6, 0, 0])
  for (const tab of tabs) tab.monitor.stop()
})

test('a tab reads by itself what it wrote, and what answers of other tabs do not join', async () => {
  api.put('m1', 'alarm', 'alarm_status', NOW - 9000, { stringValue: 'ACTIVE' })
  const [reader, other] = openTabs(['a', 'b'])
  await vi.advanceTimersByTimeAsync(11_000)
  other!.requests.length = 0
  await other!.monitor.addWritten(other!.reported.at(-1)!.list[0]!, { time: NOW + 11_000, status: 'ACKNOWLEDGED' }, undefined)
  await vi.advanceTimersByTimeAsync(0)
  expect(other!.requests).toHaveLength(1)

  reader!.monitor.stop()
  await vi.advanceTimersByTimeAsync(20_000)
  other!.requests.length = 0
  const answer = { content: { items: [], isAll: true }, since: Date.now() + 1, readAt: Date.now() + 1 }
  reader!.tabs.send({ to: 'readers', topic: 'alarms plant.Alarm', answer })
  await vi.advanceTimersByTimeAsync(10_000)
  expect(other!.requests).toHaveLength(2)
  other!.monitor.stop()
})

test('the state that a tag shows is read with all alarms, and is as new as they are', async () => {
  api.put('m1', 'alarm', 'alarmStatus', NOW - 5000, { stringValue: 'WARNING' })
  const feed = new LiveFeed({ apiAt: () => api, workspaceId: 'w', connection: new Connection() })
  const reader = new AlarmMonitor({
    api,
    workspaceId: 'w',
    onChange: () => undefined,
    onAnswer: (type, answer) => feed.take(type.id, { ...answer, content: withAgreedStates(answer.content, type) }),
  })
  const shown: unknown[] = []
  feed.subscribe({ entityId: 'm1', componentName: 'alarm', propertyName: 'alarmStatus' }, ({ value }) => shown.push(value))
  reader.start()
  await vi.advanceTimersByTimeAsync(12_000)
  api.requests.length = 0
  api.put('m1', 'alarm', 'alarm_status', NOW + 12_000, { stringValue: 'ACKNOWLEDGED' })
  await vi.advanceTimersByTimeAsync(30_000)
  expect(api.requests.filter(({ componentTypeId }) => componentTypeId)).toHaveLength(6)
  expect(api.requests.filter(({ entityId }) => entityId)).toEqual([])
  expect(shown.at(-1)).toBe('ACKNOWLEDGED')
  expect(feed.age()).toBeLessThanOrEqual(5_000)
  reader.stop()
  feed.dispose()
})

import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { ApiError } from '../../src/api/api'
import { Connection } from '../../src/data/connection'
import type { Reading } from '../../src/data/feed'
import { LiveFeed } from '../../src/data/live'
import type { Priority } from '../../src/data/priority'
import { TabFeed } from '../../src/data/tab_feed'
import { isDemand, tabGroupName } from '../../src/data/tabs'
import { FakeApi } from '../fake_api'
import { FakeBrowser, FakeTabs } from '../fake_tabs'

const NOW = Date.parse('2026-03-01T12:00:00Z')
const TEMPERATURE = { entityId: 'm1', componentName: 'sensor', propertyName: 'temperature' }

interface Tab {
  readonly api: FakeApi
  readonly tabs: FakeTabs
  readonly feed: TabFeed
  readonly connection: Connection
  readonly readings: Reading[]
  readonly stop: () => void
  /** Priorities of the requests for values. */
  readonly priorities: Priority[]
}

let browser: FakeBrowser
let opened: Tab[]

beforeEach(() => {
  vi.useFakeTimers({ now: NOW })
  browser = new FakeBrowser()
  opened = []
})

afterEach(() => {
  for (const { feed } of opened) feed.dispose()
  vi.useRealTimers()
})

function openTab(): Tab {
  const api = new FakeApi()
  api.put('m1', 'sensor', 'temperature', NOW - 1_000, { doubleValue: 20 })
  const connection = new Connection()
  const tabs = new FakeTabs(browser, `tab ${opened.length}`)
  const priorities: Priority[] = []
  const apiAt = (priority: Priority): FakeApi => {
    priorities.push(priority)
    return api
  }
  const live = new LiveFeed({ apiAt, workspaceId: 'w', connection })
  const feed = new TabFeed({ feed: live, tabs, connection, interval: 5_000 })
  const readings: Reading[] = []
  const stop = feed.subscribe(TEMPERATURE, (reading) => readings.push(reading))
  const tab = { api, tabs, feed, connection, readings, stop, priorities }
  opened.push(tab)
  return tab
}

async function advance(seconds: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(seconds * 1000)
}

test('of several tabs, one makes the requests for values, and all show them', async () => {
  const leader = openTab()
  await advance(1)
  const followers = [openTab(), openTab()]
  await advance(20)
  leader.api.put('m1', 'sensor', 'temperature', Date.now(), { doubleValue: 81 })
  await advance(6)

  expect(leader.api.requests.length).toBeGreaterThan(3)
  for (const { api, readings } of followers) {
    expect(api.requests).toHaveLength(0)
    expect(readings.at(-1)).toEqual({ value: 81, time: NOW + 21_000 })
  }
})

test('when the leader is hidden, another tab goes on without losing a value', async () => {
  const leader = openTab()
  await advance(1)
  const follower = openTab()
  await advance(6)
  const before = follower.readings.length
  leader.tabs.setHidden(true)
  await advance(6)
  expect(follower.readings.slice(before).every(({ value }) => value === 20)).toBe(true)
  expect(follower.api.requests.length).toBeGreaterThan(0)

  leader.tabs.setHidden(false)
  await advance(1)
  leader.api.requests.length = 0
  follower.api.put('m1', 'sensor', 'temperature', Date.now(), { doubleValue: 33 })
  await advance(6)
  expect(leader.api.requests).toHaveLength(0)
  expect(leader.readings.at(-1)?.value).toBe(33)
})

test('a tab whose leader does not answer reads by itself, until it answers', async () => {
  const leader = openTab()
  await advance(1)
  const follower = openTab()
  await advance(10)
  leader.tabs.isFrozen = true
  await advance(20)
  expect(follower.api.requests.length).toBeGreaterThan(1)
  leader.tabs.isFrozen = false
  await advance(4)
  follower.api.requests.length = 0
  await advance(20)
  expect(follower.api.requests).toHaveLength(0)
})

test('a leader that is late makes the values of other tabs delayed, too', async () => {
  const leader = openTab()
  await advance(1)
  const follower = openTab()
  follower.connection.succeeded({ kind: 'control', key: '' })
  await advance(6)
  leader.api.error = new ApiError(500, 'InternalServerException', 'out of order')
  for (let second = 0; second < 20; second += 1) {
    await advance(1)
    follower.connection.update()
  }
  expect(follower.connection.state.name).toBe('delayed')
  expect(follower.connection.age).toBeGreaterThan(10_000)
  expect(follower.readings.at(-1)?.error).toBe('out of order')
})

test('a tab whose user is signed out gets no values from another tab', async () => {
  const leader = openTab()
  await advance(1)
  const follower = openTab()
  await advance(6)
  follower.api.error = new ApiError(403, 'ExpiredTokenException', 'expired')
  follower.connection.failed({ kind: 'control', key: '' }, follower.api.error)
  leader.api.put('m1', 'sensor', 'temperature', Date.now(), { doubleValue: 99 })
  await advance(12)
  expect(leader.readings.at(-1)?.value).toBe(99)
  expect(follower.readings.at(-1)).toEqual({ value: 20, time: NOW - 1_000, error: 'expired' })
})

test('the leader stops reading what no tab shows, and what a tab shows that is gone', async () => {
  const leader = openTab()
  await advance(1)
  const follower = openTab()
  const other = { ...TEMPERATURE, entityId: 'm2' }
  const stop = follower.feed.subscribe(other, () => undefined)
  follower.feed.subscribe({ ...TEMPERATURE, entityId: 'm3' }, () => undefined)
  await advance(6)
  const requested = (id: string) => leader.api.requests.filter(({ entityId }) => entityId === id).length
  expect(requested('m2')).toBeGreaterThan(0)
  stop()
  leader.api.requests.length = 0
  await advance(12)
  expect(requested('m2')).toBe(0)
  expect(requested('m3')).toBeGreaterThan(0)
  follower.tabs.isFrozen = true
  await advance(40)
  leader.api.requests.length = 0
  await advance(12)
  expect(requested('m3')).toBe(0)
  expect(requested('m1')).toBeGreaterThan(0)
})

test('messages without content are demands only for the leader', () => {
  expect(isDemand({ to: 'leader' })).toBe(true)
  expect(isDemand({ to: 'all', age: 1 })).toBe(false)
})

test('tabs with another workspace or user have another name, which holds no secret', async () => {
  const name = await tabGroupName(['w', 'user', 'secret'])
  expect(await tabGroupName(['w', 'user', 'secret'])).toBe(name)
  expect(await tabGroupName(['w', 'other user', 'secret'])).not.toBe(name)
  expect(await tabGroupName(['other', 'user', 'secret'])).not.toBe(name)
  expect(name).not.toContain('secret')
})

test('what is out of view in all tabs is read with the lowest priority, and no longer when it is in view in one', async () => {
  const [leader, follower] = [openTab(), openTab()]
  await advance(6)
  const lower = (tab: Tab): (() => void) => {
    const stop = tab.feed.at('rest').subscribe(TEMPERATURE, (reading) => tab.readings.push(reading))
    tab.stop()
    return stop
  }
  lower(leader)
  await advance(6)
  expect(leader.priorities.at(-1)).toBe('visible')
  const stop = lower(follower)
  await advance(6)
  expect(leader.priorities.at(-1)).toBe('rest')
  follower.feed.at('visible').subscribe(TEMPERATURE, (reading) => follower.readings.push(reading))
  stop()
  await advance(6)
  expect(leader.priorities.at(-1)).toBe('visible')
  expect(follower.api.requests.length).toBeLessThanOrEqual(1)
})

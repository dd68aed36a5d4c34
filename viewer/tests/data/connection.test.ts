import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { ApiError } from '../../src/api/api'
import { Connection, type ConnectionState } from '../../src/data/connection'

const READ = { kind: 'data', key: 'history' } as const
const NO_CONNECTION = new ApiError(0, 'NoResponse', 'no connection')
const DENIED = new ApiError(403, 'AccessDeniedException', 'not authorized to read values')
const EXPIRED = new ApiError(403, 'ExpiredTokenException', 'the token is expired')
const THROTTLED = new ApiError(429, 'ThrottlingException', 'Rate exceeded')

beforeEach(() => void vi.useFakeTimers({ now: 1_000 }))
afterEach(() => void vi.useRealTimers())

/** Go on by some seconds, in which time-bound states may end. */
function wait(connection: Connection, seconds: number): void {
  vi.advanceTimersByTime(seconds * 1000)
  connection.update()
}

test('listeners get the present state and each change, not repetitions', () => {
  const connection = new Connection()
  const states: ConnectionState[] = []
  const unsubscribe = connection.subscribe((state) => states.push(state))
  connection.succeeded(READ)
  connection.succeeded(READ)
  wait(connection, 10)
  connection.failed(READ, NO_CONNECTION)
  connection.failed(READ, new ApiError(0, 'NoResponse', 'still no connection'))
  wait(connection, 1)
  connection.succeeded(READ)
  unsubscribe()
  wait(connection, 10)
  connection.failed(READ, NO_CONNECTION)

  expect(states).toEqual([
    { name: 'checking', isUp: true, since: 1_000, message: '' },
    { name: 'live', isUp: true, since: 1_000, message: '' },
    { name: 'down', isUp: false, since: 11_000, message: 'no connection' },
    { name: 'live', isUp: true, since: 12_000, message: '' },
  ])
  expect(connection.state).toEqual({ name: 'down', isUp: false, since: 22_000, message: 'no connection' })
})

test('one of many requests that fails does not mean that the services are down', () => {
  const connection = new Connection()
  connection.succeeded(READ)
  connection.failed(READ, new ApiError(500, 'InternalServerException', 'out of order'))
  expect(connection.state.name).toBe('live')
})

test('a state of being throttled lasts, and does not alternate with each answer', () => {
  const connection = new Connection()
  const names: string[] = []
  connection.subscribe(({ name }) => names.push(name))
  for (let second = 0; second < 20; second += 1) {
    connection.succeeded(READ)
    connection.failed(READ, THROTTLED)
    wait(connection, 1)
  }
  expect(names).toEqual(['checking', 'live', 'throttled'])
  wait(connection, 31)
  expect(connection.state.name).toBe('live')
})

test('a refused request is named while others succeed, and until a while after the last refusal', () => {
  const connection = new Connection()
  connection.succeeded(READ)
  connection.failed(READ, DENIED)
  connection.succeeded(READ)
  expect(connection.state).toMatchObject({ name: 'refused', isUp: true, message: 'not authorized to read values' })
  wait(connection, 21)
  expect(connection.state.name).toBe('live')
})

test('S3 refuses files that do not exist: the page is not refused', () => {
  const connection = new Connection()
  connection.succeeded(READ)
  connection.failed({ kind: 'object', key: 's3://bucket/model.glb' }, new ApiError(403, 'AccessDenied', 'Access Denied'))
  expect(connection.state.name).toBe('live')
})

test('a refused acknowledgement says nothing of what the page shows', () => {
  const connection = new Connection()
  connection.succeeded(READ)
  connection.failed({ kind: 'data', key: 'write', isWrite: true }, DENIED)
  expect(connection.state.name).toBe('live')
})

test('expired credentials are signed out until a request of the service succeeds again', () => {
  const connection = new Connection()
  connection.succeeded(READ)
  connection.failed(READ, EXPIRED)
  connection.succeeded({ kind: 'object', key: 'a file from the cache' })
  expect(connection.state).toMatchObject({ name: 'signed-out', isUp: false, message: 'the token is expired' })
  connection.succeeded(READ)
  expect(connection.state.name).toBe('live')
})

test('old values are delayed, not live', () => {
  const connection = new Connection()
  let age = 9_000
  const remove = connection.addAge(() => age, 5_000)
  connection.update()
  expect(connection.state.name).toBe('checking')
  connection.succeeded(READ)
  wait(connection, 20)
  expect(connection.state.name).toBe('live')
  age = 11_000
  wait(connection, 1)
  expect(connection.state.name).toBe('delayed')
  // The age falls with each answer; that is no reason to say that values are live.
  age = 6_000
  wait(connection, 10)
  expect(connection.state.name).toBe('delayed')
  expect(connection.age).toBe(11_000)
  wait(connection, 30)
  expect(connection.state.name).toBe('live')
  age = 20_000
  remove()
  wait(connection, 1)
  expect(connection.state.name).toBe('live')
})

test('the page is not live before the first values, and delayed if they do not come', () => {
  const connection = new Connection()
  let age = 0
  connection.addAge(() => age, 5_000)
  connection.succeeded({ kind: 'control', key: 'entities' })
  expect(connection.state.name).toBe('checking')
  age = 3_000
  wait(connection, 3)
  expect(connection.state.name).toBe('checking')
  connection.succeeded(READ)
  expect(connection.state.name).toBe('live')

  const empty = new Connection()
  empty.succeeded({ kind: 'control', key: 'entities' })
  wait(empty, 3)
  expect(empty.state.name).toBe('live')

  const other = new Connection()
  other.addAge(() => age, 5_000)
  other.succeeded({ kind: 'control', key: 'entities' })
  age = 11_000
  wait(other, 12)
  expect(other.state.name).toBe('delayed')
})

test('a short interval names no delay that the default interval would not name', () => {
  const connection = new Connection()
  let age = 9_000
  connection.addAge(() => age, 1_000)
  connection.succeeded(READ)
  wait(connection, 20)
  expect(connection.state.name).toBe('live')
  age = 11_000
  wait(connection, 1)
  expect(connection.state.name).toBe('delayed')
})

test('a page that is shown again checks first, and says that values are late if no answer comes', () => {
  const connection = new Connection()
  let age = 0
  connection.addAge(() => age, 5_000)
  connection.succeeded(READ)
  wait(connection, 600)
  age = 600_000
  // The ages grow while the page is hidden.
  wait(connection, 1)
  connection.resume()
  expect(connection.state.name).toBe('checking')
  age = 1_000
  wait(connection, 1)
  expect(connection.state.name).toBe('live')
  expect(connection.age).toBe(1_000)

  wait(connection, 600)
  age = 600_000
  connection.resume()
  wait(connection, 11)
  expect(connection.state.name).toBe('delayed')
})

test('entities may be readable while values are not', () => {
  const connection = new Connection()
  connection.succeeded(READ)
  wait(connection, 5)
  connection.failed(READ, new ApiError(500, 'InternalServerException', 'out of order'))
  connection.succeeded({ kind: 'control', key: 'entities' })
  expect(connection.state).toMatchObject({ name: 'down', message: 'out of order' })
  connection.failed(READ, NO_CONNECTION)
  connection.succeeded({ kind: 'control', key: 'entities' })
  expect(connection.state.name).toBe('live')
})

test('an error of the page itself says nothing about the services', () => {
  const connection = new Connection()
  connection.failed(READ, new TypeError('undefined is not a function'))
  expect(connection.state.name).toBe('checking')
})

test('many answers at once do not measure ages again and again', () => {
  const connection = new Connection()
  const age = vi.fn(() => 0)
  connection.addAge(age, 5_000)
  for (let answer = 0; answer < 100; answer += 1) connection.succeeded(READ)
  expect(age).toHaveBeenCalledOnce()
  wait(connection, 1)
  expect(age).toHaveBeenCalledTimes(2)
})

test('a file of another host that cannot be read does not mean that the services are down', () => {
  const connection = new Connection()
  connection.succeeded(READ)
  wait(connection, 10)
  connection.failed({ kind: 'object', key: 'https://other.example/model.glb' }, NO_CONNECTION)
  expect(connection.state.name).toBe('live')
})

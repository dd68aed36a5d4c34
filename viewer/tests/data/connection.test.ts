import { expect, test, vi } from 'vitest'

import { Connection, type ConnectionState } from '../../src/data/connection'

test('listeners get the present state and each change, not repetitions', () => {
  vi.useFakeTimers({ now: 1_000 })
  const connection = new Connection()
  const states: ConnectionState[] = []
  const unsubscribe = connection.subscribe((state) => states.push(state))
  connection.succeeded()
  vi.setSystemTime(2_000)
  connection.failed('no connection')
  connection.failed('still no connection')
  vi.setSystemTime(3_000)
  connection.succeeded()
  unsubscribe()
  connection.failed('later')
  vi.useRealTimers()

  expect(states).toEqual([
    { isUp: true, since: 1_000, message: '' },
    { isUp: false, since: 2_000, message: 'no connection' },
    { isUp: true, since: 3_000, message: '' },
  ])
})

import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { Store } from '../../src/state/store'

let hashChanged: () => void
const pushState = vi.fn()
const replaceState = vi.fn()

beforeEach(() => {
  vi.stubGlobal('location', { hash: '#entity=m1', pathname: '/twin/', search: '' })
  vi.stubGlobal('history', { pushState, replaceState })
  vi.stubGlobal('addEventListener', (_: string, listener: () => void) => (hashChanged = listener))
})

afterEach(() => {
  vi.unstubAllGlobals()
  vi.clearAllMocks()
})

test('another entity is a new entry of the history, another range is not', () => {
  const store = new Store()
  store.update({ entity: 'm2' })
  store.update({ range: { last: 86_400_000 } })

  expect(pushState.mock.calls).toEqual([[null, '', '#entity=m2']])
  expect(replaceState.mock.calls).toEqual([[null, '', '#entity=m2&range=1d']])
})

test('listeners get the new and the previous state; an update without effect notifies none', () => {
  const store = new Store()
  const changes: (string | undefined)[][] = []
  store.subscribe((state, previous) => changes.push([state.entity, previous.entity]))
  store.update({ entity: 'm1' })
  store.update({ entity: undefined })

  expect(changes).toEqual([[undefined, 'm1']])
  expect(pushState.mock.calls).toEqual([[null, '', '/twin/']])
})

test('the state follows the address when the user navigates back', () => {
  const store = new Store()
  location.hash = '#entity=m3'
  hashChanged()

  expect(store.state.entity).toBe('m3')
})

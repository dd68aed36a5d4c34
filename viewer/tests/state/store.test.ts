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

test('another entity or time range is a new entry of the history, pinned properties are not', () => {
  const store = new Store()
  store.update({ entity: 'm2' })
  store.update({ range: { last: 86_400_000 } })
  store.update({ properties: [{ entityId: 'm2', componentName: 'c', propertyName: 'p' }] })

  expect(pushState.mock.calls.map(([, , hash]) => hash)).toEqual(['#entity=m2', '#entity=m2&range=1d'])
  expect(replaceState.mock.calls.map(([, , hash]) => hash)).toEqual(['#entity=m2&range=1d&property=m2%2Fc%2Fp'])
})

test('what the page changes by itself is no entry of the history', () => {
  new Store().update({ range: { last: 86_400_000 } }, true)

  expect(pushState).not.toHaveBeenCalled()
  expect(replaceState).toHaveBeenCalledOnce()
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

test('the pose of a link ends with what the user does next', () => {
  vi.stubGlobal('location', { hash: '#pose=1,2,3,0,0,0&entity=m1', pathname: '/twin/', search: '' })
  const store = new Store()
  expect(store.state.pose).toBe('1,2,3,0,0,0')
  store.update({ entity: 'm2' })

  expect(pushState.mock.calls).toEqual([[null, '', '#entity=m2']])
})

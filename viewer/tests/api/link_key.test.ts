import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { takeLinkKey } from '../../src/api/link_key'

const replaceState = vi.fn()
let stored: Record<string, string>

function open(hash: string): string | undefined {
  vi.stubGlobal('location', { hash, pathname: '/_twin/', search: '' })
  return takeLinkKey()
}

beforeEach(() => {
  stored = {}
  vi.stubGlobal('history', { replaceState })
  vi.stubGlobal('sessionStorage', {
    getItem: (name: string) => stored[name] ?? null,
    setItem: (name: string, value: string) => (stored[name] = value),
  })
})

afterEach(() => {
  vi.unstubAllGlobals()
  vi.clearAllMocks()
})

test('the key is taken out of the address, and the rest stays as it is', () => {
  expect(open('#workspace=a%20b&key=s3-cr_et&entity=m1')).toBe('s3-cr_et')

  expect(replaceState.mock.calls).toEqual([[null, '', '/_twin/#workspace=a%20b&entity=m1']])
})

test('an address with the key alone has no fragment afterwards', () => {
  open('#key=abc')

  expect(replaceState.mock.calls).toEqual([[null, '', '/_twin/']])
})

test('a reload finds the key, and another link replaces it', () => {
  open('#key=one')
  expect(open('#entity=m1')).toBe('one')
  expect(open('#key=two')).toBe('two')
  expect(open('')).toBe('two')
})

test('there is no key before a link with one was opened', () => {
  expect(open('#workspace=w')).toBeUndefined()
  expect(replaceState).not.toHaveBeenCalled()
})

import { expect, test } from 'vitest'

import { DEFAULT_RANGE } from '../../src/data/range'
import { formatLink, parseLink, type ViewState } from '../../src/state/link'

test('a link holds the whole view state, with any characters in names', () => {
  const shown: ViewState = {
    workspace: 'w',
    scene: 'hall & yard',
    camera: 'from above #1',
    entity: 'a:b.c-d_e',
    range: { from: 1_000, to: 2_000 },
    properties: [
      { entityId: 'e/1', componentName: 'outer/inner', propertyName: 'päckchen %' },
      { entityId: 'e', componentName: 'c', propertyName: 'p' },
    ],
  }

  expect(parseLink(formatLink(shown))).toEqual(shown)
})

test('the default state has no link, and malformed parts of a link are ignored', () => {
  const defaults = { range: DEFAULT_RANGE, properties: [] }
  expect(formatLink(defaults)).toBe('')
  expect(parseLink('')).toEqual(defaults)
  expect(parseLink('#range=soon&property=a/b&property=%25zz/c/d&entity=')).toEqual(defaults)
})

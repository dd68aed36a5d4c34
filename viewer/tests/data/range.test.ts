import { expect, test } from 'vitest'

import { bounds, formatRange, parseRange } from '../../src/data/range'

test('a parsed range is formatted as the same text, and malformed ones are refused', () => {
  for (const text of ['15m', '1h', '6h', '1d', '30d', '2026-03-01T00:00:00.000Z/2026-03-02T00:00:00.000Z']) {
    const range = parseRange(text)
    expect(range && formatRange(range)).toBe(text)
  }
  for (const text of ['', '0h', 'h', '1y', '2026-03-02/2026-03-01', 'a/b', '1/2/3']) {
    expect(parseRange(text)).toBeUndefined()
  }
  expect(bounds({ last: 10 }, 100)).toEqual({ from: 90, to: 100 })
})

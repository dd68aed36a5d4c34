import { expect, test } from 'vitest'
import { readScene } from '../../src/scene/document'

test('reads', () => {
  expect(readScene('{}')).toEqual({ problems: [{ level: 'fatal', message: expect.stringContaining('unable to find specVersion') }] })
})

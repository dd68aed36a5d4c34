import { expect, test } from 'vitest'

import type { Tag } from '../../../src/scene/document'
import { tagStyle } from '../../../src/scene/parts/tag'

const icon = (name: string): string => `iottwinmaker.common.icon:${name}`
const TAG: Tag = { type: 'Tag', chosenColor: '#123456', customIcon: { prefix: 'fas', iconName: 'bolt' } }

test('the look of a custom icon is that of the rule, otherwise that of the tag', () => {
  expect(tagStyle(TAG, { target: icon('Custom'), targetMetadata: { color: '#ff00ff', iconName: 'bell' } })).toEqual({
    icon: 'Custom',
    color: '#ff00ff',
    iconName: 'bell',
  })
  expect(tagStyle(TAG, { target: icon('Custom') })).toEqual({ icon: 'Custom', color: '#123456', iconName: 'bolt' })
})

test.each(['iottwinmaker.common.color:red', 7, ''])('an outcome that is not an icon is shown as Info: %s', (target) => {
  expect(tagStyle({ type: 'Tag' }, { target }).icon).toBe('Info')
})

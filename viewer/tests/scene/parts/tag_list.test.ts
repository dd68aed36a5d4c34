// @vitest-environment happy-dom
import { expect, test, vi } from 'vitest'

import type { SceneNode } from '../../../src/scene/node'
import { TagList } from '../../../src/scene/parts/tag_list'

function showTags(count: number) {
  const onPick = vi.fn<(node: SceneNode) => void>()
  document.body.replaceChildren()
  const list = new TagList(document.body, onPick)
  const nodes = Array.from({ length: count }, (_, index) => ({ definition: { name: `Tag ${index}` } }) as SceneNode)
  for (const node of nodes) list.add(node).show({ icon: 'Info', isSelected: false })
  return { nodes, onPick, element: document.querySelector<HTMLElement>('.scene-tags')! }
}

test('the browser looks after few groups, however many tags there are', () => {
  const { element } = showTags(2_000)
  expect(element.querySelectorAll('li')).toHaveLength(2_000)
  expect(element.children.length).toBe(40)
  expect([...element.children].every(({ role }) => role === 'presentation')).toBe(true)
})

test('keys move over the borders of groups', () => {
  const { element, nodes, onPick } = showTags(120)
  const press = (key: string): void => {
    document.activeElement!.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }))
  }
  element.querySelector('li')!.focus()
  for (let count = 0; count < 50; count++) press('ArrowDown')
  expect(document.activeElement!.textContent).toBe('Tag 50: Info')
  press('ArrowUp')
  expect(document.activeElement!.textContent).toBe('Tag 49: Info')
  press('End')
  press('Enter')
  expect(onPick).toHaveBeenCalledWith(nodes[119])
  press('Home')
  press('ArrowUp')
  expect(document.activeElement!.textContent).toBe('Tag 0: Info')
})

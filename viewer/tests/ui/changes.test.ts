// @vitest-environment happy-dom
import { beforeEach, expect, test } from 'vitest'

import type { Change, Review } from '../../src/data/review'
import { ChangeList } from '../../src/ui/changes'

const IDS = ['m1', 'm2', 'm3']

let visited: string[]
let list: ChangeList

beforeEach(() => {
  visited = []
  list = listOf(IDS)
})

function listOf(ids: readonly string[]): ChangeList {
  const changes = ids.map((id): Change => ({ action: 'changed', kind: 'entity', id, text: `entity ${id}`, details: [], risks: [] }))
  const review: Review = { summary: '', from: '', to: '', entities: {}, changes, risks: [] }
  const created = new ChangeList(review, (target) => visited.push(target.kind === 'entity' ? target.entityId : target.sceneId))
  document.body.replaceChildren(created.element)
  return created
}

test('the next entry is the first one as long as none is current, and after the last one', () => {
  for (let step = 0; step < 4; step += 1) list.go(1)
  expect(visited).toEqual(['m1', 'm2', 'm3', 'm1'])
  expect(list.element.querySelectorAll('[aria-current]').length).toBe(1)
  expect(document.activeElement?.textContent).toContain('entity m1')
})

test('the entry before is the last one as long as none is current, and before the first one', () => {
  for (let step = 0; step < 4; step += 1) list.go(-1)
  expect(visited).toEqual(['m3', 'm2', 'm1', 'm3'])
})

test('a list without entries has none to go to', () => {
  listOf([]).go(1)
  expect(visited).toEqual([])
})

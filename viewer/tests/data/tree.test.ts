import { expect, test } from 'vitest'

import type { EntitySummary } from '../../src/api/api'
import { ancestorIds, type Badge, buildTree, rollUp, visibleNodes } from '../../src/data/tree'

function entity(entityId: string, parentEntityId = '$ROOT', entityName = entityId): EntitySummary {
  return { entityId, entityName, parentEntityId }
}

const PLANT = [
  entity('pump-10', 'hall', 'Pump 10'),
  entity('pump-2', 'hall', 'Pump 2'),
  entity('hall', 'plant', 'Hall'),
  entity('plant', '$ROOT', 'Plant'),
  entity('valve', 'pump-2', 'Valve'),
]

test('children are below their parents, in natural order of their names', () => {
  const tree = buildTree(PLANT)
  const all = visibleNodes(tree, new Set(PLANT.map(({ entityId }) => entityId)), '')

  expect(all.map((node) => [node.id, node.level, node.position])).toEqual([
    ['plant', 1, 1],
    ['hall', 2, 1],
    ['pump-2', 3, 1],
    ['valve', 4, 1],
    ['pump-10', 3, 2],
  ])
})

test('a collapsed node hides its descendants, and an entity without its parent is a root', () => {
  const tree = buildTree([...PLANT, entity('stray', 'gone')])

  expect(visibleNodes(tree, new Set(['plant']), '').map((node) => node.id)).toEqual(['plant', 'hall', 'stray'])
})

test('a search shows the nodes that match by name or id, with their ancestors', () => {
  const tree = buildTree(PLANT)

  expect(visibleNodes(tree, new Set(), ' VALVE ').map((node) => node.id)).toEqual(['plant', 'hall', 'pump-2', 'valve'])
  expect(visibleNodes(tree, new Set(), 'pump-10').map((node) => node.id)).toEqual(['plant', 'hall', 'pump-10'])
  expect(visibleNodes(tree, new Set(), 'nothing')).toEqual([])
})

test('a badge has the worst severity and the number of alarms of a subtree', () => {
  const tree = buildTree(PLANT)
  const alarms = new Map<string, Badge>([
    ['valve', { severity: 'warning', count: 2 }],
    ['pump-10', { severity: 'critical', count: 1 }],
    ['unheard-of', { severity: 'critical', count: 1 }],
  ])

  expect(Object.fromEntries(rollUp(tree, alarms))).toEqual({
    valve: { severity: 'warning', count: 2 },
    'pump-2': { severity: 'warning', count: 2 },
    'pump-10': { severity: 'critical', count: 1 },
    hall: { severity: 'critical', count: 3 },
    plant: { severity: 'critical', count: 3 },
  })
})

test('the ancestors of a node are listed from the nearest', () => {
  const node = buildTree(PLANT).byId.get('valve')

  expect(node && ancestorIds(node)).toEqual(['pump-2', 'hall', 'plant'])
})

test('a hundred thousand siblings and a depth of ten thousand are handled', () => {
  const wide = Array.from({ length: 100_000 }, (_, index) => entity(`e${index}`, 'top'))
  expect(visibleNodes(buildTree([entity('top'), ...wide]), new Set(['top']), '')).toHaveLength(100_001)

  const chain = Array.from({ length: 10_000 }, (_, index) => entity(`t${index}`, `t${index - 1}`))
  expect(buildTree(chain).byId.get('t9999')?.level).toBe(10_000)
})

test('while entities are read, those without their parent wait for it', () => {
  const [valve] = PLANT.slice(-1)
  const partial = buildTree([entity('plant', '$ROOT', 'Plant'), valve!], false)

  expect(partial.roots.map(({ id }) => id)).toEqual(['plant'])
})

test('a search with a slash matches by the path', () => {
  const tree = buildTree(PLANT)
  const ids = (search: string): string[] => visibleNodes(tree, new Set(), search).map((node) => node.id)

  expect(ids('hall / pump 2')).toEqual(['plant', 'hall', 'pump-2', 'valve'])
  expect(ids('Plant/Hall/Pump 10')).toEqual(['plant', 'hall', 'pump-10'])
})

test('entities that match by their type are shown with their ancestors', () => {
  const tree = buildTree(PLANT)

  expect(visibleNodes(tree, new Set(), 'motor', new Set(['pump-10'])).map((node) => node.id)).toEqual(['plant', 'hall', 'pump-10'])
})

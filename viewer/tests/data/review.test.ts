import { expect, test } from 'vitest'
import { type Change, changedRules, type Detail, entitiesOfBoth, idOnSide, nameOf, nodeMarks, presentId, type Review } from '../../src/data/review'

const detail = (node: string | undefined, path: string[], action: Detail['action'] = 'changed'): Detail => ({
  action,
  path,
  text: 'x',
  ...(node === undefined ? {} : { node }),
})
const scene = (...details: Detail[]): Change => ({ action: 'changed', kind: 'scene', id: 's', text: '', risks: [], details })
const review = (entities: Review['entities']): Review => ({ summary: '', from: '', to: '', entities, changes: [], risks: [] })

test('a node has one mark, whose words say what differs', () => {
  const binding = ['components', 'Tag', 'valueDataBinding', 'dataBindingContext', 'entityId']
  const marks = nodeMarks(
    scene(
      detail(undefined, ['rules', 'hot', 'statements', '0', 'target']),
      detail('Hall/Robot', ['transform', 'position']),
      detail('Hall/Robot', binding),
      detail('Hall/Robot', binding),
      detail('Hall/Plane', ['components', 'PlaneGeometry', 'color']),
      detail('Hall/Tag', ['components', 'Tag', 'ruleBasedMapId']),
      detail('Hall/Press', ['components', 'ModelRef', 'uri']),
      detail('Hall/Lamp', ['components', 'Light', 'lightSettings', 'intensity']),
      detail('Gate', [], 'added'),
      detail('Pallet', [], 'removed'),
    ),
  )

  expect(marks.map(({ name, action, words }) => [name, action, words])).toEqual([
    ['Robot', 'moved', 'moved, re-bound'],
    ['Plane', 'changed', 're-coloured'],
    ['Tag', 'changed', 'other rule'],
    ['Press', 'changed', 'other file'],
    ['Lamp', 'changed', 'changed'],
    ['Gate', 'added', 'added'],
    ['Pallet', 'removed', 'removed'],
  ])
})

test('a turned or resized node is changed, and none that is elsewhere', () => {
  const marks = nodeMarks(scene(detail('A', ['transform', 'rotation']), detail('A', ['transform', 'scale'])))

  expect(marks.map(({ action, words }) => [action, words])).toEqual([['changed', 'turned, resized']])
})

test('a node below another one has the paths of both states', () => {
  const [mark, below] = nodeMarks(
    scene(
      { ...detail('B/Robot', [], 'moved'), formerNode: 'A/Robot' },
      detail('B/Robot', ['components', 'ModelRef', 'uri']),
      detail('B/Robot/Arm', ['transform', 'rotation']),
    ),
  )

  expect(mark).toMatchObject({ path: 'B/Robot', formerPath: 'A/Robot', action: 'moved', words: 'moved, other file' })
  expect(below).toMatchObject({ path: 'B/Robot/Arm', formerPath: 'A/Robot/Arm', action: 'changed', words: 'turned' })
})

test('a slash inside of a name is a part of the name', () => {
  expect(['Hall', 'Hall/Pump', 'Hall/Pump A\\/B', 'A\\/B'].map(nameOf)).toEqual(['Hall', 'Pump', 'Pump A/B', 'A/B'])
})

test('rules that differ are those of the scene, not members of nodes with the same name', () => {
  const change = scene(detail(undefined, ['rules', 'hot', 'statements']), detail('rules', ['rules', 'cold']), detail(undefined, ['unit']))

  expect([...changedRules(change)]).toEqual(['hot'])
})

test('an entity has the id of the state that is shown, or none', () => {
  const changes = review({ new: { action: 'added' }, gone: { action: 'removed' }, now: { action: 'renamed', formerId: 'then' } })

  expect(['new', 'gone', 'now', 'same'].map((id) => idOnSide(changes, 'before', id))).toEqual([undefined, 'gone', 'then', 'same'])
  expect(['new', 'gone', 'now', 'same'].map((id) => idOnSide(changes, 'after', id))).toEqual(['new', undefined, 'now', 'same'])
  expect(['then', 'gone'].map((id) => presentId(changes, 'before', id))).toEqual(['now', 'gone'])
})

test('the tree has removed entities below the present id of their parent, and renamed ones once', () => {
  const changes = review({ gone: { action: 'removed' }, now: { action: 'renamed', formerId: 'then' } })
  const summary = (entityId: string, parentEntityId = '$ROOT') => ({ entityId, entityName: entityId, parentEntityId })

  const entities = entitiesOfBoth(changes, [summary('then'), summary('gone', 'then')], [summary('now')])

  expect(entities.map(({ entityId, parentEntityId }) => [entityId, parentEntityId])).toEqual([
    ['now', '$ROOT'],
    ['gone', 'now'],
  ])
})

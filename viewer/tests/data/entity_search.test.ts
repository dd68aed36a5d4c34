import { expect, test } from 'vitest'

import { EntitySearch, type Matches, matchingTypes } from '../../src/data/entity_search'
import { FakeApi } from '../fake_api'

function search() {
  const api = new FakeApi()
  api.ofType.set('com.example.HydraulicPress', ['m-1', 'm-2'])
  api.ofType.set('com.example.Robot', ['m-3'])
  api.externalIds.set('m-3', 'SN-0815')
  const matches: Matches[] = []
  return { api, matches, search: new EntitySearch({ api, workspaceId: 'w', onMatches: (newest) => matches.push(newest) }) }
}

test('entities match by their type, with its name as the reason', async () => {
  const { matches, search: entities } = search()
  await entities.start(' Press ')

  expect(Object.fromEntries(matches.at(-1)!)).toEqual({ 'm-1': 'HydraulicPress', 'm-2': 'HydraulicPress' })
})

test('an entity matches by its id in another system, in upper and lower case as it is typed', async () => {
  const { matches, search: entities } = search()
  await entities.start('SN-0815')

  expect(Object.fromEntries(matches.at(-1)!)).toEqual({ 'm-3': 'external id' })
})

test('short texts and paths make no request', async () => {
  const { api, matches, search: entities } = search()
  await entities.start('pr')
  await entities.start('hall 1/press')

  expect(matches).toEqual([])
  expect(api.pageRequests).toEqual([])
})

test('a search that was replaced reports nothing', async () => {
  const { matches, search: entities } = search()
  await Promise.all([entities.start('robot'), entities.start('nothing')])

  expect(matches).toEqual([])
})

test('a type is named by the last part of its id, its name, or the whole id', () => {
  const types = [
    { componentTypeId: 'com.example.Press', componentTypeName: 'Forming machine' },
    { componentTypeId: 'com.example.Compressor' },
  ]
  const ids = (text: string): string[] => matchingTypes(types, text).map(({ componentTypeId }) => componentTypeId)

  expect(ids('forming')).toEqual(['com.example.Press'])
  expect(ids('compress')).toEqual(['com.example.Compressor'])
  expect(ids('com.example.p')).toEqual(['com.example.Press'])
  expect(ids('example')).toEqual([])
  const many = Array.from({ length: 11 }, (_, index) => ({ componentTypeId: `a.Pump${index}` }))
  expect(matchingTypes(many, 'pump')).toEqual([])
})

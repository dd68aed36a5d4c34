import { expect, test } from 'vitest'

import { operatorObstacle, type Operators } from '../../src/api/operators'

const GROUP: Operators = { claim: 'cognito:groups', value: 'factory-operators', matchType: 'Equals' }

test('a user of the group may acknowledge, another one gets the reason before', () => {
  expect(operatorObstacle(GROUP, { 'cognito:groups': ['staff', 'factory-operators'] })).toBeUndefined()
  expect(operatorObstacle(GROUP, { 'cognito:groups': ['factory-operators-2'] })).toContain('Users of the group "factory-operators"')
  expect(operatorObstacle(GROUP, {})).toContain('this user is not in it')
})

test.each([
  ['Equals', 'operator', true],
  ['Equals', 'operators', false],
  ['Contains', 'shift operator 2', true],
  ['StartsWith', 'operator-2', true],
  ['StartsWith', 'shift operator', false],
] as const)('a claim is compared as Amazon Cognito does: %s %s', (matchType, claim, isOperator) => {
  const obstacle = operatorObstacle({ claim: 'role', value: 'operator', matchType }, { role: claim })
  expect(obstacle === undefined).toBe(isOperator)
})

test('names of inherited members are no claims', () => {
  expect(operatorObstacle({ claim: 'constructor', value: 'Object', matchType: 'Contains' }, {})).toContain('this user')
})

test('a page without operators says so, and one that does not know leaves it to the service', () => {
  expect(operatorObstacle('none', {})).toContain('No user of this page')
  expect(operatorObstacle(undefined, {})).toBeUndefined()
})

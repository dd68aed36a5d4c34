import { expect, test } from 'vitest'

import { severityOf, worse } from '../../src/data/severity'

test('states of both vocabularies have a severity', () => {
  const states = ['NORMAL', 'ACTIVE', 'CRITICAL', 'WARNING', 'ACKNOWLEDGED', 'SNOOZE_DISABLED', 'toString', 0]
  expect(states.map(severityOf)).toEqual([
    'normal',
    'critical',
    'critical',
    'warning',
    'acknowledged',
    'acknowledged',
    undefined,
    undefined,
  ])
  expect(worse('warning', 'acknowledged')).toBe('warning')
  expect(worse('normal', 'critical')).toBe('critical')
})

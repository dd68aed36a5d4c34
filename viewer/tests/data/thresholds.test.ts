import { expect, test } from 'vitest'

import { thresholdsOf } from '../../src/data/thresholds'

const rule = (...statements: [expression: string, target: string][]) => ({
  statements: statements.map(([expression, target]) => ({ expression, target })),
})

test('a number has one threshold, of the first statement, with the colour of any rule', () => {
  const icons = rule(['t >= 80', 'iottwinmaker.common.icon:Error'], ['t >= 60', 'icon'], ['t < 60', 'icon'])
  const colours = rule(['t >= 80', 'iottwinmaker.common.color:#d13212'], ['t < 60', 'iottwinmaker.common.color:#1d8102'])

  expect(thresholdsOf([icons, colours], 't')).toEqual([
    { value: 60, text: '≥ 60', colour: '#1d8102' },
    { value: 80, text: '≥ 80', colour: '#d13212' },
  ])
})

test('comparisons of the property alone are thresholds, from either side', () => {
  const values = (expression: string, name = 't') => thresholdsOf([rule([expression, ''])], name).map(({ text }) => text)

  expect(values('t > 1.5 && t <= -3e2')).toEqual(['≤ -300', '> 1.5'])
  expect(values('80 < t')).toEqual(['> 80'])
  expect(values('oil-temp > 5', 'oil-temp')).toEqual(['> 5'])
  for (const other of ["t == 'ON'", 'rate > 5', 'st > 5', 't2 > 5', 't > limit', '']) expect(values(other)).toEqual([])
})

import { expect, test } from 'vitest'

import type { SceneDocument } from '../../src/scene/document'
import { legendRows } from '../../src/scene/legend'

const icon = (name: string): string => `iottwinmaker.common.icon:${name}`
const color = (value: string): string => `iottwinmaker.common.color:${value}`
const TRANSFORM = { position: [0, 0, 0], rotation: [0, 0, 0], scale: [1, 1, 1] } as const

test('a condition of several rules is one row, with its colour and its icon', () => {
  const scene: SceneDocument = {
    properties: {},
    rules: {
      icons: { statements: [{ expression: 'temperature >= 80', target: icon('Error') }, { expression: 'true', target: icon('Info') }] },
      colors: { statements: [{ expression: 'temperature >= 80', target: color('#d13212') }] },
      unused: { statements: [{ expression: "state == 'OFF'", target: color('#000000') }] },
    },
    roots: [
      {
        name: 'Machine',
        transform: TRANSFORM,
        components: [{ type: 'ModelShader', ruleBasedMapId: 'colors' }],
        children: [{ name: 'Tag', transform: TRANSFORM, components: [{ type: 'Tag', ruleBasedMapId: 'icons' }], children: [] }],
      },
    ],
  }

  expect(legendRows(scene)).toEqual([
    { text: 'temperature ≥ 80', color: '#d13212', icon: 'Error' },
    { text: 'otherwise', icon: 'Info' },
  ])
})

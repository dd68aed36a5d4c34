import { Vector3 } from 'three'
import { expect, test } from 'vitest'

import { formatPose, parsePose } from '../../src/scene/pose'

test('a pose is short as a text, and as precise as its distance asks for', () => {
  const near = { position: new Vector3(3.814159265, 3.9, 9.2), target: new Vector3(0, 1 / 3, 0) }
  const far = { position: new Vector3(0, 320, 1000), target: new Vector3(-12.3456, 0, 0) }
  expect(formatPose(near)).toBe('3.81,3.9,9.2,0,0.33,0')
  expect(formatPose(far)).toBe('0,320,1000,-12,0,0')
  expect(parsePose(formatPose(near))).toEqual({ position: new Vector3(3.81, 3.9, 9.2), target: new Vector3(0, 0.33, 0) })
})

test.each(['', '1,2,3', '1,2,3,4,5,x', '1,2,3,4,5,', '1,2,3,1,2,3', 'Infinity,0,0,0,0,0'])('"%s" is no pose', (text) => {
  expect(parsePose(text)).toBeUndefined()
})

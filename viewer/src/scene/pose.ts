/** The pose of a camera as a text, for links. */

import { Vector3 } from 'three'
import type { Pose } from './camera_rig'

/** Format a pose as six numbers with commas between them: the position, and the point that the camera looks at. */
export function formatPose({ position, target }: Pose): string {
  // Four digits of the distance are finer than a pixel.
  const step = 10 ** Math.floor(Math.log10(Math.max(position.distanceTo(target), 1e-6)) - 3)
  const digits = Math.max(0, -Math.round(Math.log10(step)))
  return [...position.toArray(), ...target.toArray()].map((value) => String(Number(value.toFixed(Math.min(digits, 10))))).join(',')
}

/** Parse a text that `formatPose` wrote; undefined if it is none. */
export function parsePose(text: string): Pose | undefined {
  const parts = text.split(',')
  const numbers = parts.map((part) => (part.trim() ? Number(part) : Number.NaN))
  if (numbers.length !== 6 || !numbers.every(Number.isFinite)) return undefined
  const [position, target] = [new Vector3().fromArray(numbers), new Vector3().fromArray(numbers, 3)]
  return position.equals(target) ? undefined : { position, target }
}

/** The range and the ticks of a value axis. Pure. */

/** Parts of the height that stay free above and below the values. */
const PADDING = 0.1
/** Least height of the axis, as a part of the values: smaller differences are noise of computing. */
const LEAST_SPAN = 1e-10
/** A limit is on the axis if that makes the axis at most this many times as high. */
const MAX_STRETCH = 3

/**
 * The range of an axis for values between two numbers.
 *
 * @param isWhole Whether all values are whole numbers. The axis then has room for ticks at whole numbers.
 * @param limits Limits that are drawn as lines. The axis includes those that are near.
 */
export function axisRange(min: number, max: number, isWhole: boolean, limits: readonly number[]): [number, number] {
  const size = Math.max(Math.abs(min), Math.abs(max))
  const leastSpan = isWhole ? 2 : size * LEAST_SPAN || 1
  let [low, high] = [min, max]
  if (max - min < leastSpan) [low, high] = [(min + max - leastSpan) / 2, (min + max + leastSpan) / 2]
  if (min >= 0 && low < 0) [low, high] = [0, high - low]
  const mostSpan = (high - low) * MAX_STRETCH
  for (const limit of [...limits].sort((a, b) => distance(a, min, max) - distance(b, min, max))) {
    if (Math.max(high, limit) - Math.min(low, limit) > mostSpan) continue
    low = Math.min(low, limit)
    high = Math.max(high, limit)
  }
  const padding = (high - low) * PADDING
  return [low >= 0 ? Math.max(low - padding, 0) : low - padding, high + padding]
}

function distance(value: number, min: number, max: number): number {
  return Math.max(min - value, value - max, 0)
}

/** Distances of ticks: 1, 2 and 5 times each power of ten. */
export function tickDistances(isWhole: boolean): number[] {
  const distances: number[] = []
  for (let exponent = isWhole ? 0 : -15; exponent <= 15; exponent += 1) {
    // Parsed, as powers of ten below 1 are not exact.
    for (const digit of [1, 2, 5]) distances.push(Number(`${digit}e${exponent}`))
  }
  return distances
}

/** The labels of ticks: with as many decimals as their distance has, so that no two are equal. */
export function tickLabels(ticks: readonly number[], tickDistance: number, locale?: string): string[] {
  const decimals = Math.min(Math.max(-Math.floor(Math.log10(tickDistance) + 1e-9), 0), 15)
  const size = Math.max(...ticks.map(Math.abs), 0)
  const isShort = size < 1e9 && (size === 0 || decimals <= 6)
  const format = new Intl.NumberFormat(
    locale,
    isShort
      ? { minimumFractionDigits: decimals, maximumFractionDigits: decimals }
      : { notation: 'scientific', maximumFractionDigits: Math.min(Math.max(Math.ceil(Math.log10(size / tickDistance)), 0), 15) },
  )
  // Adding 0 turns -0 into 0.
  return ticks.map((tick) => format.format(tick + 0))
}

/** Joins points on the screen that would cover each other. */

/** A point on the screen, in pixels. */
export interface Point {
  readonly x: number
  readonly y: number
  /** Smaller ones stand for the others of their cluster. */
  readonly rank: number
  /** Whether the point is in no cluster with others, such as the selected one. */
  readonly isAlone: boolean
}

/**
 * Join points that are nearer to each other than a distance.
 *
 * @returns The points of each cluster, the one that stands for it first.
 */
export function clusterPoints<T extends Point>(points: readonly T[], distance: number): T[][] {
  const cells = new Map<number, T[][]>()
  const clusters: T[][] = []
  for (const point of points.toSorted((one, other) => one.rank - other.rank)) {
    const [column, row] = [Math.floor(point.x / distance), Math.floor(point.y / distance)]
    const near = point.isAlone ? undefined : nearest(cells, point, column, row, distance)
    if (near) {
      near.push(point)
      continue
    }
    const cluster = [point]
    clusters.push(cluster)
    if (point.isAlone) continue
    const key = keyOf(column, row)
    cells.set(key, [...(cells.get(key) ?? []), cluster])
  }
  return clusters
}

function nearest<T extends Point>(
  cells: ReadonlyMap<number, T[][]>,
  point: T,
  column: number,
  row: number,
  distance: number,
): T[] | undefined {
  let closest: T[] | undefined
  let least = distance
  for (let x = column - 1; x <= column + 1; x++) {
    for (let y = row - 1; y <= row + 1; y++) {
      for (const cluster of cells.get(keyOf(x, y)) ?? []) {
        const apart = Math.hypot(cluster[0]!.x - point.x, cluster[0]!.y - point.y)
        if (apart < least) [closest, least] = [cluster, apart]
      }
    }
  }
  return closest
}

/** A number for a cell; the canvas has fewer than 100,000 rows. */
function keyOf(column: number, row: number): number {
  return column * 100_000 + row
}

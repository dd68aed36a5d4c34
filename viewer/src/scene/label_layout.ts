/** Finds places on the screen at which labels cover neither each other nor what they belong to. */

/** A rectangle on the screen, in CSS pixels. */
export interface Area {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

export function overlaps(one: Area, other: Area): boolean {
  return one.left < other.right && one.right > other.left && one.top < other.bottom && one.bottom > other.top
}

/** Areas that are taken, in cells, so that thousands of them can be asked for. */
export class TakenAreas {
  private readonly cells = new Map<string, Area[]>()

  /** @param size Edge of a cell in CSS pixels. */
  constructor(private readonly size = 128) {}

  add(area: Area): void {
    for (const key of this.keys(area)) {
      const areas = this.cells.get(key)
      if (areas) areas.push(area)
      else this.cells.set(key, [area])
    }
  }

  isFree(area: Area): boolean {
    return this.keys(area).every((key) => (this.cells.get(key) ?? []).every((taken) => !overlaps(area, taken)))
  }

  /** Take the first area that is free. @returns undefined if none is. */
  takeFirst(areas: readonly Area[]): Area | undefined {
    const area = areas.find((candidate) => this.isFree(candidate))
    if (area) this.add(area)
    return area
  }

  private keys({ left, top, right, bottom }: Area): string[] {
    const keys: string[] = []
    for (let x = Math.floor(left / this.size); x <= Math.floor(right / this.size); x++) {
      for (let y = Math.floor(top / this.size); y <= Math.floor(bottom / this.size); y++) keys.push(`${x},${y}`)
    }
    return keys
  }
}

/** The area of a label of a size, moved so that it is inside of a view. */
export function areaInside(left: number, top: number, width: number, height: number, viewWidth: number, viewHeight: number): Area {
  const x = Math.min(Math.max(left, 4), Math.max(viewWidth - width - 4, 4))
  const y = Math.min(Math.max(top, 4), Math.max(viewHeight - height - 4, 4))
  return { left: x, top: y, right: x + width, bottom: y + height }
}

/** What is placed at a point of a view, in CSS pixels. */
export interface Placement {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  /** How far it stays above and below the point. */
  readonly reach: number
  /** How far it stays beside the point; default: as above. */
  readonly beside?: number
}

/** Where a label can be, the best place first: above, because what it belongs to is below the point; else below or beside. */
export function placesAround({ x, y, width, height, reach, beside = reach }: Placement, view: { readonly width: number; readonly height: number }): Area[] {
  const places: readonly (readonly [number, number])[] = [
    [x - width / 2, y - reach - height],
    [x - width / 2, y + reach],
    [x + beside, y - height / 2],
    [x - beside - width, y - height / 2],
  ]
  return places.map(([left, top]) => areaInside(left, top, width, height, view.width, view.height))
}

import { expect, test } from 'vitest'

import { areaInside, overlaps, TakenAreas } from '../../src/scene/label_layout'

test('no two labels overlap at any width of the view, and each is inside of it', () => {
  for (const width of [360, 390, 768, 1_280, 1_920, 3_840]) {
    const taken = new TakenAreas()
    const placed = []
    for (let index = 0; index < 200; index++) {
      const [x, y] = [(index * 61) % width, (index * 97) % 700]
      const area = taken.takeFirst([0, -40, 40].map((dy) => areaInside(x, y + dy, 150, 20, width, 700)))
      if (area) placed.push(area)
    }
    expect(placed.length).toBeGreaterThan(width / 60)
    for (const [index, one] of placed.entries()) {
      expect(one.left).toBeGreaterThanOrEqual(0)
      expect(one.right).toBeLessThanOrEqual(width)
      expect(placed.slice(index + 1).some((other) => overlaps(one, other))).toBe(false)
    }
  }
})

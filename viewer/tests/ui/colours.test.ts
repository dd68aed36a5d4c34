import { expect, test } from 'vitest'

import { type Colour, SHAPE_PAIRS, TEXT_PAIRS, THEMES } from '../../src/ui/colours'

/** Contrast of two colours by WCAG 2.2, from 1 to 21. */
function contrast(a: string, b: string): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((first, second) => second - first) as [number, number]
  return (light + 0.05) / (dark + 0.05)
}

function luminance(colour: string): number {
  const [red, green, blue] = [1, 3, 5].map((offset) => {
    const part = Number.parseInt(colour.slice(offset, offset + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  }) as [number, number, number]
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

const THEME_NAMES = ['light', 'dark'] as const
const inBothThemes = (pairs: readonly (readonly [Colour, Colour])[]) =>
  THEME_NAMES.flatMap((theme) => pairs.map(([colour, background]) => ({ theme, colour, background })))

test('black on white is 21 to 1', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21)
})

test.each(inBothThemes(TEXT_PAIRS))('text is legible: $theme $colour on $background', ({ theme, colour, background }) => {
  expect(contrast(THEMES[theme][colour], THEMES[theme][background])).toBeGreaterThanOrEqual(4.5)
})

test.each(inBothThemes(SHAPE_PAIRS))('shapes are visible: $theme $colour on $background', ({ theme, colour, background }) => {
  expect(contrast(THEMES[theme][colour], THEMES[theme][background])).toBeGreaterThanOrEqual(3)
})

const BACKGROUNDS = ['page', 'surface', 'raised', 'selected', 'accent', 'critical', 'warning', 'acknowledged', 'normal'] as const

test.each(THEME_NAMES.flatMap((theme) => BACKGROUNDS.map((background) => ({ theme, background }))))(
  'one of the two focus rings is visible: $theme on $background',
  ({ theme, background }) => {
    const { accent, surface, [background]: around } = THEMES[theme]
    expect(Math.max(contrast(accent, around), contrast(surface, around))).toBeGreaterThanOrEqual(3)
    expect(contrast(accent, surface)).toBeGreaterThanOrEqual(3)
  },
)

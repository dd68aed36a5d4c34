/** Colours of the light and the dark theme. Their contrast is tested against WCAG 2.2 AA. */

export type Theme = 'light' | 'dark'

export const THEMES = {
  light: {
    page: '#f4f5f7',
    surface: '#ffffff',
    raised: '#e9edf2',
    text: '#16191f',
    muted: '#4f5b68',
    line: '#c5ccd4',
    edge: '#727f8c',
    accent: '#0659b0',
    onAccent: '#ffffff',
    selected: '#d6e8fb',
    critical: '#c02e1d',
    warning: '#8a5300',
    acknowledged: '#5b6470',
    normal: '#1b7a1f',
    onSeverity: '#ffffff',
    series1: '#0659b0',
    series2: '#b8430b',
    series3: '#1b7a1f',
    series4: '#8b2fc9',
    series5: '#a3195b',
    series6: '#006d77',
    series7: '#705c00',
    series8: '#4f5b68',
  },
  dark: {
    page: '#10151c',
    surface: '#181f29',
    raised: '#242e3b',
    text: '#e8ecf1',
    muted: '#a5b1bf',
    line: '#364252',
    edge: '#7d8b9b',
    accent: '#6cb4ff',
    onAccent: '#0b1119',
    selected: '#1f4066',
    critical: '#ff8577',
    warning: '#f2b23d',
    acknowledged: '#b4bfcb',
    normal: '#6fce74',
    onSeverity: '#0b1119',
    series1: '#6cb4ff',
    series2: '#ffa066',
    series3: '#6fce74',
    series4: '#d19bff',
    series5: '#ff8fbb',
    series6: '#4fd1db',
    series7: '#e2c94f',
    series8: '#a5b1bf',
  },
} as const satisfies Record<Theme, Record<string, string>>

export type Colour = keyof (typeof THEMES)['light']

export const SERIES_COLOURS = [
  'series1',
  'series2',
  'series3',
  'series4',
  'series5',
  'series6',
  'series7',
  'series8',
] as const satisfies readonly Colour[]

/** Text and background: the contrast is at least 4.5 to 1. */
export const TEXT_PAIRS: readonly (readonly [Colour, Colour])[] = [
  ['text', 'page'],
  ['text', 'surface'],
  ['text', 'raised'],
  ['text', 'selected'],
  ['muted', 'page'],
  ['muted', 'surface'],
  ['muted', 'raised'],
  ['muted', 'selected'],
  ['accent', 'surface'],
  ['accent', 'page'],
  ['onAccent', 'accent'],
  ['critical', 'surface'],
  ['critical', 'page'],
  ['warning', 'surface'],
  ['warning', 'page'],
  ['normal', 'surface'],
  ['acknowledged', 'surface'],
  ['onSeverity', 'critical'],
  ['onSeverity', 'warning'],
  ['onSeverity', 'acknowledged'],
  ['onSeverity', 'normal'],
]

/** Lines or borders of controls, and background: the contrast is at least 3 to 1. */
export const SHAPE_PAIRS: readonly (readonly [Colour, Colour])[] = [
  ['edge', 'surface'],
  ['edge', 'page'],
  ['accent', 'raised'],
  ['accent', 'selected'],
  ...SERIES_COLOURS.map((name) => [name, 'surface'] as const),
]

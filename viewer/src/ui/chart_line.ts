/** A series in the charts, and its colour. */

import type { Series } from '../data/series'
import type { Threshold } from '../data/thresholds'
import { SERIES_COLOURS } from './colours'

/** A series with what the charts write at it. */
export interface ChartLine {
  readonly series: Series
  readonly label: string
  readonly unit: string
  readonly thresholds: readonly Threshold[]
}

/** The colour of a series, by its position in the charts. */
export function colourName(index: number): (typeof SERIES_COLOURS)[number] {
  return SERIES_COLOURS[index % SERIES_COLOURS.length] as (typeof SERIES_COLOURS)[number]
}

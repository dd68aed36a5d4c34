/** Series of states: spans on bars below the lines of a chart. */

import { stateSpans } from '../data/plot'
import { severityOf } from '../data/severity'
import { formatKey } from '../state/link'
import { h } from './dom'
import { formatTime } from './format'
import type { ChartLine } from './chart_line'

/** Create a bar for each series, for a range of which the times after `until` have no state yet. */
export function createStrips(lines: readonly ChartLine[], from: number, to: number, until: number): HTMLElement[] {
  return lines.map(({ series, label }) => {
    const spans = stateSpans(series, from, until)
    const description = spans.map((span) => `${span.state} from ${formatTime(span.from)}`).join('; ')
    const text = `${label}: ${description || 'no state in this time range'}`
    const bar = h('div', { class: 'strip-bar', role: 'img', 'aria-label': text })
    for (const span of spans) {
      const part = h('span', { title: `${span.state}, from ${formatTime(span.from)} to ${formatTime(span.to)}` })
      part.textContent = span.state
      part.dataset['severity'] = severityOf(span.state) ?? 'none'
      part.style.left = `${((span.from - from) / (to - from)) * 100}%`
      part.style.width = `${((span.to - span.from) / (to - from)) * 100}%`
      bar.append(part)
    }
    return h('div', { class: 'strip', 'data-series': formatKey(series.key) }, h('span', {}, label), bar)
  })
}

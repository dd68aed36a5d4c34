/** Draws the icons of tags. Their shapes differ as well as their colours, for users who cannot tell colours apart. */

import type { Freshness } from '../context'
import type { Icon } from '../facts'

const COLORS: Readonly<Record<Icon, string>> = {
  Info: '#0972d3',
  Warning: '#ffb300',
  Error: '#d13212',
  Video: '#545b64',
  Custom: '#6237a7',
}

/** For canvases that become textures: keeps them in main memory. With software WebGL, reading them back takes seconds. */
export const TEXTURE_CANVAS_SETTINGS: CanvasRenderingContext2DSettings = { willReadFrequently: true }

// SVG paths in a square of 24 by 24.
const CIRCLE = 'M12 1a11 11 0 1 1 0 22a11 11 0 1 1 0-22z'
const OUTLINES: Readonly<Record<Icon, string>> = {
  Info: CIRCLE,
  Warning: 'M12 1.5c.8 0 1.5.4 1.9 1.1l8.8 16c.8 1.5-.2 3.4-1.9 3.4H3.2c-1.7 0-2.7-1.9-1.9-3.4l8.8-16c.4-.7 1.1-1.1 1.9-1.1z',
  Error: 'M7.5 1h9L23 7.5v9L16.5 23h-9L1 16.5v-9z',
  Video: 'M4 3h16a3 3 0 0 1 3 3v12a3 3 0 0 1-3 3H4a3 3 0 0 1-3-3V6a3 3 0 0 1 3-3z',
  Custom: CIRCLE,
}
const GLYPHS: Readonly<Record<Icon, string>> = {
  Info: 'M10.4 10h3.2v8.5h-3.2zM12 4.8a1.9 1.9 0 1 1 0 3.8a1.9 1.9 0 1 1 0-3.8z',
  Warning: 'M10.6 8h2.8l-.4 7h-2zM12 16.2a1.6 1.6 0 1 1 0 3.2a1.6 1.6 0 1 1 0-3.2z',
  Error: 'M8.2 6.2L12 10l3.8-3.8l2 2L14 12l3.8 3.8l-2 2L12 14l-3.8 3.8l-2-2L10 12L6.2 8.2z',
  Video: 'M9 7.5l8 4.5l-8 4.5z',
  Custom: 'M12 7a5 5 0 1 1 0 10a5 5 0 1 1 0-10z',
}

/** Glyphs of common `iconName`s. Other names show a dot. */
const NAMED_GLYPHS: Readonly<Record<string, string>> = {
  bell: 'M12 4.5c3 0 4.6 2.2 4.6 5v4l1.9 2.5h-13l1.9-2.5v-4c0-2.8 1.6-5 4.6-5zM10 17h4a2 2 0 0 1-4 0z',
  bolt: 'M13.5 4L6.5 13.3h4.2L9.8 20l7.7-10h-4.6z',
  fire: 'M12.5 4c.5 3 4.5 4.8 4.5 9.3a5 5 0 0 1-10 0c0-2 1-3.4 2-4.3c.2 1.2.8 2 1.6 2.3c-.3-2.8.2-5.3 1.9-7.3z',
  droplet: 'M12 4c2.6 3.4 5 6.3 5 9.4a5 5 0 0 1-10 0C7 10.3 9.4 7.4 12 4z',
  lightbulb: 'M12 4.5a5 5 0 0 1 3 9v2.5H9v-2.5a5 5 0 0 1 3-9zM9.5 17h5v1.2h-5zM10.5 19h3v1h-3z',
  'temperature-half': 'M10.4 5.6a1.6 1.6 0 0 1 3.2 0v7.2a3.6 3.6 0 1 1-3.2 0z',
  lock: 'M8.5 10.5V9a3.5 3.5 0 0 1 7 0v1.5h1.3V18H7.2v-7.5zM10.3 10.5h3.4V9a1.7 1.7 0 0 0-3.4 0z',
  check: 'M10.2 16.9L5.7 12.4l1.8-1.8l2.7 2.7l6.3-6.3l1.8 1.8z',
  xmark: GLYPHS.Error,
  info: GLYPHS.Info,
  play: GLYPHS.Video,
  exclamation: 'M10.5 5h3l-.5 8.5h-2zM12 15.2a1.8 1.8 0 1 1 0 3.6a1.8 1.8 0 1 1 0-3.6z',
}

export interface IconStyle {
  readonly icon: Icon
  /** Colour of a `Custom` icon; other icons have their own. */
  readonly color?: string | undefined
  readonly iconName?: string | undefined
  readonly isSelected: boolean
  /** A value that is not current has a pale icon with a mark: a clock if it is stale, a stroke if reading it failed. */
  readonly freshness?: Freshness
  /** How many icons it stands for, if more than one. */
  readonly count?: number
}

/** Draw an icon into a square of `size` pixels with its upper left corner at `x`, `y`. */
export function drawIcon(context: CanvasRenderingContext2D, style: IconStyle, size: number, x: number, y: number): void {
  const { icon, color, iconName, isSelected, freshness = 'current', count = 1 } = style
  const margin = size / 8
  const scale = (size - 2 * margin) / 24
  context.setTransform(scale, 0, 0, scale, x + margin, y + margin)
  const outline = new Path2D(OUTLINES[icon])
  context.lineJoin = 'round'
  if (isSelected) {
    context.lineWidth = 6
    context.strokeStyle = '#0a84ff'
    context.stroke(outline)
  }
  context.lineWidth = 2.5
  context.strokeStyle = '#ffffff'
  context.stroke(outline)
  context.fillStyle = COLORS[icon]
  if (icon === 'Custom' && color) context.fillStyle = color // An invalid colour leaves the fill style as it is.
  context.fill(outline)
  context.fillStyle = icon === 'Warning' ? '#16191f' : '#ffffff'
  context.fill(new Path2D((icon === 'Custom' && NAMED_GLYPHS[iconName ?? '']) || GLYPHS[icon]))
  if (freshness !== 'current') {
    context.globalAlpha = 0.62
    context.fillStyle = '#c4cad1'
    context.fill(outline)
    context.globalAlpha = 1
    drawBadge(context, 'lower')
    context.stroke(new Path2D(freshness === 'stale' ? 'M19 15.2V19H21.8' : 'M16.2 21.8L21.8 16.2'))
  }
  if (count > 1) {
    drawBadge(context, 'upper')
    context.fillStyle = '#16191f'
    context.font = `bold ${count > 9 ? 6.5 : 9}px system-ui, sans-serif`
    context.textAlign = 'center'
    context.textBaseline = 'middle'
    context.fillText(count > 99 ? '99+' : String(count), 19.2, 5.2)
  }
}

/** Draw a white disc at a corner of the icon, with a stroke set for what is drawn on it. */
function drawBadge(context: CanvasRenderingContext2D, corner: 'upper' | 'lower'): void {
  context.beginPath()
  context.arc(19.2, corner === 'upper' ? 5 : 19, 6, 0, 2 * Math.PI)
  context.fillStyle = '#ffffff'
  context.fill()
  context.lineWidth = 1.6
  context.lineCap = 'round'
  context.strokeStyle = '#16191f'
  context.stroke()
}

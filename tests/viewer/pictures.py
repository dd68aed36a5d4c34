"""Looks at pictures, by the browser, for that reads them fast."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

_READ = """
const read = async (text) => {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))
  const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }))
  const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d')
  context.drawImage(bitmap, 0, 0)
  return context.getImageData(0, 0, bitmap.width, bitmap.height)
}
"""
_DIFFERENCE = f"""async ([one, other, tolerance]) => {{
  {_READ}
  const [a, b] = [await read(one), await read(other)]
  if (a.width !== b.width || a.height !== b.height) return 1
  let count = 0
  for (let at = 0; at < a.data.length; at += 4) {{
    const far = (offset) => Math.abs(a.data[at + offset] - b.data[at + offset]) > tolerance
    if (far(0) || far(1) || far(2)) count += 1
  }}
  return count / (a.width * a.height)
}}"""
_COUNT = f"""async ([picture, colour, tolerance]) => {{
  {_READ}
  const {{ data }} = await read(picture)
  // By hue, for light and shade change the rest.
  const hue = (r, g, b) => {{
    const [most, least] = [Math.max(r, g, b), Math.min(r, g, b)]
    if (most - least < 60) return undefined
    const part = (most === r ? (g - b) : most === g ? (b - r) : (r - g)) / (most - least)
    return (60 * (part + (most === r ? 0 : most === g ? 2 : 4)) + 360) % 360
  }}
  const wanted = hue(...[1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16)))
  let count = 0
  for (let at = 0; at < data.length; at += 4) {{
    const found = hue(data[at], data[at + 1], data[at + 2])
    if (found === undefined) continue
    const apart = Math.abs(found - wanted)
    if (Math.min(apart, 360 - apart) <= tolerance) count += 1
  }}
  return count
}}"""


class Pictures:
    """Compares and counts.

    Args:
        page: An empty page.
    """

    def __init__(self, page: Page) -> None:
        self._page = page

    def difference(self, one: bytes, other: bytes, *, tolerance: int = 40) -> float:
        """The part of all pixels that differ, from 0 to 1; 1 if the sizes differ.

        Args:
            one: A PNG.
            other: Another one.
            tolerance: Difference of red, green or blue, up to 255, that does not count.
        """
        found: float = self._page.evaluate(_DIFFERENCE, [_text(one), _text(other), tolerance])
        return found

    def count(self, picture: bytes, colour: str, *, tolerance: int = 12) -> int:
        """How many pixels have the hue of a colour.

        Args:
            picture: A PNG.
            colour: Such as `#d13212`.
            tolerance: Degrees.
        """
        found: int = self._page.evaluate(_COUNT, [_text(picture), colour, tolerance])
        return found


def _text(picture: bytes) -> str:
    return base64.b64encode(picture).decode()

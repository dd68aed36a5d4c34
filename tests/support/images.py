"""Compares screenshots and counts their pixels. The browser does it, as it decodes images fast."""

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
_DIFFERENCE = f"""async ([first, second, tolerance]) => {{
  {_READ}
  const [a, b] = [await read(first), await read(second)]
  if (a.width !== b.width || a.height !== b.height) return 1
  let count = 0
  for (let pixel = 0; pixel < a.data.length; pixel += 4) {{
    const differs = (channel) => Math.abs(a.data[pixel + channel] - b.data[pixel + channel]) > tolerance
    if (differs(0) || differs(1) || differs(2)) count += 1
  }}
  return count / (a.width * a.height)
}}"""
_COUNT = f"""async ([image, colour, tolerance]) => {{
  {_READ}
  const {{ data }} = await read(image)
  // Compare hues, because light and shadow change saturation and brightness.
  const hue = (r, g, b) => {{
    const [max, min] = [Math.max(r, g, b), Math.min(r, g, b)]
    if (max - min < 60) return undefined
    const part = (max === r ? (g - b) : max === g ? (b - r) : (r - g)) / (max - min)
    return (60 * (part + (max === r ? 0 : max === g ? 2 : 4)) + 360) % 360
  }}
  const expected = hue(...[1, 3, 5].map((offset) => parseInt(colour.slice(offset, offset + 2), 16)))
  let count = 0
  for (let pixel = 0; pixel < data.length; pixel += 4) {{
    const actual = hue(data[pixel], data[pixel + 1], data[pixel + 2])
    if (actual === undefined) continue
    const difference = Math.abs(actual - expected)
    if (Math.min(difference, 360 - difference) <= tolerance) count += 1
  }}
  return count
}}"""


class ImageReader:
    """Reads PNG images.

    Args:
        page: An empty page.
    """

    def __init__(self, page: Page) -> None:
        self._page = page

    def difference(self, first: bytes, second: bytes, *, tolerance: int = 40) -> float:
        """Return the fraction of pixels that differ, from 0 to 1; 1 if the sizes differ.

        Args:
            first: A PNG.
            second: Another PNG.
            tolerance: Allowed difference of red, green and blue, up to 255.
        """
        fraction: float = self._page.evaluate(_DIFFERENCE, [_base64(first), _base64(second), tolerance])
        return fraction

    def count(self, image: bytes, colour: str, *, tolerance: int = 12) -> int:
        """Return the number of pixels with the hue of a colour.

        Args:
            image: A PNG.
            colour: For example ``#d13212``.
            tolerance: Allowed difference of the hue in degrees.
        """
        pixels: int = self._page.evaluate(_COUNT, [_base64(image), colour, tolerance])
        return pixels


def _base64(image: bytes) -> str:
    return base64.b64encode(image).decode()

"""AWS IoT App Kit's scene viewer, as `make conformance` builds it, on a twin of this machine."""

from __future__ import annotations

import mimetypes
from pathlib import Path
from typing import Any

DIST = Path(__file__).parents[1] / "conformance" / "dist"
BUCKET = "app-kit-viewer"

# The scene that the viewer draws, and its tags, which cannot be read from the canvas.
CATCH_SCENE = "addEventListener('twinmaker:scene-loaded', ({detail}) => { globalThis.drawn = detail.scene })"
ICONS = """() => {
  const icons = {}
  globalThis.drawn?.traverse((one) => {
    if (one.visualState === undefined) return
    let node = one
    while (!node.userData?.nodeRef) node = node.parent
    const at = node.position.toArray().map((n) => n.toFixed(2)).join(' ')
    icons[at] = one.visualState
  })
  return icons
}"""


def upload(s3: Any) -> str:
    """Put the viewer into a bucket, where it is on the API's own origin; return the path of its page.

    Raises:
        FileNotFoundError: It is not built.
    """
    s3.create_bucket(Bucket=BUCKET)
    files = [path for path in DIST.rglob("*") if path.is_file()]
    if not files:
        raise FileNotFoundError(f"{DIST} is empty; `make conformance` builds it")
    for path in files:
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        key = path.relative_to(DIST).as_posix()
        s3.put_object(Bucket=BUCKET, Key=key, Body=path.read_bytes(), ContentType=kind)
    return f"/{BUCKET}/index.html"

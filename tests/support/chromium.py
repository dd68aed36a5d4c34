"""Debian's Chromium, driven by Playwright: headless, with software rendering if there is no GPU."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

NAMES = ("chromium", "chromium-browser", "google-chrome")

# No requests for updates, and WebGL without a GPU.
FLAGS = (
    "--no-sandbox",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--ignore-gpu-blocklist",
    # Only WebGL goes through the software GPU: the processor itself paints pages faster.
    "--disable-gpu-compositing",
    "--disable-gpu-rasterization",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    # Compiled shaders stay for later programs, as when a page shows its next scene: compiling them is most of
    # the work of the software GPU.
    "--enable-angle-features=preferGlobalPipelineCache",
    # Pages of one context and site have one process, so that scripts and fonts are loaded once.
    "--process-per-site",
    # Text is rendered in the same way on every machine that has the font.
    "--font-render-hinting=none",
)


def find() -> str | None:
    """Return the path of a Chromium, or None. The variable ``TWIN_CHROMIUM`` overrides it."""
    return os.environ.get("TWIN_CHROMIUM") or next(
        (path for name in NAMES if (path := shutil.which(name))), None
    )


@contextmanager
def browser() -> Iterator[Browser]:
    """Run a Chromium.

    Raises:
        FileNotFoundError: No Chromium is installed.
    """
    from playwright.sync_api import sync_playwright  # noqa: PLC0415

    path = find()
    if path is None:
        raise FileNotFoundError("no Chromium; install Debian's package chromium")
    with sync_playwright() as playwright:
        instance = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        try:
            yield instance
        finally:
            instance.close()

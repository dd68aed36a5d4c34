"""Debian's Chromium, driven by Playwright: headless, and drawing on the processor where no card is."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

NAMES = ("chromium", "chromium-browser", "google-chrome")

# It asks nobody for updates, and WebGL works without a graphics card.
FLAGS = (
    "--no-sandbox",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--ignore-gpu-blocklist",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    # Letters look the same on every machine that has the font.
    "--font-render-hinting=none",
)


def find() -> str | None:
    """Return the path of a Chromium, or None; `TWIN_CHROMIUM` names one."""
    return os.environ.get("TWIN_CHROMIUM") or next(
        (path for name in NAMES if (path := shutil.which(name))), None
    )


@contextmanager
def browser() -> Iterator[Browser]:
    """Run a Chromium.

    Raises:
        FileNotFoundError: None is installed.
    """
    from playwright.sync_api import sync_playwright  # noqa: PLC0415

    path = find()
    if path is None:
        raise FileNotFoundError("no Chromium; install Debian's package chromium")
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        try:
            yield found
        finally:
            found.close()

"""Paths of the Lambda code and of the page."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from twin_stack.errors import TwinError

PAGE_NOT_BUILT: Final = "the page is not built: run `make page`, which needs Node 20.19 or newer, and npm"
"""Message for users where ``built_page`` returns None."""

_PACKAGE: Final = Path(__file__).resolve().parent


def asset_path(name: str) -> Path:
    """Return a folder of package data: of the installed package, else of the repository.

    Args:
        name: A folder that the wheel holds in ``twin_stack/_assets``, such as ``lambdas``.

    Raises:
        TwinError: It is in neither place, so the package is damaged.
    """
    places = (_PACKAGE / "_assets" / name, _PACKAGE.parent / name)
    for place in places:
        if place.is_dir():
            return place
    searched = " and ".join(f'"{place}"' for place in places)
    raise TwinError(
        f'the folder "{name}" of twin-stack is missing, searched in {searched}; install twin-stack again'
    )


def built_page() -> Path | None:
    """Return the folder of the page that shows a twin; None where it is not built."""
    folder = _PACKAGE / "_assets" / "page"
    return folder if (folder / "index.html").is_file() else None

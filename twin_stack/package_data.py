"""Where the Lambda code and the page lie."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from twin_stack.errors import TwinError

PAGE_NOT_BUILT: Final = "the page is not built: run `make page`, which needs Node 20.19 or newer, and npm"
"""What to do where `built_page` is None."""

_PACKAGE: Final = Path(__file__).resolve().parent


def asset_path(name: str) -> Path:
    """The folder `name` as it was shipped: in the installed package, else in the repository.

    Args:
        name: a folder that the wheel carries under `twin_stack/_assets`, such as `lambdas`.

    Raises:
        TwinError: neither place has it, so the package is damaged.
    """
    places = (_PACKAGE / "_assets" / name, _PACKAGE.parent / name)
    for place in places:
        if place.is_dir():
            return place
    searched = " and ".join(f'"{place}"' for place in places)
    raise TwinError(f'the folder "{name}" of twin-stack is missing, looked at {searched}; install again')


def built_page() -> Path | None:
    """The folder of the page that shows a twin, or None where it is not built: that needs Node and npm."""
    folder = _PACKAGE / "_assets" / "page"
    return folder if (folder / "index.html").is_file() else None

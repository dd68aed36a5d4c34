"""Where the Lambda code lies."""

from __future__ import annotations

from pathlib import Path
from typing import Final

_PACKAGE: Final = Path(__file__).resolve().parent


def asset_path(name: str) -> Path:
    """The folder `name` as it was shipped: in the installed package, else in the repository.

    Args:
        name: a folder that the wheel carries under `twin_stack/_assets`, such as `lambdas`.

    Raises:
        FileNotFoundError: neither place has it, so the package is damaged.
    """
    places = (_PACKAGE / "_assets" / name, _PACKAGE.parent / name)
    for place in places:
        if place.is_dir():
            return place
    searched = " and ".join(f'"{place}"' for place in places)
    raise FileNotFoundError(
        f'the folder "{name}" of twin-stack is missing, looked at {searched}; install again'
    )

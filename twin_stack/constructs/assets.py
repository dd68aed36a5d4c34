"""Where the Lambda code lies, and what of a folder travels."""

from __future__ import annotations

from pathlib import Path
from typing import Final

_PACKAGE: Final = Path(__file__).resolve().parent.parent

PYTHON_LEFTOVERS: Final = ("__pycache__", "*.pyc")
"""Written by running the code. In an asset they would change its hash and redeploy it."""


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


def only(*names: str) -> list[str]:
    """Exclude patterns (git style) that leave nothing but `names` at the top of a folder.

    Naming what stays, not what goes: a folder that appears beside them later, changes no hash.
    """
    return ["/*", *(f"!/{name}" for name in names), *PYTHON_LEFTOVERS, ".*"]

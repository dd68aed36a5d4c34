"""Exclude patterns of the assets that this package uploads."""

from __future__ import annotations

from typing import Final

PYTHON_LEFTOVERS: Final = ("__pycache__", "*.pyc")
"""Files that running the code leaves. In an asset they would change its hash and cause a new deployment."""


def exclude_all_but(*names: str) -> list[str]:
    """Return git-style exclude patterns that keep nothing but some names at the top of a folder.

    An allow list, so that a folder that is added later does not change the asset's hash.

    Args:
        *names: The names to keep.
    """
    return ["/*", *(f"!/{name}" for name in names), *PYTHON_LEFTOVERS, ".*"]

"""What of a folder travels in an asset."""

from __future__ import annotations

from typing import Final

PYTHON_LEFTOVERS: Final = ("__pycache__", "*.pyc")
"""Written by running the code. In an asset they would change its hash and redeploy it."""


def only(*names: str) -> list[str]:
    """Exclude patterns (git style) that leave nothing but `names` at the top of a folder.

    Naming what stays, not what goes: a folder that appears beside them later, changes no hash.
    """
    return ["/*", *(f"!/{name}" for name in names), *PYTHON_LEFTOVERS, ".*"]

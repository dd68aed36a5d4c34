"""Small models in a folder of a test."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin_stack.definition import check

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

TWIN = "workspaceId: my-twin\nconnectors: {telemetry: {kind: dynamodb}}\n"


def write(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write the files of a model, ``twin.yaml`` among them."""
    for name, content in {"twin.yaml": TWIN, **files}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def found(folder: Path) -> list[str]:
    """The findings of a model, places relative to it."""
    return [str(finding).replace(f"{folder}/", "") for finding in check(folder)[1]]

"""Stacks of a cloud assembly, the folder that ``cdk synth`` writes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from twin_stack.client.errors import TwinClientError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_STACK, _NESTED = "aws:cloudformation:stack", "cdk:cloud-assembly"


def template_of(assembly: Path, stack: str | None) -> tuple[str, dict[str, Any]]:
    """Return the name and the template of a stack.

    Args:
        assembly: The folder.
        stack: Name of the stack, or its id in the app. Default: the only one.

    Raises:
        TwinClientError: The folder is no cloud assembly, or it is not clear which stack is meant.
    """
    if not (assembly / "manifest.json").is_file():
        raise TwinClientError(f"{assembly} is no cloud assembly; run `npx cdk synth --quiet` first")
    files = dict(_stacks(assembly))
    chosen = {names: file for names, file in files.items() if stack is None or stack in names}
    if len(chosen) != 1:
        names = ", ".join(sorted(name for name, _ in files)) or "none"
        problem = f"has {len(files)} stacks" if stack is None else f'has {len(chosen)} stacks named "{stack}"'
        raise TwinClientError(f"{assembly} {problem}; name one of: {names}")
    ((name, _), file) = next(iter(chosen.items()))
    template: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return name, template


def _stacks(assembly: Path) -> Iterator[tuple[tuple[str, str], Path]]:
    """Yield name and id of each stack with its template, those of stages too."""
    manifest = json.loads((assembly / "manifest.json").read_text(encoding="utf-8"))
    for artifact_id, artifact in manifest.get("artifacts", {}).items():
        properties = artifact.get("properties", {})
        if artifact["type"] == _STACK:
            name = properties.get("stackName", artifact_id)
            yield (name, artifact.get("displayName", artifact_id)), assembly / properties["templateFile"]
        elif artifact["type"] == _NESTED:
            yield from _stacks(assembly / properties["directoryName"])

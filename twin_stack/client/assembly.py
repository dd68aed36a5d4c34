"""Stacks of a cloud assembly, the folder that ``cdk synth`` writes."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

from twin_stack.client.errors import TwinClientError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_STACK, _NESTED = "aws:cloudformation:stack", "cdk:cloud-assembly"


def find_stack(assembly: Path, stack: str | None) -> tuple[str, Path]:
    """Return the name and the template file of a stack.

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
    return name, file


def read_template(file: Path) -> dict[str, Any]:
    """Return a template.

    Args:
        file: Its file.
    """
    template: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return template


def write_import_app(assembly: Path, file: Path, logical_ids: Iterable[str], target: Path) -> None:
    """Write a copy of a cloud assembly with which resources are imported before what they wait for.

    ``cdk import`` creates nothing else, so it refuses a ``DependsOn`` that names what is created later. The
    next deployment adds it again, which changes no resource.

    Args:
        assembly: The cloud assembly.
        file: Template file of the stack.
        logical_ids: Resources that are imported, of which ``DependsOn`` is left out.
        target: Folder to write, which must not exist.
    """
    shutil.copytree(assembly, target)
    template = read_template(file)
    for logical_id in logical_ids:
        template["Resources"][logical_id].pop("DependsOn", None)
    (target / file.relative_to(assembly)).write_text(json.dumps(template), encoding="utf-8")


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

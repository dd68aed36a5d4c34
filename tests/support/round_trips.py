"""Imports, exports and comparisons for tests of round trips."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twin_stack.definition import Severity
from twin_stack.formats.frame import write_definition
from twin_stack.formats.kinds import KINDS, ExportOptions, ImportOptions

if TYPE_CHECKING:
    from pathlib import Path

    from twin_stack.definition import Finding


def silent(_line: str) -> None:
    """Take a line of progress."""


def no_client(service: str) -> Any:
    """Refuse to make a client: the sources are files."""
    raise AssertionError(service)


def import_into(kind: str, source: Path, folder: Path, *, workspace_id: str = "my-twin") -> list[Finding]:
    """Import a source, which must give a definition without errors, and return the losses."""
    options = ImportOptions(workspace_id=workspace_id, client=no_client, progress=silent)
    imported = KINDS[kind].reader().import_twin(str(source), options)
    written = write_definition(imported, folder)
    assert [str(finding) for finding in written.findings if finding.severity is Severity.ERROR] == []
    return sorted(imported.losses)


def export_from(kind: str, model: Path, target: Path) -> list[Finding]:
    """Export a definition and return the losses."""
    options = ExportOptions(force=False, progress=silent)
    return sorted(KINDS[kind].writer().export_twin(model, target, options).losses)

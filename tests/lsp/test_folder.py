"""The folder of a twin with unsaved text in place of files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.definition.models import write
from tests.lsp.definitions import ENTITIES, FILES
from twin_stack.lsp.folder import OutdatedError, TwinFolder

if TYPE_CHECKING:
    from pathlib import Path


def test_unsaved_text_is_analysed_and_unchanged_files_are_not_read_again(tmp_path: Path) -> None:
    folder = TwinFolder(write(tmp_path, FILES))
    first = folder.analyze({})
    file = tmp_path / "entities" / "e.yaml"
    second = folder.analyze({file: ENTITIES + "pump-4: {entityName: P}\n"})
    assert set(second.index.names.entities) - set(first.index.names.entities) == {"pump-4"}
    types = tmp_path / "component_types" / "t.yaml"
    assert second.files[types] is first.files[types]
    assert second.files[file] is not first.files[file]


def test_index_survives_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    folder = TwinFolder(write(tmp_path, FILES))
    file = tmp_path / "entities" / "e.yaml"
    named = len(folder.analyze({}).index.by_file[file])
    broken = folder.analyze({file: "pump-1: {"})
    assert len(broken.index.by_file[file]) > named / 2
    assert "com.example.Pump" in broken.index.names.component_types
    assert [finding.code for finding in broken.findings if finding.location.file == file] == ["TWIN002"]


def test_lines_are_those_that_were_analysed_and_none_of_a_file_that_is_missing(tmp_path: Path) -> None:
    folder = TwinFolder(write(tmp_path, FILES))
    file = tmp_path / "entities" / "e.yaml"
    analysis = folder.analyze({file: "pump-1: {entityName: P}\n"})
    assert analysis.lines_of(file) == ["pump-1: {entityName: P}", ""]
    rows = tmp_path / "entities" / "rows.csv"
    rows.write_text("id\n1")
    assert analysis.lines_of(rows) == ["id", "1"], "a file that is not analysed is read"
    assert analysis.lines_of(tmp_path / "missing.yaml") == [""]
    assert analysis.twin is not None
    assert analysis.twin.path == tmp_path / "twin.yaml"


def test_analysis_ends_when_a_newer_text_has_arrived(tmp_path: Path) -> None:
    folder = TwinFolder(write(tmp_path, FILES))
    with pytest.raises(OutdatedError):
        folder.analyze({}, lambda: True)
    assert folder.analyze({}, lambda: False).index.names.entities.keys() == {"pump-1", "pump-2", "pump-3"}

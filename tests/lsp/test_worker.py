"""Answers of the process that analyses definitions, asked for in process."""

from __future__ import annotations

import io
import pickle
from typing import TYPE_CHECKING

import pytest

from tests.definition.models import write
from tests.lsp.definitions import ENTITIES, FILES
from twin_stack.lsp.worker import LENGTH, Analyzer, Range, Refused, write_frame

if TYPE_CHECKING:
    from pathlib import Path

ROWS = 'forEach: {csv: r.csv}\nentity: {entityId: "row-${row.n}", entityName: "Row ${row.n}"}\n'


@pytest.fixture
def analyzer() -> Analyzer:
    return Analyzer(set())


def place(text: str, words: str) -> tuple[int, int]:
    index = text.index(words)
    return text.count("\n", 0, index) + 1, index - text.rfind("\n", 0, index)


def words(where: Range) -> str:
    return where.text[where.column - 1 : where.column - 1 + where.length]


def test_diagnosis_covers_the_scalar_where_the_mistake_is(analyzer: Analyzer, tmp_path: Path) -> None:
    folder = write(tmp_path, FILES)
    file = folder / "entities" / "e.yaml"
    text = "p-1: {entityName: P 1, parentEntityId: hall-9 }\np-2:\n  entityNam: P 2\n"
    report = analyzer.analyze(folder, {file: text})
    assert report is not None
    findings = {
        words(diagnosis.where): (diagnosis.code, diagnosis.is_error)
        for diagnosis in report.diagnoses
        if diagnosis.where.path == file
    }
    assert findings["hall-9"][1]
    assert findings["entityNam"][1]
    assert all(diagnosis.message.count("; ") for diagnosis in report.diagnoses)
    assert report.names.component_types.keys() >= {"com.example.Pump", "com.example.Booster"}


def test_analysis_is_given_up_while_a_newer_text_waits(tmp_path: Path) -> None:
    pending = {7}
    analyzer = Analyzer(pending)
    folder = write(tmp_path, FILES)
    assert analyzer.analyze(folder, {}) is None
    assert analyzer.named(folder, folder / "entities" / "e.yaml", 1, 1) is None, "there is no analysis yet"
    assert analyzer.rename(folder, folder / "entities" / "e.yaml", 1, 1, "p") is None
    pending.clear()
    assert analyzer.analyze(folder, {}) is not None


def test_name_has_its_declaration_and_its_references_without_their_quotes(
    analyzer: Analyzer, tmp_path: Path
) -> None:
    folder = write(tmp_path, FILES)
    analyzer.analyze(folder, {})
    file = folder / "entities" / "e.yaml"
    named = analyzer.named(folder, file, *place(ENTITIES, '"pump-2"'))
    assert named is not None
    assert named.name == "pump-2"
    assert "**Pump 2**" in named.text
    assert words(named.here) == "pump-2"
    assert [(where.path, words(where)) for where in named.definitions] == [(file, "pump-2")]
    assert [(where.path.name, words(where)) for where in named.references] == [
        ("e.yaml", "pump-2"),
        ("e.yaml", "pump-2"),
        ("hall.yaml", "pump-2"),
    ]
    assert analyzer.named(folder, file, *place(ENTITIES, "Pump 2")) is None, "a name of an entity is no id"


def test_entity_of_a_row_is_declared_in_its_row(analyzer: Analyzer, tmp_path: Path) -> None:
    below = "pump-8: {entityName: P 8, parentEntityId: row-1}\n"
    folder = write(
        tmp_path, {**FILES, "entities/e.yaml": below, "entities/r.yaml": ROWS, "entities/r.csv": "n\n1\n"}
    )
    analyzer.analyze(folder, {})
    file = folder / "entities" / "e.yaml"
    named = analyzer.named(folder, file, *place(below, "row-1"))
    assert named is not None
    assert named.definitions == [Range(folder / "entities" / "r.csv", 2, 1, 0, "1")]
    refused = analyzer.rename(folder, file, *place(below, "row-1"), "row-2")
    assert isinstance(refused, Refused)
    assert "rows of a CSV file" in refused.reason


def test_changes_of_a_rename_have_the_lines_that_they_change(analyzer: Analyzer, tmp_path: Path) -> None:
    folder = write(tmp_path, FILES)
    analyzer.analyze(folder, {})
    edits = analyzer.rename(folder, folder / "entities" / "e.yaml", *place(ENTITIES, "pump-3"), "pump-9")
    assert isinstance(edits, dict)
    assert {path.name for path in edits} == {"e.yaml", "twin.yaml"}
    ((edit, line),) = edits[folder / "entities" / "e.yaml"]
    assert (line[edit.column - 1 :][: edit.length], edit.text) == ("pump-3", "pump-9")


def test_frame_is_a_pickle_after_its_length() -> None:
    stream = io.BytesIO()
    write_frame(stream, (1, "a"))
    write_frame(stream, None)
    stream.seek(0)
    contents = []
    while head := stream.read(LENGTH.size):
        contents.append(pickle.loads(stream.read(LENGTH.unpack(head)[0])))
    assert contents == [(1, "a"), None]

# ruff: noqa: E501 (texts of files stand as they are)
"""A rename changes every place, and writes ``renames`` so that the definition passes the check."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.definition.models import TWIN, write
from tests.lsp.definitions import ENTITIES, FILES, SCENE, TYPES
from twin_stack.definition import check
from twin_stack.definition.files import read
from twin_stack.lsp.folder import TwinFolder
from twin_stack.lsp.rename import RenameError, TextEdit, rename_edits

if TYPE_CHECKING:
    from pathlib import Path

PLACES = {
    "entity": ("entities/e.yaml", ENTITIES, "pump-2: {", "pump-9", {"entities": {"pump-2": "pump-9"}}),
    "property": ("scenes/hall.yaml", SCENE, "flow}", "rate", {"properties": {"com.example.Pump": {"flow": "rate"}}}),
    "component type": (
        "component_types/t.yaml", TYPES, "com.example.Pump:", "com.example.P",
        {"componentTypes": {"com.example.Pump": "com.example.P"}},
    ),
    "connector": ("component_types/t.yaml", TYPES, "telemetry}", "table", {"connectors": {"telemetry": "table"}}),
    "component": ("scenes/hall.yaml", SCENE, "pump, prop", "motor", {"components": {"pump-2": {"pump": "motor"}}}),
}  # fmt: skip


def rename(folder: Path, name: str, words: str, new: str) -> dict[Path, list[TextEdit]]:
    """The changes of a rename of what stands at words."""
    analysis = TwinFolder(folder).analyze({})
    text = (folder / name).read_text(encoding="utf-8")
    index = text.index(words)
    line, column = text.count("\n", 0, index) + 1, index - text.rfind("\n", 0, index)
    named = analysis.index.symbol_at(folder / name, line, column)
    assert named is not None
    assert analysis.twin is not None
    return rename_edits(
        named[0],
        new,
        analysis.index,
        analysis.twin,
        lambda path: path.read_text(encoding="utf-8").split("\n"),
    )


def apply(edits: dict[Path, list[TextEdit]]) -> None:
    for path, changes in edits.items():
        lines = path.read_text(encoding="utf-8").split("\n")
        for edit in sorted(changes, key=lambda edit: (edit.line, edit.column), reverse=True):
            text = lines[edit.line - 1]
            lines[edit.line - 1] = text[: edit.column - 1] + edit.text + text[edit.column - 1 + edit.length :]
        path.write_text("\n".join(lines), encoding="utf-8")


@pytest.mark.parametrize(("name", "text", "words", "new", "renames"), PLACES.values(), ids=list(PLACES))
def test_thing_has_its_new_name_everywhere(
    name: str, text: str, words: str, new: str, renames: dict[str, object], tmp_path: Path
) -> None:
    write(tmp_path, FILES)
    apply(rename(tmp_path, name, words, new))
    # A component's history hangs on its name only where a part or an asset has it.
    expected = ["TWIN104"] if "components" in renames else []
    assert [finding.code for finding in check(tmp_path)[1]] == expected
    assert read(tmp_path / "twin.yaml")["renames"] == renames


@pytest.mark.parametrize(
    ("renames", "expected"),
    [
        ("renames: {}\n", "renames: {entities: {pump-2: pump-9}}\n"),
        ("renames:\n", "renames:\n  entities:\n    pump-2: pump-9\n"),
        ("renames: {scenes: {a-1: hall}}\n", "renames: {entities: {pump-2: pump-9}, scenes: {a-1: hall}}\n"),
        ("renames:\n  entities: {p-1: pump-1}\n", "renames:\n  entities: {pump-2: pump-9, p-1: pump-1}\n"),
        ("renames:\n    entities:\n        p-1: pump-1\n", "renames:\n    entities:\n        pump-2: pump-9\n        p-1: pump-1\n"),
        ("renames:\n  scenes: {a-1: hall}", "renames:\n  entities:\n    pump-2: pump-9\n  scenes: {a-1: hall}"),
        ("tags: {a: b}", "tags: {a: b}\nrenames:\n  entities:\n    pump-2: pump-9\n"),
        ("renames:\n  entities: {old: pump-2}\n", "renames:\n  entities: {pump-2: pump-9, old: pump-2}\n"),
    ],
)  # fmt: skip
def test_renames_are_added_to_those_that_are_there(renames: str, expected: str, tmp_path: Path) -> None:
    write(tmp_path, {**FILES, "twin.yaml": TWIN + renames})
    apply(rename(tmp_path, "entities/e.yaml", "pump-2: {", "pump-9"))
    assert (tmp_path / "twin.yaml").read_text() == TWIN + expected


@pytest.mark.parametrize(
    ("words", "new", "message"),
    [
        ("pump-2: {", "pump-1", "in use"),
        ("pump-2: {", "pump 9", "not allowed"),
        ("row-1", "row-2", "rows of a CSV"),
    ],
)
def test_rename_that_cannot_be_done_is_refused(words: str, new: str, message: str, tmp_path: Path) -> None:
    rows = 'forEach: {csv: r.csv}\nentity: {entityId: "row-${row.n}", entityName: "Row ${row.n}"}\n'
    below = "pump-8: {entityName: P, parentEntityId: row-1}\n"
    write(
        tmp_path,
        {**FILES, "entities/e.yaml": ENTITIES + below, "entities/r.yaml": rows, "entities/r.csv": "n\n1\n"},
    )
    with pytest.raises(RenameError, match=message):
        rename(tmp_path, "entities/e.yaml", words, new)

"""Names that refer to nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.definition.models import SENSOR, found, write

if TYPE_CHECKING:
    from pathlib import Path


def test_mistake_in_a_cell_is_reported_in_the_spreadsheet(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "component_types/t.yaml": SENSOR,
        "entities/m.yaml": "forEach: {csv: m.csv}\nentity:\n  entityId: '${row.id}'\n  entityName: '${row.name}'\n"
        "  parentEntityId: '${row.hall}'\n",
        "entities/m.csv": "id,hall,name\nm-1,hall-9,Machine 1\n",
    }
    (finding,) = found(write(tmp_path, files))
    assert finding.startswith('entities/m.csv:2:5 TWIN015 parent entity "hall-9" is not defined')


def test_reference_into_an_unreadable_file_is_no_second_mistake(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "entities/a.yaml": "hall-1: {entityName: Hall 1\n",
        "entities/b.yaml": "m-1: {entityName: Machine 1, parentEntityId: hall-1}\n",
    }
    (finding,) = found(write(tmp_path, files))
    assert " TWIN002 " in finding

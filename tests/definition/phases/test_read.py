"""Read: the files of a folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.definition.models import finding_lines, write
from twin_stack.definition.phases.read import read_files

if TYPE_CHECKING:
    from pathlib import Path

    from twin_stack.definition.findings import Findings
    from twin_stack.definition.phases.read import ModelFiles


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"entities/notes.md": "x", "entities/.hidden.yaml": "[", "README.md": "x", ".git/x.yaml": "["}, []),
        ({"entities/e.yamll": "x"}, ["entities/e.yamll:1:1 TWIN013"]),
        ({"machines.yaml": "x"}, ["machines.yaml:1:1 TWIN013"]),
        ({"scenes": "x"}, ["scenes:1:1 TWIN013"]),
        ({"entities/zone/a/e.yaml": "m-1: {entityName: M1}"}, []),
    ],
)
def test_file_that_would_be_left_out_is_named(
    files: dict[str, str | bytes], expected: list[str], tmp_path: Path
) -> None:
    assert [" ".join(line.split()[:2]) for line in finding_lines(write(tmp_path, files))] == expected


def test_folder_that_is_a_link_is_named(tmp_path: Path) -> None:
    folder = write(tmp_path / "model", {"entities/e.yaml": "m-1: {entityName: M1}"})
    (tmp_path / "elsewhere").mkdir()
    (folder / "entities" / "zone").symlink_to(tmp_path / "elsewhere")
    assert finding_lines(folder) == [
        'entities/zone:1:1 TWIN013 folder "zone" is a link, which is not followed; put its files here, or link each '
        "of them"
    ]


def test_path_of_a_file_says_that_a_folder_is_needed(tmp_path: Path) -> None:
    folder = write(tmp_path, {})
    assert finding_lines(folder / "twin.yaml") == [
        f"{folder}/twin.yaml:1:1 TWIN009 is not a folder; give the folder that holds twin.yaml"
    ]
    assert "TWIN009 the folder does not exist" in finding_lines(folder / "nothing")[0]
    assert "TWIN001 cannot be read" in finding_lines(folder / "\0")[0]


def test_reading_returns_documents_and_assets(files: ModelFiles, findings: Findings) -> None:
    names = {kind: [document.path.name for document in some] for kind, some in files.documents.items()}
    assert names == {"component_types": ["t.yaml"], "entities": ["e.yaml"], "scenes": []}
    assert list(files.assets) == ["hall.glb"]
    assert findings == []


def test_reading_remembers_the_words_of_a_broken_file(tmp_path: Path, findings: Findings) -> None:
    files = read_files(write(tmp_path, {"entities/e.yaml": "hall-1: [\n"}), findings)
    assert files is not None
    assert [finding.code for finding in findings] == ["TWIN002"]
    assert "hall-1" in files.lost
    assert "hall-2" not in files.lost

"""Files of a twin are formatted in place; what cannot be formatted is left as it is."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

import pytest

from tests.definition.models import write
from twin_stack.definition.format.files import FormattedFile, format_paths
from twin_stack.definition.json_schemas import KINDS, schema_file

if TYPE_CHECKING:
    from pathlib import Path

ENTITIES = "e-1:\n    components: {}\n    entityName: E\n"
FORMATTED = (
    "# yaml-language-server: $schema=../.schemas/entities.json\ne-1:\n  entityName: E\n  components: {}\n"
)


def formatted(*paths: Path, check: bool = False) -> list[FormattedFile]:
    return list(format_paths(paths, check=check))


def statuses(folder: Path, files: list[FormattedFile]) -> dict[str, str]:
    return {str(file.path.relative_to(folder)): file.status for file in files}


def test_folder_is_formatted_in_place(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "entities/e.yaml": ENTITIES,
            "entities/rows.csv": "a\n1\n",
            "scenes/s.json": '{"nodes":[]}',
            "README.md": "#",
        },
    )
    first = formatted(tmp_path)
    names = {"twin.yaml", "entities/e.yaml", "scenes/s.json"}
    assert statuses(tmp_path, first) == dict.fromkeys(names, "changed")
    assert (tmp_path / "entities" / "e.yaml").read_text() == FORMATTED
    assert statuses(tmp_path, formatted(tmp_path)) == dict.fromkeys(names, "unchanged")


def test_check_writes_nothing(tmp_path: Path) -> None:
    write(tmp_path, {"entities/e.yaml": ENTITIES})
    assert statuses(tmp_path, formatted(tmp_path, check=True))["entities/e.yaml"] == "changed"
    assert (tmp_path / "entities" / "e.yaml").read_text() == ENTITIES
    assert not (tmp_path / ".schemas").exists()


def test_first_line_names_a_schema_that_is_there_and_not_versioned(tmp_path: Path) -> None:
    write(tmp_path, {"entities/a/b/e.yaml": ENTITIES})
    formatted(tmp_path)
    file = tmp_path / "entities" / "a" / "b" / "e.yaml"
    reference = file.read_text().split("\n")[0].partition("$schema=")[2]
    assert (file.parent / reference).read_bytes() == schema_file("entities").read_bytes()
    assert {path.name for path in (tmp_path / ".schemas").iterdir()} == {f"{kind}.json" for kind in KINDS} | {
        ".gitignore"
    }
    assert (tmp_path / ".schemas" / ".gitignore").read_text() == "*\n"


def test_permissions_and_line_ends_stay(tmp_path: Path) -> None:
    write(tmp_path, {"entities/e.yaml": b"\xef\xbb\xbf" + ENTITIES.replace("\n", "\r\n").encode()})
    file = tmp_path / "entities" / "e.yaml"
    file.chmod(0o640)
    formatted(file)
    assert file.read_bytes() == FORMATTED.replace("\n", "\r\n").encode()
    assert stat.S_IMODE(file.stat().st_mode) == 0o640


@pytest.mark.parametrize(
    ("text", "code"),
    [("e-1: [", "TWIN002"), ("e-1: {}\ne-1: {}\n", "TWIN008"), (b"\xff", "TWIN001"), ("a: !x 1", "TWIN007")],
)
def test_file_that_cannot_be_read_is_left_with_the_finding(
    text: str | bytes, code: str, tmp_path: Path
) -> None:
    write(tmp_path, {"entities/e.yaml": text, "entities/f.yaml": ENTITIES})
    before = (tmp_path / "entities" / "e.yaml").read_bytes()
    files = formatted(tmp_path / "entities" / "e.yaml", tmp_path / "entities" / "f.yaml")
    assert [(file.status, [finding.code for finding in file.findings]) for file in files] == [
        ("kept", [code]), ("changed", []),
    ]  # fmt: skip
    assert (tmp_path / "entities" / "e.yaml").read_bytes() == before


def test_file_outside_of_the_twin_is_not_written_through_a_link(tmp_path: Path) -> None:
    write(tmp_path / "twin", {"entities/f.yaml": ENTITIES})
    outside = tmp_path / "outside.yaml"
    outside.write_text(ENTITIES)
    (tmp_path / "twin" / "entities" / "e.yaml").symlink_to(outside)
    files = {file.path.name: file for file in formatted(tmp_path / "twin")}
    assert files["e.yaml"].status == "kept"
    assert outside.read_text() == ENTITIES


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("nothing.yaml", "does not exist"),
        ("README.md", "is not a file of a definition"),
        ("empty", "no twin.yaml"),
    ],
)
def test_path_that_is_no_definition_is_reported(name: str, message: str, tmp_path: Path) -> None:
    write(tmp_path, {"README.md": "#"})
    (tmp_path / "empty").mkdir()
    (file,) = formatted(tmp_path / name)
    assert file.status == "kept"
    assert message in str(file.findings[0])

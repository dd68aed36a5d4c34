from __future__ import annotations

from typing import TYPE_CHECKING

from twin_stack.formats.kinds import KINDS, detect_kind

if TYPE_CHECKING:
    from pathlib import Path


def test_every_kind_has_its_modules() -> None:
    for kind in KINDS.values():
        assert callable(kind.reader().import_twin)
        if not kind.is_in_account:
            assert callable(kind.file_reader().read)
    assert KINDS


def test_kind_is_detected_by_its_marker(tmp_path: Path) -> None:
    (tmp_path / "tmdt.json").write_text("{}")
    assert detect_kind(tmp_path) == KINDS["tmdt"]
    assert detect_kind(tmp_path / "tmdt.json") == KINDS["tmdt"]


def test_definitions_and_other_files_have_no_kind(tmp_path: Path) -> None:
    (tmp_path / "twin.yaml").write_text("workspaceId: my-twin\n")
    (tmp_path / "scene.json").write_text('{"specVersion": "1.0"}')
    (tmp_path / "list.json").write_text("[]")
    for path in (tmp_path, tmp_path / "scene.json", tmp_path / "list.json", tmp_path / "missing.json"):
        assert detect_kind(path) is None

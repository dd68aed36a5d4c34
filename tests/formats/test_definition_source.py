"""A large definition is exported file by file, to the bytes of a small one that is checked as a whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.definition.models import write
from tests.support.round_trips import export_from
from twin_stack.definition import DefinitionError
from twin_stack.errors import TwinError
from twin_stack.formats import definition_source

MODELS = Path(__file__).parents[2] / "models"


def exported(kind: str, model: Path, target: Path) -> tuple[dict[str, bytes], list[str]]:
    losses = export_from(kind, model, target)
    files = [target] if target.is_file() else [path for path in target.rglob("*") if path.is_file()]
    content = {path.relative_to(target.parent / target.name).as_posix(): path.read_bytes() for path in files}
    assert content
    return content, [str(loss) for loss in losses]


@pytest.mark.parametrize(("kind", "name"), [("tmdt", "factory"), ("bulk", "factory"), ("bulk", "windfarm")])
def test_large_definition_is_exported_to_the_bytes_of_a_small_one(
    kind: str, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = exported(kind, MODELS / name, tmp_path / "small")
    monkeypatch.setattr(definition_source, "_CHECKED_BYTES", -1)
    assert exported(kind, MODELS / name, tmp_path / "large") == small


def test_layout_of_a_large_definition_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(definition_source, "_CHECKED_BYTES", -1)
    with pytest.raises(TwinError, match=r"overview\.yaml: a layout needs all entities at once"):
        export_from("tmdt", MODELS / "windfarm", tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", ["tmdt", "bulk"])
def test_mistake_of_a_large_definition_is_found_and_nothing_is_written(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(definition_source, "_CHECKED_BYTES", -1)
    model = write(
        tmp_path / "model", {"entities/a.yaml": "m-1: {entityName: M 1}\n", "entities/b.yaml": "m-2: {}\n"}
    )
    with pytest.raises(DefinitionError, match=r"b\.yaml:1:1 TWIN006"):
        export_from(kind, model, tmp_path / "out")
    assert [path.name for path in tmp_path.iterdir()] == ["model"]

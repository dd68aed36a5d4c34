"""An imported twin becomes the folder of a definition, whole or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from twin_stack.definition import load
from twin_stack.definition.files import read
from twin_stack.definition.format.files import format_paths
from twin_stack.errors import TwinError
from twin_stack.formats.frame import CHUNK_ENTITIES, ImportedTwin, write_definition
from twin_stack.formats.output_folder import record_name

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

RECORD = record_name("import")


def twin(**members: Any) -> ImportedTwin:
    return ImportedTwin(twin={"workspaceId": "my-twin"}, **members)


def hall(name: str = "Hall 1") -> ImportedTwin:
    return twin(
        component_types=[{"componentTypeId": "com.example.Hall", "propertyDefinitions": {"size": "DOUBLE"}}],
        entities=[
            {
                "entityId": "hall-1",
                "entityName": name,
                "components": {"hall": {"componentTypeId": "com.example.Hall", "properties": {"size": 4.5}}},
            }
        ],
        scenes=[{"sceneId": "overview", "nodes": [{"name": "Floor"}]}],
    )


def content(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def test_written_definition_is_the_imported_twin(tmp_path: Path) -> None:
    written = write_definition(hall(), tmp_path / "out")

    assert written.findings == []
    assert (written.component_types, written.entities, written.scenes, written.assets) == (1, 1, 1, 0)
    definition = load(tmp_path / "out")
    assert definition.workspace_id == "my-twin"
    size = definition.entities["hall-1"].components["hall"].properties["size"]
    assert size.value == {"doubleValue": 4.5}
    assert list(definition.scenes) == ["overview"]
    assert sorted(content(tmp_path / "out")) == sorted([*written.files, RECORD])


def test_written_definition_is_formatted(tmp_path: Path) -> None:
    write_definition(hall(), tmp_path / "out")
    files = list(format_paths([tmp_path / "out"], check=True))
    assert {file.path.name: file.status for file in files} == {
        "twin.yaml": "unchanged",
        "com.example.Hall.yaml": "unchanged",
        "entities.yaml": "unchanged",
        "overview.json": "unchanged",
    }


def test_two_imports_write_equal_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_definition(hall(), tmp_path / name)
    assert content(tmp_path / "a") == content(tmp_path / "b")


def test_dry_run_reports_and_keeps_nothing(tmp_path: Path) -> None:
    bad = twin(entities=[{"entityId": "hall 1", "entityName": "Hall 1"}])
    written = write_definition(bad, tmp_path / "out", dry_run=True)

    assert [str(finding).split()[:2] for finding in written.findings] == [
        [f"{tmp_path}/out/entities/entities.yaml:2:1", "TWIN011"]
    ]
    assert list(tmp_path.iterdir()) == []


def test_entities_are_in_files_of_a_thousand(tmp_path: Path) -> None:
    entities = [
        {"entityId": f"e-{number}", "entityName": f"E {number}"} for number in range(CHUNK_ENTITIES + 1)
    ]
    written = write_definition(twin(entities=entities), tmp_path / "out")
    assert [path for path in written.files if path.startswith("entities/")] == [
        "entities/entities-0001.yaml",
        "entities/entities-0002.yaml",
    ]
    names = [read(tmp_path / "out" / path) for path in written.files if path.startswith("entities/")]
    assert [len(chunk) for chunk in names] == [CHUNK_ENTITIES, 1]


def test_interruption_leaves_nothing(tmp_path: Path) -> None:
    def interrupted() -> Iterator[dict[str, Any]]:
        yield {"entityId": "e-1", "entityName": "E 1"}
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_definition(twin(entities=interrupted()), tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


def test_interruption_leaves_the_former_definition(tmp_path: Path) -> None:
    write_definition(hall(), tmp_path / "out")
    before = content(tmp_path / "out")

    def interrupted() -> Iterator[dict[str, Any]]:
        yield {"entityId": "e-1", "entityName": "E 1"}
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_definition(twin(entities=interrupted()), tmp_path / "out", force=True)
    assert content(tmp_path / "out") == before
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_folder_of_others_is_refused_even_with_force(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.txt").write_text("years of work")
    for force in (False, True):
        with pytest.raises(TwinError, match="no import wrote it"):
            write_definition(hall(), tmp_path / "out", force=force)
    assert content(tmp_path / "out") == {"thesis.txt": b"years of work"}


def test_second_import_needs_force_and_keeps_files_of_others(tmp_path: Path) -> None:
    out = tmp_path / "out"
    write_definition(hall(), out)
    (out / "README.md").write_text("ours")
    with pytest.raises(TwinError, match="--force"):
        write_definition(hall("Hall 2"), out)

    write_definition(hall("Hall 2"), out, force=True)
    assert load(out).entities["hall-1"].entity_name == "Hall 2"
    assert (out / "README.md").read_text() == "ours"


def test_force_drops_what_a_former_import_wrote(tmp_path: Path) -> None:
    out = tmp_path / "out"
    write_definition(hall(), out)
    write_definition(twin(), out, force=True)
    assert sorted(content(out)) == [RECORD, "twin.yaml"]


def test_force_refuses_a_file_that_was_edited(tmp_path: Path) -> None:
    out = tmp_path / "out"
    write_definition(hall(), out)
    (out / "twin.yaml").write_text("workspaceId: edited-by-hand\n")
    with pytest.raises(TwinError, match=r"twin\.yaml: not written by an import, or changed since"):
        write_definition(hall(), out, force=True)
    assert load(out).workspace_id == "edited-by-hand"


def test_names_of_files_come_from_ids_that_hold_anything(tmp_path: Path) -> None:
    ids = ["com.example.A", "com.example.a", "../../escape", ".hidden", "a:b", ""]
    written = write_definition(
        twin(component_types=[{"componentTypeId": type_id} for type_id in ids]), tmp_path / "out"
    )
    assert [path for path in written.files if path.startswith("component_types/")] == sorted(
        f"component_types/{name}.yaml"
        for name in ("com.example.A", "com.example.a-2", "_.._.._escape", "_.hidden", "a_b", "_")
    )
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_assets_are_copied_or_fetched(tmp_path: Path) -> None:
    (tmp_path / "hall.txt").write_bytes(b"hall")

    def fetch(target: Path) -> None:
        target.write_bytes(b"fetched")

    imported = twin(assets={"textures/floor.bin": fetch, "hall.bin": tmp_path / "hall.txt"})
    written = write_definition(imported, tmp_path / "out")
    assert written.assets == 2
    assert (tmp_path / "out/assets/textures/floor.bin").read_bytes() == b"fetched"
    assert (tmp_path / "out/assets/hall.bin").read_bytes() == b"hall"

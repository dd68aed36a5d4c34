from __future__ import annotations

import json
from typing import TYPE_CHECKING

from typer.testing import CliRunner

from tests.definition.models import write
from twin_stack.cli import app

if TYPE_CHECKING:
    from pathlib import Path

    from typer.testing import Result

PROJECT = {
    "tmdt.json": '{"component_types": [], "scenes": [], "models": [], "entities": "e.json", "data": []}',
    "e.json": '[{"entityId": "machine-1", "entityName": "Machine 1"}]',
}


def twin(*words: str | Path) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


def test_import_writes_a_definition_and_reports_losses(tmp_path: Path) -> None:
    project = write(tmp_path / "project", PROJECT)
    result = twin("import", "tmdt", project, "-o", tmp_path / "plant")
    assert result.exit_code == 0, result.output
    assert f"{project}/tmdt.json:1:75 TWIN230 warning: " in result.stdout
    assert "entities 1" in result.stdout
    assert (tmp_path / "plant/twin.yaml").read_text().endswith("\nworkspaceId: plant\n")


def test_import_as_json_has_losses_and_findings(tmp_path: Path) -> None:
    project = write(tmp_path / "project", {**PROJECT, "e.json": '[{"entityId": "-", "entityName": "M 1"}]'})
    result = twin("import", "tmdt", project, "-o", tmp_path / "plant", "--dry-run", "--json", "-w", "west")
    assert result.exit_code == 1
    document = json.loads(result.stdout)
    assert (document["isWritten"], document["entities"]) == (False, 1)
    assert [loss["code"] for loss in document["losses"]] == ["TWIN230"]
    assert [(finding["code"], finding["file"]) for finding in document["findings"]] == [
        ("TWIN011", str(tmp_path / "plant/entities/entities.yaml"))
    ]
    assert not (tmp_path / "plant").exists()


def test_progress_is_not_in_the_output(tmp_path: Path) -> None:
    entities = [{"entityId": f"m-{number}", "entityName": f"M {number}"} for number in range(1001)]
    project = write(tmp_path / "project", {**PROJECT, "e.json": json.dumps(entities)})
    result = twin("import", "tmdt", project, "-o", tmp_path / "plant", "--json")
    assert json.loads(result.stdout)["isWritten"] is True
    assert result.stderr == "entities: 1,001\n"


def test_unreadable_source_is_named_and_nothing_is_written(tmp_path: Path) -> None:
    project = write(tmp_path / "project", {"tmdt.json": '{"entities": }'})
    result = twin("import", "tmdt", project, "-o", tmp_path / "plant")
    assert result.exit_code == 1
    assert result.stderr.startswith(f"{project}/tmdt.json:1:14 TWIN002 ")
    assert not (tmp_path / "plant").exists()


def test_unknown_kind_is_misuse(tmp_path: Path) -> None:
    result = twin("import", "vrml", tmp_path, "-o", tmp_path / "plant")
    assert result.exit_code == 2
    assert "tmdt" in result.stderr


def test_export_writes_the_file_and_reports_losses(tmp_path: Path) -> None:
    model = write(
        tmp_path / "model",
        {"twin.yaml": "workspaceId: plant\ntags: {a: b}\n", "entities/e.yaml": "m-1: {entityName: M 1}\n"},
    )
    result = twin("export", "bulk", model, "-o", tmp_path / "plant.json", "--json")
    assert result.exit_code == 0, result.output
    document = json.loads(result.stdout)
    assert document["files"] == [str(tmp_path / "plant.json")]
    assert [(loss["code"], loss["line"]) for loss in document["losses"]] == [("TWIN233", 2)]
    exported = json.loads((tmp_path / "plant.json").read_text())
    assert exported == {"componentTypes": [], "entities": [{"entityId": "m-1", "entityName": "M 1"}]}


def test_definition_with_mistakes_is_not_exported(tmp_path: Path) -> None:
    model = write(tmp_path / "model", {"entities/e.yaml": "m-1: {entityName: M 1, parentEntityId: m-2}\n"})
    result = twin("export", "bulk", model, "-o", tmp_path / "plant.json")
    assert result.exit_code == 1
    assert "TWIN015" in result.stdout
    assert not (tmp_path / "plant.json").exists()


def test_second_export_into_a_folder_needs_force(tmp_path: Path) -> None:
    model = write(tmp_path / "model", {"entities/e.yaml": "m-1: {entityName: M 1}\n"})
    assert twin("export", "tmdt", model, "-o", tmp_path / "project").exit_code == 0
    result = twin("export", "tmdt", model, "-o", tmp_path / "project")
    assert (result.exit_code, "--force" in result.stderr) == (1, True)
    assert twin("export", "tmdt", model, "-o", tmp_path / "project", "--force").exit_code == 0

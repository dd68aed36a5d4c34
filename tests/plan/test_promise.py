"""The file of a plan, to which a deployment is held."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from twin_stack.definition import load
from twin_stack.errors import TwinError
from twin_stack.plan import make_plan
from twin_stack.plan.promise import require_planned, write_plan

FACTORY = Path(__file__).parents[2] / "models" / "factory"


@pytest.fixture
def plan_file(tmp_path: Path) -> Path:
    file = tmp_path / "plan.json"
    factory = load(FACTORY)
    write_plan(file, make_plan(None, factory), factory)
    return file


def changed(folder: Path, name: str, old: str, new: str) -> Path:
    shutil.copytree(FACTORY, folder, dirs_exist_ok=True)
    text = (folder / name).read_text(encoding="utf-8")
    assert old in text
    (folder / name).write_text(text.replace(old, new), encoding="utf-8")
    return folder


def test_planned_definition_is_accepted_in_another_folder_and_order(plan_file: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(FACTORY, tmp_path / "model"))
    (folder / "entities" / "zone-a.yaml").rename(folder / "entities" / "other.yaml")
    require_planned(plan_file, load(folder))


@pytest.mark.parametrize(
    ("name", "old", "new", "difference"),
    [
        ("entities/zone-a.yaml", "CNC Machine 1", "CNC", 'entity "machine-001" differs'),
        (
            "entities/zone-a.yaml",
            "    press-001",
            "    x-1: {entityName: X 1}\n    press-001",
            'entity "x-1" is new',
        ),
        ("twin.yaml", "expiresAfterDays: 90", "expiresAfterDays: 9", 'ingest "temperatures" differs'),
        ("scenes/factory-overview.yaml", "neutral", "chromatic", 'scene "factory-overview" differs'),
        ("component_types/sensors.yaml", "above: 80", "above: 81", 'TemperatureSensor" differs'),
        ("twin.yaml", "connectors:", "renames: {}\nconnectors:", ""),
        ("twin.yaml", "connectors:", "tags: {a: b}\nconnectors:", 'workspace "my-factory-twin" differs'),
    ],
)
def test_other_definition_is_refused_and_the_difference_named(
    plan_file: Path, tmp_path: Path, name: str, old: str, new: str, difference: str
) -> None:
    definition = load(changed(tmp_path / "model", name, old, new))
    if not difference:
        require_planned(plan_file, definition)
        return
    with pytest.raises(TwinError, match="nothing is deployed") as error:
        require_planned(plan_file, definition)
    assert difference in str(error.value)


def test_changed_model_file_is_refused(plan_file: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(FACTORY, tmp_path / "model"))
    model = folder / "assets" / "factory.glb"
    model.write_bytes(model.read_bytes().replace(b"CncMachine", b"CncMachinE"))
    text = (folder / "scenes/factory-overview.yaml").read_text(encoding="utf-8")
    (folder / "scenes/factory-overview.yaml").write_text(
        text.replace("CncMachine", "CncMachinE"), encoding="utf-8"
    )
    with pytest.raises(TwinError, match=r'file "factory.glb" differs'):
        require_planned(plan_file, load(folder))


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", '{"version": 1, "to": {}}', '{"version": 1, "to": {"things": 1}}']
)
def test_other_file_is_an_error(tmp_path: Path, content: str) -> None:
    file = tmp_path / "plan.json"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(TwinError, match=r"is no plan that a deployment can be held to; write it by"):
        require_planned(file, load(FACTORY))


def test_plan_of_another_version_is_an_error(plan_file: Path) -> None:
    document = json.loads(plan_file.read_text(encoding="utf-8"))
    plan_file.write_text(json.dumps({**document, "version": 2}), encoding="utf-8")
    with pytest.raises(TwinError, match="is a plan of version 2"):
        require_planned(plan_file, load(FACTORY))
    with pytest.raises(TwinError, match="No such file"):
        require_planned(plan_file.with_name("missing.json"), load(FACTORY))

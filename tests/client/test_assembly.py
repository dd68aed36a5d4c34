"""Stacks of a cloud assembly."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from twin_stack.client import TwinClientError
from twin_stack.client.assembly import find_stack, read_template, write_import_app

if TYPE_CHECKING:
    from pathlib import Path


def stack(folder: Path, artifact: str, name: str, display: str) -> dict[str, object]:
    (folder / f"{artifact}.json").write_text(json.dumps({"Description": name}))
    properties = {"templateFile": f"{artifact}.json", "stackName": name}
    return {"type": "aws:cloudformation:stack", "displayName": display, "properties": properties}


@pytest.fixture
def assembly(tmp_path: Path) -> Path:
    """One stack, and one in a stage."""
    stage = tmp_path / "assembly-Prod"
    stage.mkdir()
    nested = {"ProdPlant": stack(stage, "ProdPlant", "plant-prod", "Prod/Plant")}
    (stage / "manifest.json").write_text(json.dumps({"artifacts": nested}))
    artifacts = {
        "Tree": {"type": "cdk:tree"},
        "Plant": stack(tmp_path, "Plant", "plant", "Plant"),
        "assembly-Prod": {"type": "cdk:cloud-assembly", "properties": {"directoryName": "assembly-Prod"}},
    }
    (tmp_path / "manifest.json").write_text(json.dumps({"artifacts": artifacts}))
    return tmp_path


@pytest.mark.parametrize("name", ["plant-prod", "Prod/Plant"])
def test_stack_is_found_by_its_name_or_its_path(assembly: Path, name: str) -> None:
    stack_name, file = find_stack(assembly, name)

    assert (stack_name, read_template(file)) == ("plant-prod", {"Description": "plant-prod"})


def test_only_stack_needs_no_name(assembly: Path) -> None:
    assert find_stack(assembly / "assembly-Prod", None)[0] == "plant-prod"


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        (None, "has 2 stacks; name one of: plant, plant-prod"),
        ("plnt", 'has 0 stacks named "plnt"; name one of: plant, plant-prod'),
    ],
)
def test_stacks_are_named_if_it_is_not_clear_which_is_meant(
    assembly: Path, name: str | None, problem: str
) -> None:
    with pytest.raises(TwinClientError, match=problem):
        find_stack(assembly, name)


def test_folder_without_manifest_is_no_assembly(tmp_path: Path) -> None:
    with pytest.raises(TwinClientError, match="is no cloud assembly; run `npx cdk synth --quiet` first"):
        find_stack(tmp_path, None)


def test_app_for_an_import_waits_for_nothing(assembly: Path, tmp_path: Path) -> None:
    _, file = find_stack(assembly, "plant-prod")
    resources = {name: {"Type": "T", "DependsOn": ["Guard"]} for name in ("Table", "Rule")}
    file.write_text(json.dumps({"Resources": resources}))
    target = tmp_path.parent / f"{tmp_path.name}-import"

    write_import_app(assembly, file, ["Table"], target)

    assert read_template(find_stack(target, "plant-prod")[1])["Resources"] == {
        "Table": {"Type": "T"},
        "Rule": {"Type": "T", "DependsOn": ["Guard"]},
    }
    assert read_template(file)["Resources"] == resources

"""Definitions by AWS: those of its guide, its samples and its scene viewer."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.definition.models import finding_lines, write
from twin_stack.definition import load

CASES = Path(__file__).parents[2].parent / "shared" / "cases"
ARN = "arn:aws:lambda:us-east-1:111122223333:function:reader"

pytestmark = pytest.mark.skipif(not CASES.is_dir(), reason="the folder of cases is not here")


def cookie_factory(*, arn: str) -> dict[str, str | bytes]:
    folder = CASES / "cookiefactory_v2_tmdt"
    files: dict[str, str | bytes] = {}
    for path in sorted(folder.glob("com.example.*.json")):
        text = re.sub(r"__TO_FILL_IN_\w+__", arn, path.read_text(encoding="utf-8"))
        files[f"component_types/{path.name}"] = text
    entities: list[dict[str, Any]] = json.loads((folder / "entities.json").read_text(encoding="utf-8"))
    files["entities/entities.json"] = json.dumps(entities)
    return files


def test_cookie_factory_loads_whole(tmp_path: Path) -> None:
    folder = write(tmp_path, cookie_factory(arn=ARN))
    assert [line for line in finding_lines(folder) if "warning:" not in line] == []
    definition = load(folder)
    assert len(definition.component_types) == 10
    assert len(definition.entities) == len(json.loads((folder / "entities/entities.json").read_text("utf-8")))
    alarm = definition.component_types["com.example.cookiefactory.alarm"]
    assert alarm.functions["dataReader"].implemented_by is not None


def test_placeholders_left_in_are_located(tmp_path: Path) -> None:
    findings = finding_lines(write(tmp_path, cookie_factory(arn="__TO_FILL_IN_TIMESTREAM_LAMBDA_ARN__")))
    wrong = [line for line in findings if "__TO_FILL_IN" in line]
    assert wrong
    assert all(re.match(r"component_types/[\w.-]+\.json:\d+:\d+ TWIN011 ", line) for line in wrong)


@pytest.mark.parametrize(
    ("name", "codes"), [("Mixer.json", {"TWIN043"}), ("CookieFactory.json", {"TWIN043", "TWIN044"})]
)
def test_cookie_factory_scene_reports_missing_files(name: str, codes: set[str], tmp_path: Path) -> None:
    scene = (CASES / "cookiefactory_v2_tmdt" / name).read_text(encoding="utf-8")
    findings = finding_lines(write(tmp_path, {**cookie_factory(arn=ARN), f"scenes/{name}": scene}))
    assert {line.split()[1] for line in findings if "warning:" not in line} == codes
    assert any(".glb" in line for line in findings)


def test_documented_component_types_load(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {}
    for path in sorted((CASES / "aws_docs_udq" / "component_types").glob("*.json")):
        files[f"component_types/{path.name}"] = path.read_text(encoding="utf-8").replace("lambdaArn", ARN)
    assert files
    assert [line for line in finding_lines(write(tmp_path, files)) if "warning:" not in line] == []


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("CookieFactoryWaterTank.scene.json", set()),
        ("overlay.scene.json", set()),
        ("scene_1.json", set()),
        ("scene_2.scene.json", set()),
        ("invalid-spec-version.scene.json", {"TWIN040"}),
        ("unsupported-minor-version.scene.json", {"TWIN040"}),
        ("mix-error-warning.scene.json", {"TWIN040", "TWIN042"}),
    ],
)
def test_scene_of_the_viewer_has_the_findings_of_the_viewer(
    name: str, codes: set[str], tmp_path: Path
) -> None:
    scene = (CASES / "scene_composer_fixtures" / "scenes" / name).read_text(encoding="utf-8")
    findings = finding_lines(write(tmp_path, {f"scenes/{name}": scene}))
    # Models and entities belong to the project that the scene was taken from.
    # That a scene is dark, or a tag never changes, the viewer shows and does not say.
    unsaid = {"TWIN043", "TWIN044", "TWIN174", "TWIN175"}
    assert {line.split()[1] for line in findings} - unsaid == codes


@pytest.mark.parametrize(
    ("name", "entities", "warned"),
    [("example_create.json", ["initial"], []), ("example_update.json", ["parent", "child"], ["TWIN029"])],
)
def test_bulk_file_of_aws_loads_list_by_list(
    name: str, entities: list[str], warned: list[str], tmp_path: Path
) -> None:
    whole = json.loads((CASES / "aws_docs_bulk_import" / name).read_text(encoding="utf-8"))
    files: dict[str, str | bytes] = {
        "component_types/bulk.json": json.dumps({"componentTypes": whole["componentTypes"]}),
        "entities/bulk.json": json.dumps({"entities": whole["entities"]}),
    }
    definition = load(write(tmp_path, files))
    assert list(definition.entities) == entities
    assert [finding.code for finding in definition.warnings] == warned


def test_whole_bulk_file_is_refused_with_the_places_of_its_lists(tmp_path: Path) -> None:
    text = (CASES / "aws_docs_bulk_import" / "example_create.json").read_text(encoding="utf-8")
    assert finding_lines(write(tmp_path, {"entities/bulk.json": text})) == [
        'entities/bulk.json:2:2 TWIN003 "componentTypes" cannot be used beside "entities"; move it to a file '
        "of its own folder; entities alone are read here"
    ]

"""Synthesis depends only on the files."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.app import ROOT, template
from tests.support.models import synthesize_model
from twin_stack import package_data

if TYPE_CHECKING:
    from typing import Any

    from tests.app.conftest import CliSynthesis
    from tests.support.templates import Synthesized

pytestmark = pytest.mark.slow


Assembly = dict[str, bytes]


def assembly(out: Path) -> Assembly:
    """What is deployed: templates, asset lists, and every file of the assets."""
    kept = [file for file in out.rglob("*") if file.is_file()]
    deployed = [file for file in kept if file.suffix == ".json" or "asset." in str(file)]
    return {
        str(file.relative_to(out)): file.read_bytes()
        for file in deployed
        if file.name not in {"tree.json", "manifest.json", "validation-report.json"}
        and not file.name.endswith("metadata.json")
    }


@pytest.fixture(scope="module")
def plain(factory: Synthesized) -> Path:
    """The assembly of the app in this folder and process, among other syntheses."""
    return factory.directory


def test_cdk_synth_in_another_folder_time_and_locale_gives_the_bytes_of_the_app_alone(
    production: Any, cli_synthesis: CliSynthesis
) -> None:
    ours, theirs = assembly(cli_synthesis.folder), assembly(Path(production.assembly.directory))
    assert {"my-factory-twin-prod.template.json", "my-factory-twin-prod.assets.json"} <= ours.keys()
    assert ours.keys() == theirs.keys()
    assert [name for name in ours if ours[name] != theirs[name]] == []


def test_assets_hold_no_bytecode_and_no_scripts(plain: Path) -> None:
    files = [str(file.relative_to(plain)) for file in plain.rglob("*") if file.is_file()]
    assert any(file.endswith("dynamodb_connector/handler.py") for file in files)
    assert [file for file in files if file.endswith(".pyc") or "make_assets" in file] == []


def test_a_change_of_a_connector_changes_its_hash_alone(
    plain: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lambdas = shutil.copytree(ROOT / "lambdas", tmp_path / "lambdas")
    handler = lambdas / "sitewise_connector" / "handler.py"
    handler.write_text(handler.read_text(encoding="utf-8") + "\n# changed\n", encoding="utf-8")
    monkeypatch.setattr(package_data, "_PACKAGE", tmp_path / "twin_stack")
    shutil.copytree(ROOT / "twin_stack" / "_assets", tmp_path / "twin_stack" / "_assets")
    changed_app = synthesize_model("factory", tmp_path / "out")
    before, after = template(plain)["Resources"], changed_app.resources
    changed = [name for name in before if before[name] != after[name]]
    assert [before[name]["Properties"]["Handler"] for name in changed] == [
        "sitewise_connector.handler.handler"
    ]

"""Synthesis depends only on the files."""

from __future__ import annotations

import compileall
import os
import shutil
from typing import TYPE_CHECKING

import pytest

from tests.support.app import ROOT, copy_app, run_app, template
from tests.support.models import synthesize_model
from twin_stack import package_data

if TYPE_CHECKING:
    from pathlib import Path
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


def test_bytes_are_equal_in_another_folder_time_and_locale(plain: Path, tmp_path: Path) -> None:
    app = copy_app(tmp_path / "somewhere else" / "twin")
    # What running the Lambda tests leaves behind, and what a checkout of another day has.
    assert compileall.compile_dir(app / "lambdas", quiet=2)
    assert list(app.glob("lambdas/*/__pycache__/*.pyc"))
    for file in app.rglob("*"):
        os.utime(file, (1_000_000_000, 1_000_000_000))
        file.chmod(0o700)  # as under another umask
    result = run_app(
        app,
        tmp_path / "out",
        cwd=tmp_path,
        TZ="Asia/Kolkata",
        LC_ALL="C.UTF-8",
        LANG="tr_TR.UTF-8",
        PYTHONHASHSEED="4711",
    )
    assert result.returncode == 0, result.stderr
    ours, theirs = assembly(tmp_path / "out"), assembly(plain)
    assert {"my-factory-twin.template.json", "my-factory-twin.assets.json"} <= ours.keys()
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


def test_cdk_synth_gives_the_template_of_the_app_alone(production: Any, cli_synthesis: CliSynthesis) -> None:
    ours = production.template["Resources"]
    theirs = template(cli_synthesis.folder)["Resources"]
    for resource in theirs.values():
        # The CLI asks for these two.
        metadata = resource.get("Metadata", {})
        for key in ("aws:cdk:path", "aws:asset:path", "aws:asset:property", "aws:asset:is-bundled"):
            metadata.pop(key, None)
        if not metadata:
            resource.pop("Metadata", None)
    assert theirs == ours

"""`twin grafana`: it writes files, keeps the user's files, and reports mistakes."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from twin_stack.cli import app
from twin_stack.grafana import files

ROOT = Path(__file__).parents[2]
FACTORY = str(ROOT / "models" / "factory")
NAMES = [
    "compose.yaml",
    "provisioning/datasources/twinmaker.yaml",
    "provisioning/dashboards/twin.yaml",
    "dashboards/overview.json",
    "dashboards/types/com-example-EquipmentAlarm.json",
    "dashboards/types/com-example-Press.json",
    "dashboards/types/com-example-TemperatureSensor.json",
]


def twin(model: str, folder: Path, *options: str) -> Result:
    return CliRunner().invoke(app, ["grafana", model, "-o", str(folder), *options])


def contents(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_files_are_written_and_listed_and_a_second_run_changes_nothing(tmp_path: Path) -> None:
    first = twin(FACTORY, tmp_path / "out", "--json")
    before = contents(tmp_path / "out")
    second = twin(FACTORY, tmp_path / "out", "--json")

    assert first.exit_code == second.exit_code == 0
    assert json.loads(first.stdout) == {"written": NAMES, "unchanged": [], "removed": [], "kept": []}
    assert json.loads(second.stdout) == {"written": [], "unchanged": NAMES, "removed": [], "kept": []}
    assert contents(tmp_path / "out") == before
    assert set(before) == {*NAMES, files.RECORD}


def test_files_that_were_not_generated_are_kept_without_force(tmp_path: Path) -> None:
    for name in ("compose.yaml", "dashboards/overview.json"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("mine\n", encoding="utf-8")
    before = contents(tmp_path)

    refused = twin(FACTORY, tmp_path)

    assert refused.exit_code == 1
    assert "compose.yaml, dashboards/overview.json; nothing was written" in refused.stderr
    assert contents(tmp_path) == before
    assert twin(FACTORY, tmp_path, "--force").exit_code == 0
    assert (tmp_path / "compose.yaml").read_text(encoding="utf-8") != "mine\n"


def test_changed_files_are_kept_and_generated_files_are_replaced(tmp_path: Path) -> None:
    twin(FACTORY, tmp_path)
    assert twin(FACTORY, tmp_path, "--grafana", "12").exit_code == 0  # ours: overwritten
    assert "sceneviewer" in (tmp_path / "dashboards/overview.json").read_text(encoding="utf-8")
    (tmp_path / "dashboards/overview.json").write_text("{}", encoding="utf-8")
    before = contents(tmp_path)

    refused = twin(FACTORY, tmp_path)

    assert refused.exit_code == 1
    assert "dashboards/overview.json" in refused.stderr
    assert contents(tmp_path) == before


def test_obsolete_dashboards_are_removed_unless_changed(tmp_path: Path) -> None:
    model = tmp_path / "model"
    shutil.copytree(FACTORY, model)
    out = tmp_path / "out"
    twin(str(model), out)
    (out / NAMES[4]).write_text("changed", encoding="utf-8")
    shutil.rmtree(model / "scenes")
    shutil.rmtree(model / "assets")
    (model / "entities/zone-a.yaml").write_text("zone-a: {entityName: Zone A}\n", encoding="utf-8")

    result = twin(str(model), out, "--json")

    report = json.loads(result.stdout)
    assert (report["removed"], report["kept"]) == ([NAMES[5], NAMES[6]], [NAMES[4]])
    assert [(out / name).exists() for name in NAMES[4:]] == [True, False, False]


def test_a_folder_of_another_twin_is_refused(tmp_path: Path) -> None:
    twin(FACTORY, tmp_path)

    refused = twin(str(ROOT / "models" / "minimal"), tmp_path)

    assert refused.exit_code == 1
    assert "contains the dashboards of my-factory-twin" in refused.stderr


def test_a_record_that_names_files_elsewhere_removes_none_of_them(tmp_path: Path) -> None:
    outside = tmp_path / "outside.json"
    outside.write_text("x", encoding="utf-8")
    out = tmp_path / "out"
    out.mkdir()
    digest = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"
    digests = {"../outside.json": digest, str(outside): digest}
    record = {"workspaceId": "my-factory-twin", "files": digests}
    (out / files.RECORD).write_text(json.dumps(record), encoding="utf-8")

    assert twin(FACTORY, out).exit_code == 0
    assert outside.exists()


def test_interrupted_write_leaves_complete_files_and_is_completed_by_the_next_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace, count = os.replace, iter(range(100))

    def interrupted(source: Path, target: Path) -> None:
        if next(count) == 3:
            raise KeyboardInterrupt
        replace(source, target)

    with monkeypatch.context() as patched:
        patched.setattr("os.replace", interrupted)
        assert twin(FACTORY, tmp_path).exit_code == 130
    assert set(contents(tmp_path)) == set(NAMES[:3])

    assert twin(FACTORY, tmp_path).exit_code == 0
    assert set(contents(tmp_path)) == {*NAMES, files.RECORD}


def test_mistakes_of_the_model_are_printed_as_check_prints_them(tmp_path: Path) -> None:
    (tmp_path / "twin.yaml").write_text("workspaceId: x y\nconector: {}\n", encoding="utf-8")
    for options in ([], ["--json"]):
        checked = CliRunner().invoke(app, ["check", str(tmp_path), *options])
        result = twin(str(tmp_path), tmp_path / "out", *options)

        assert result.exit_code == 1
        assert "TWIN" in result.stdout
        assert checked.stdout.startswith(result.stdout)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--grafana", "9"], "not 10.4 or later"),
        (["--page", "ftp://x"], "not the URL of a web page"),
        (["--role-arn", "x"], "not a valid role ARN"),
        (["-w", "a b"], "not a workspace id"),
    ],
)
def test_wrong_options_are_reported_in_one_line(tmp_path: Path, options: list[str], message: str) -> None:
    result = twin(FACTORY, tmp_path / "out", *options)

    assert result.exit_code == 1
    assert message in result.stderr
    assert result.stderr.count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_folder_that_cannot_be_written_is_reported_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file", encoding="utf-8")

    result = twin(FACTORY, tmp_path / "out")

    assert result.exit_code == 1
    assert result.stderr.startswith("error: ")


@pytest.mark.slow
def test_the_extra_is_named_when_it_is_not_installed(tmp_path: Path) -> None:
    code = (
        "import sys; sys.modules['grafana_foundation_sdk'] = None; "
        "from twin_stack.cli import main; sys.argv[0] = 'twin'; main()"
    )
    command = [sys.executable, "-c", code, "grafana", FACTORY, "-o", str(tmp_path / "out")]
    result = subprocess.run(command, capture_output=True, text=True, check=False)

    assert result.returncode == 1
    assert result.stderr == (
        "error: grafana_foundation_sdk is not installed: pip install 'twin-stack[grafana]'\n"
    )


def test_help_has_an_example() -> None:
    assert "Example: twin grafana models/factory -o" in CliRunner().invoke(app, ["grafana", "--help"]).stdout

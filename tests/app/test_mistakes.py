"""Ten mistakes at once: ten located errors, and nothing written."""

from __future__ import annotations

import json
import re
from contextlib import chdir
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from tests.support.app import ROOT, copy_definition, findings, run_here
from twin_stack.cli import app as twin_command

if TYPE_CHECKING:
    from pathlib import Path

    from typer.testing import Result

pytestmark = pytest.mark.slow


FACTORY_TYPES = "component_types/sensors.yaml"
ZONE = "entities/zone-a.yaml"
SCENE = "scenes/factory-overview.yaml"
MISTAKES = [
    # file, text to replace, the mistake, its code, a part of the message
    ("twin.yaml", "kind: sitewise", "kind: sitewize", "TWIN005", "sitewise"),
    (FACTORY_TYPES, "sensorModel: STRING", "sensorModel: STRNG", "TWIN005", "STRING"),
    (FACTORY_TYPES, "isTimeSeries: true\n    hum", "isTimeSerie: true\n    hum", "TWIN003", "isTimeSeries"),
    (
        "component_types/alarms.yaml",
        "{connector: telemetry}",
        "{connector: telemetri}",
        "TWIN016",
        "telemetry",
    ),
    ("component_types/press.yaml", "isTimeSeries: true", "isTimeSeries: yes", "TWIN004", "true or false"),
    (ZONE, "entityName: CNC Machine 1", "entityName: CNC Machine (1)", "TWIN012", "CNC Machine (1)"),
    (ZONE, "entityName: Hydraulic Press 1", "entityNam: Hydraulic Press 1", "TWIN003", "entityName"),
    (ZONE, 'installDate: "2025-06-15"}\n    press', "installDate: 2025}\n    press", "TWIN021", "quote it"),
    (ZONE, "description: Mach", "parentEntityId: zone-b\n  description: Mach", "TWIN015", "zone-a"),
    (SCENE, "ruleBasedMapId: alarmIcon", "ruleBasedMapId: alarmIkon", "TWIN041", "alarmIcon"),
]


@pytest.fixture
def app(tmp_path: Path) -> Path:
    return copy_definition(tmp_path / "app")


def spoil(app: Path) -> None:
    for file, right, wrong, _, _ in MISTAKES:
        path = app / "models" / "factory" / file
        text = path.read_text(encoding="utf-8")
        assert right in text, f"{file} does not hold {right!r}"
        path.write_text(text.replace(right, wrong, 1), encoding="utf-8")


def check(folder: Path, *arguments: str) -> Result:
    with chdir(folder):
        return CliRunner().invoke(twin_command, ["check", *arguments])


def codes(lines: list[str]) -> list[str]:
    return sorted(re.findall(r" (TWIN\d+) ", line)[0] for line in lines)


EXPECTED = sorted(code for *_, code, _ in MISTAKES)


def test_check_reports_ten_mistakes_in_one_run(app: Path) -> None:
    spoil(app)
    result = check(app, "models/factory")
    lines = findings(result.stdout)
    assert codes(lines) == EXPECTED, result.stdout
    assert result.exit_code == 1
    assert result.stdout.splitlines()[-1] == "10 mistakes in models/factory"
    for file, _, wrong, code, part in MISTAKES:
        mine = [line for line in lines if line.startswith(f"models/factory/{file}:") and f" {code} " in line]
        assert any(part in line for line in mine), f"{file}: {wrong}"
        for line in mine:
            place = re.match(r"([^:]+):(\d+):(\d+) ", line)
            assert place
            written = (app / place[1]).read_text(encoding="utf-8").splitlines()[int(place[2]) - 1]
            assert 1 <= int(place[3]) <= len(written)


def test_app_reports_the_same_and_writes_no_template(app: Path, tmp_path: Path) -> None:
    spoil(app)
    result = run_here(app, tmp_path / "out")
    assert result.returncode == 1
    assert codes(findings(result.stderr)) == EXPECTED
    assert "10 mistakes, nothing synthesized" in result.stderr
    assert "Traceback" not in result.stderr
    assert not list((tmp_path / "out").glob("*.json"))


def test_json_output_holds_every_member(app: Path) -> None:
    spoil(app)
    result = check(app, "models/factory", "--json")
    assert result.exit_code == 1
    reported = json.loads(result.stdout)
    assert len(reported) == 10
    assert reported[0].keys() == {"file", "line", "column", "severity", "code", "message", "remedy"}
    assert all(isinstance(finding["line"], int) and finding["severity"] == "error" for finding in reported)


def test_right_definition_passes_with_a_summary() -> None:
    result = check(ROOT, "models/factory")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == "models/factory: 3 component types, 4 entities, 1 scenes, no mistakes\n"


def test_missing_folder_is_one_finding(tmp_path: Path) -> None:
    result = check(tmp_path, "nothing")
    assert result.exit_code == 1
    assert result.stdout.startswith("nothing:1:1 TWIN009 the folder does not exist; ")


def test_help_shows_an_example() -> None:
    assert "Example: twin check models/factory" in check(ROOT, "--help").stdout

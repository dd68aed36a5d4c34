"""The verbs of `twin` as they are typed: what they print, and how they end."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner, Result

from twin_stack.cli import app

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.local_factory import LocalFactory

HISTORY = ("history", "machine-001", "temperatureSensor", "temperature", "--last", "3h")
VERBS = (
    "architecture",
    "check",
    "invoke",
    "grafana",
    "preview",
    "up",
    "down",
    "status",
    "logs",
    "entities",
    "get",
    "history",
    "simulate",
)
GROUPED = ("alarm ack",)


def typed(*words: str, factory: LocalFactory | None = None) -> Result:
    """What becomes of a command, with the factory as the AWS that boto3 is configured for."""
    # Other tests of the session may have deployed a workspace too.
    environment = factory.twin.environment() | {"TWIN_WORKSPACE": factory.workspace_id} if factory else {}
    return CliRunner().invoke(app, words, env={**environment, "COLUMNS": "80"})


def test_tree_is_drawn_when_entities_are_asked_for(local_factory: LocalFactory) -> None:
    result = typed("entities", factory=local_factory)

    assert result.exit_code == 0
    assert "Manufacturing Zone A (zone-a)" in result.stdout
    assert re.search(r"── CNC Machine 1 \(machine-001\)", result.stdout)


def test_values_are_printed_in_the_form_that_was_asked_for(local_factory: LocalFactory) -> None:
    as_json = typed("get", "machine-001", "temperatureSensor", "--json", factory=local_factory)
    as_csv = typed(*HISTORY, "--csv", factory=local_factory)
    as_text = typed(*HISTORY, factory=local_factory)

    assert "TMP-117" in json.dumps(json.loads(as_json.stdout))
    rows = list(csv.reader(io.StringIO(as_csv.stdout)))
    # A value each five minutes, up to the time when they were written.
    assert 30 <= len(rows) - 1 <= 37
    assert all(20 <= float(row[-1]) <= 90 for row in rows[1:])
    assert re.search(r"temperature \[Celsius\]: 3\d values", as_text.stdout)
    assert "┤" in as_text.stdout


def test_sitewise_is_read_when_it_holds_the_history(local_factory: LocalFactory) -> None:
    result = typed("history", "press-001", "press", "pressure", "--last", "3h", factory=local_factory)

    assert re.search(r"pressure \[bar\]: 3\d values", result.stdout)


def test_telemetry_is_written_when_simulated(local_factory: LocalFactory) -> None:
    result = typed("simulate", "--last", "10m", "--every", "5m", factory=local_factory)

    assert result.exit_code == 0
    assert re.search(r"my-factory-twin: [46] rows in DynamoDB, [46] values in SiteWise", result.stdout)
    assert result.stderr == ""


def test_alarm_is_answered_through_the_connector_when_acknowledged(local_factory: LocalFactory) -> None:
    result = typed("alarm", "ack", "machine-001", "--json", factory=local_factory)

    said = json.loads(result.stdout)
    assert (said["component"], said["status"]) == ("alarm", "ACKNOWLEDGED")
    twinmaker = local_factory.twin.client("iottwinmaker")
    history = twinmaker.get_property_value_history(
        workspaceId=local_factory.workspace_id,
        entityId="machine-001",
        componentName="alarm",
        selectedProperties=["alarm_status"],
        startTime=(datetime.fromisoformat(said["time"]) - timedelta(seconds=1)).isoformat(),
        endTime=said["time"],
    )
    # Acknowledged, or, as soon as the evaluator has seen that there is nothing to acknowledge, normal.
    ((*_, value),) = [series["values"] for series in history["propertyValues"]]
    assert value["value"]["stringValue"] in ("ACKNOWLEDGED", "NORMAL")


def test_one_line_says_what_to_check_when_there_is_no_such_entity(local_factory: LocalFactory) -> None:
    result = typed("get", "machine-009", factory=local_factory)

    assert result.exit_code == 1
    assert result.stderr == (
        "error: ResourceNotFoundException: entity 'machine-009' does not exist; "
        "check the name, the workspace, the account and the region\n"
    )


def test_two_forms_are_refused_when_only_one_can_be(local_factory: LocalFactory) -> None:
    result = typed(*HISTORY, "--json", "--csv", factory=local_factory)

    assert result.exit_code == 2
    assert "give --json or --csv, not both" in result.stderr


def test_nothing_is_said_to_run_when_nothing_does(tmp_path: Path) -> None:
    status = typed("status", "--json", "--app", str(tmp_path))
    down = typed("down", "--app", str(tmp_path))
    up = typed("up", "--app", str(tmp_path))
    logs = typed("logs", "--app", str(tmp_path))

    assert (status.exit_code, json.loads(status.stdout)["running"]) == (1, False)
    assert (down.exit_code, down.stdout) == (0, "nothing runs\n")
    assert (up.exit_code, up.stderr) == (
        1,
        f"error: there is no cdk.json in {tmp_path}; name the folder of a CDK app\n",
    )
    assert logs.exit_code == 1
    assert logs.stderr == "error: the embedded AWS does not run; start it with `twin up`\n"


@pytest.mark.parametrize("verb", [*VERBS, *GROUPED])
def test_help_shows_an_example(verb: str) -> None:
    result = typed(*verb.split(), "--help")

    assert result.exit_code == 0
    assert f"Example: twin {verb}" in result.stdout


def test_every_verb_is_tested() -> None:
    assert {command.name or command.callback.__name__ for command in app.registered_commands} == set(VERBS)  # type: ignore[union-attr]

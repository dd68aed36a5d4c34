"""Verbs that read a deployed twin: their output and exit codes, with the factory in the embedded AWS."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from typer.testing import CliRunner, Result

from twin_stack.cli import app

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from tests.support.local_factory import LocalFactory

HISTORY = ("history", "machine-001", "temperatureSensor", "temperature", "--last", "3h")


def typed(*words: str, factory: LocalFactory) -> Result:
    """Run a command with the factory as the AWS that boto3 is configured for."""
    # Other tests of the session may have deployed a workspace too.
    environment = factory.twin.environment() | {"TWIN_WORKSPACE": factory.workspace_id}
    return CliRunner().invoke(app, words, env={**environment, "COLUMNS": "80"})


def test_entities_draws_the_tree(local_factory: LocalFactory) -> None:
    result = typed("entities", factory=local_factory)

    assert result.exit_code == 0
    assert "Manufacturing Zone A (zone-a)" in result.stdout
    assert re.search(r"── CNC Machine 1 \(machine-001\)", result.stdout)


def test_values_are_printed_in_the_selected_format(local_factory: LocalFactory) -> None:
    as_json = typed("get", "machine-001", "temperatureSensor", "--json", factory=local_factory)
    as_csv = typed(*HISTORY, "--csv", factory=local_factory)
    as_text = typed(*HISTORY, factory=local_factory)

    assert "TMP-117" in json.dumps(json.loads(as_json.stdout))
    rows = list(csv.reader(io.StringIO(as_csv.stdout)))
    # A value each five minutes, up to the time when they were written; other tests may have added some.
    assert len(rows) - 1 >= 30
    assert all(20 <= float(row[-1]) <= 120 for row in rows[1:])
    assert f"temperature [Celsius]: {len(rows) - 1} values" in as_text.stdout
    assert "┤" in as_text.stdout


def test_history_is_read_from_sitewise(local_factory: LocalFactory) -> None:
    result = typed("history", "press-001", "press", "pressure", "--last", "3h", factory=local_factory)

    (count,) = re.findall(r"pressure \[bar\]: (\d+) values", result.stdout)
    assert int(count) >= 30


def test_acknowledgement_is_written_through_the_connector(local_factory: LocalFactory) -> None:
    result = typed("alarm", "ack", "machine-001", "--json", factory=local_factory)

    written = json.loads(result.stdout)
    assert (written["component"], written["status"]) == ("alarm", "ACKNOWLEDGED")
    assert written["workspace_id"] == local_factory.workspace_id
    assert written["target"] == f"the local twin at {local_factory.twin.endpoint}"
    twinmaker = local_factory.twin.client("iottwinmaker")
    history = twinmaker.get_property_value_history(
        workspaceId=local_factory.workspace_id,
        entityId="machine-001",
        componentName="alarm",
        selectedProperties=["alarm_status"],
        startTime=(datetime.fromisoformat(written["time"]) - timedelta(seconds=1)).isoformat(),
        endTime=written["time"],
    )
    # ACKNOWLEDGED, or NORMAL once the evaluator has processed it, as no alarm is active.
    ((*_, value),) = [series["values"] for series in history["propertyValues"]]
    assert value["value"]["stringValue"] in ("ACKNOWLEDGED", "NORMAL")


def test_acknowledging_prints_where_it_is_written(local_factory: LocalFactory) -> None:
    result = typed("alarm", "ack", "machine-001", factory=local_factory)

    workspace = f"workspace {local_factory.workspace_id} of the local twin at {local_factory.twin.endpoint}"
    assert result.stdout.startswith("machine-001 alarm: ACKNOWLEDGED at ")
    assert result.stdout.endswith(f", written to {workspace}\n")


def test_alarm_of_an_aws_account_is_refused_without_its_id(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    keys = {"AWS_ACCESS_KEY_ID": "1", "AWS_SECRET_ACCESS_KEY": "1", "AWS_DEFAULT_REGION": "eu-west-1"}

    result = CliRunner().invoke(app, ["alarm", "ack", "machine-001"], env=keys | {"AWS_ENDPOINT_URL": None})

    assert result.exit_code == 1
    assert result.stderr == (
        "error: this would write to https://iottwinmaker.eu-west-1.amazonaws.com, "
        "which is not on this machine; start the local twin with `twin up`, or give --aws ACCOUNT_ID "
        "to write to that AWS account\n"
    )


def test_unknown_entity_is_an_error_in_one_line(local_factory: LocalFactory) -> None:
    result = typed("get", "machine-009", factory=local_factory)

    assert result.exit_code == 1
    assert result.stderr == (
        "error: ResourceNotFoundException: entity 'machine-009' does not exist; "
        "check the name, the workspace, the account and the region\n"
    )


def test_two_output_formats_are_refused(local_factory: LocalFactory) -> None:
    result = typed(*HISTORY, "--json", "--csv", factory=local_factory)

    assert result.exit_code == 2
    assert "give --json or --csv, not both" in result.stderr

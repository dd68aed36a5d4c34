"""`twin invoke` on handlers that run here."""

from __future__ import annotations

import json
import os
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from tests.support.connector_events import EVENTS
from twin_stack.cli import app
from twin_stack.invoke import EventRequest
from twin_stack.invoke.events import build_event
from twin_stack.invoke.model import find_model

ROOT = Path(__file__).parents[2]
EVENT = str(EVENTS / "history_by_entity.json")
CODE = """
import os
import sys

import connector_kit
import helper


def answer(event, value, time="2026-03-02T06:01:00Z"):
    reference = {"entityId": event["entityId"], "componentName": event["componentName"]}
    item = {"entityPropertyReference": {**reference, "propertyName": "pressure"}}
    return {"propertyValues": [{**item, "values": [{"time": time, "value": value}]}], "nextToken": None}


def right(event, context):
    print("a print of the handler")
    return answer(event, {"doubleValue": helper.VALUE})


def wrong(event, context):
    return answer(event, {"intValue": 7}, event["startTime"])


def many(event, context):
    page = answer(event, {"doubleValue": 1.5})
    page["propertyValues"][0]["values"] *= 50
    page["propertyValues"][0]["values"][1:] = [{"time": "noon", "value": {"doubleValue": 1}}] * 49
    return page


def warned(event, context):
    return answer(event, {"doubleValue": os.environ["VALUE"]})


def raises(event, context):
    raise connector_kit.StoreError("the store is closed")


def exits(event, context):
    sys.exit("enough")


def dies(event, context):
    os._exit(3)


def hangs(event, context):
    import time

    time.sleep(context.get_remaining_time_in_millis() / 1000 + 5)


def decimal(event, context):
    from decimal import Decimal

    return answer(event, {"doubleValue": Decimal(1)})
"""


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder with a handler in it, and no AWS anywhere."""
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "mine.py").write_text(CODE, encoding="utf-8")
    (tmp_path / "code" / "helper.py").write_text("VALUE = 1.5\n", encoding="utf-8")
    for name in list(os.environ):
        if name.startswith("AWS_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def twin(*arguments: str, text: str | None = None) -> Result:
    return CliRunner().invoke(app, ["invoke", *arguments], input=text)


def documented(*arguments: str) -> Any:
    return json.loads(twin(*arguments, "--json", "--quiet").stdout)


def test_answer_is_printed_and_said_to_be_right(capfd: pytest.CaptureFixture[str]) -> None:
    result = twin("code/mine.py:right", "--event", EVENT)
    assert result.exit_code == 0
    answer, _, verdict = result.stdout.rpartition("\n\n")
    assert json.loads(answer)["propertyValues"][0]["values"][0]["value"] == {"doubleValue": 1.5}
    assert verdict == "dataReaderByEntity: no rule of the contract is broken\n"
    assert "a print of the handler" in capfd.readouterr().err


def test_module_is_imported_from_the_working_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir("code")
    assert twin("mine:right", "--event", EVENT).exit_code == 0


def test_event_is_read_from_the_standard_input() -> None:
    text = Path(EVENT).read_text(encoding="utf-8")
    assert twin("code/mine.py:right", "--event", "-", text=text).exit_code == 0


def test_every_broken_rule_is_named() -> None:
    result = twin("code/mine.py:wrong", "--event", EVENT)
    assert result.exit_code == 1
    lines = result.stdout.rpartition("\n\n")[2].splitlines()
    assert [line.split()[:2] for line in lines[:-1]] == [
        ["$.propertyValues[0].values[0].value.intValue", "UDQ021"],
        ["$.propertyValues[0].values[0].time", "UDQ031"],
    ]
    assert lines[-1] == "dataReaderByEntity: 2 errors"


def test_rule_broken_at_many_places_is_shown_at_the_first() -> None:
    lines = twin("code/mine.py:many", "--event", EVENT).stdout.splitlines()
    assert sum(" UDQ030 " in line for line in lines) == 5
    assert "... and 44 more of UDQ030; --json has them all" in lines
    found = documented("code/mine.py:many", "--event", EVENT)["violations"]
    assert [one["code"] for one in found] == ["UDQ030"] * 49


def test_warning_does_not_fail_and_variables_reach_the_handler() -> None:
    result = twin("code/mine.py:warned", "--event", EVENT, "--env", "VALUE=1.5")
    assert result.exit_code == 0
    assert 'UDQ024 warning: is "1.5"' in result.stdout
    assert result.stdout.endswith("dataReaderByEntity: 1 warning\n")


def test_document_has_all_there_is_to_say() -> None:
    document = documented("code/mine.py:wrong", "--event", EVENT)
    assert document["function"] == "dataReaderByEntity"
    assert document["event"] == json.loads(Path(EVENT).read_text(encoding="utf-8"))
    assert document["error"] is None
    assert document["violations"][0] == {
        "code": "UDQ021",
        "severity": "error",
        "path": "$.propertyValues[0].values[0].value.intValue",
        "value": "7",
        "allowed": "one of booleanValue, doubleValue, expression, integerValue, listValue, longValue, "
        "mapValue, relationshipValue, stringValue",
        "remedy": "name the member for the property's declared type",
    }


def test_error_of_a_handler_is_shown_with_its_own_traceback() -> None:
    result = twin("code/mine.py:raises", "--event", EVENT)
    assert result.exit_code == 1
    assert result.stdout == ""
    lines = result.stderr.splitlines()
    assert lines[-1] == "ConnectorFailureException: StoreError: the store is closed"
    assert 'mine.py", line ' in lines[0]
    assert "runner.py" not in result.stderr
    quiet = twin("code/mine.py:raises", "--event", EVENT, "--quiet")
    assert quiet.stderr == "ConnectorFailureException: StoreError: the store is closed\n"


@pytest.mark.parametrize(
    ("handler", "message"),
    [
        ("exits", "ConnectorFailureException: SystemExit: enough"),
        ("dies", "ConnectorFailureException: code/mine.py:dies: the process ended with exit code 3"),
        ("hangs", "ConnectorTimeoutException: code/mine.py:hangs: no answer after 1 s"),
        (
            "decimal",
            "ConnectorFailureException: Runtime.MarshalError: Unable to marshal response: Object of type Dec",
        ),
        ("nowhere", "ConnectorFailureException: HandlerNotFound: code/mine.py has no function nowhere"),
    ],
)
def test_handler_that_does_not_answer_has_failed(handler: str, message: str) -> None:
    seconds = "1" if handler == "hangs" else "30"
    result = twin(f"code/mine.py:{handler}", "--event", EVENT, "--quiet", "--timeout", seconds)
    assert result.exit_code == 1
    assert result.stderr.startswith(message)
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["code/mine.py:right", "--event", "none.json"], "error: none.json cannot be read: No such file"),
        (["code/none.py:right", "--event", EVENT], "error: there is no file code/none.py; name a handler"),
        (["code/mine.py:right", "--event", "code/helper.py"], "error: code/helper.py:1:1 is not JSON: "),
        (["x", "--event", EVENT, "--env", "A=b"], "error: --env is for handlers that run here"),
        (["x", "--event", EVENT, "--model", "none"], "error: none is not a folder; name the folder"),
        (["x", "--event", EVENT], "error: NoRegionError"),
    ],
)
def test_mistake_of_the_caller_is_one_line(arguments: list[str], message: str) -> None:
    result = twin(*arguments)
    assert result.exit_code == 1
    assert result.stderr.startswith(message)
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--event", "e.json", "--entity", "e"],
        ["--entity", "e", "--property", "p"],
        ["--entity", "e", "--component", "c"],
        ["--component-type", "t", "--entity", "e", "--component", "c", "--property", "p"],
        ["--event", "e.json", "--env", "novalue"],
    ],
)
def test_usage_is_shown_when_it_is_not_clear_what_to_ask(arguments: list[str]) -> None:
    result = twin("code/mine.py:right", *arguments)
    assert result.exit_code == 2
    assert "Usage:" in result.stderr


@pytest.fixture
def factory(place: Path) -> Path:
    """A copy of the factory."""
    shutil.copytree(ROOT / "models" / "factory", place / "factory")
    return place / "factory"


NOW = datetime(2026, 5, 4, 7, 0, 0, 250_000, tzinfo=UTC)


def test_event_of_a_definition_is_as_the_service_sends_it(factory: Path) -> None:
    wanted = EventRequest(
        properties=("temperature",),
        entity="machine-001",
        component="temperatureSensor",
        last="30m",
        order="DESCENDING",
        limit=1,
        now=NOW,
    )
    event = build_event(wanted, model=find_model(factory.parent, factory), workspace=None)
    properties = event.pop("properties")
    assert event == {
        "workspaceId": "my-factory-twin",
        "selectedProperties": ["temperature"],
        "startTime": "2026-05-04T06:30:00.250Z",
        "endTime": "2026-05-04T07:00:00.250Z",
        "startDateTime": 1777876200,
        "endDateTime": 1777878000,
        "entityId": "machine-001",
        "componentName": "temperatureSensor",
        "maxResults": 1,
        "orderByTime": "DESCENDING",
    }
    flags = {
        flag: properties["temperature"]["definition"][flag]
        for flag in ("isTimeSeries", "timeSeries", "isStoredExternally", "storedExternally", "isInherited")
    }
    assert flags == {
        "isTimeSeries": True,
        "timeSeries": True,
        "isStoredExternally": True,
        "storedExternally": True,
        "isInherited": False,
    }
    assert properties["temperature"]["definition"]["dataType"]["type"] == "DOUBLE"
    assert properties["sensorModel"]["value"] == {"stringValue": "TMP-117"}


def test_options_make_the_event(factory: Path) -> None:
    event = documented(
        "code/mine.py:right", "--model", str(factory), "--entity", "machine-001",
        "--component", "temperatureSensor", "--property", "temperature", "--property", "humidity",
        "--last", "2h", "--order", "descending", "--max-results", "5", "--workspace", "other",
    )["event"]  # fmt: skip
    assert event["workspaceId"] == "other"
    assert event["selectedProperties"] == ["temperature", "humidity"]
    assert (event["orderByTime"], event["maxResults"]) == ("DESCENDING", 5)
    assert event["endDateTime"] - event["startDateTime"] == 2 * 3600


def test_event_has_what_a_type_inherits(factory: Path) -> None:
    wanted = EventRequest(properties=("alarm_status",), component_type="com.example.EquipmentAlarm", now=NOW)
    event = build_event(wanted, model=find_model(factory.parent, factory), workspace="other")
    assert (event["workspaceId"], event["componentTypeId"]) == ("other", "com.example.EquipmentAlarm")
    assert "entityId" not in event
    key = event["properties"]["alarm_key"]["definition"]
    assert (key["isExternalId"], key["isInherited"]) == (True, True)


def test_connector_of_the_definition_is_ours(factory: Path) -> None:
    # No table answers: the connector itself says so, and names what it was asked.
    result = twin(
        "telemetry", "--model", str(factory), "--entity", "machine-001", "--component", "temperatureSensor",
        "--property", "temperature", "--env", "TABLE_NAME=nothing", "--env", "AWS_DEFAULT_REGION=us-east-1",
        "--env", "AWS_ENDPOINT_URL=http://127.0.0.1:1", "--env", "AWS_ACCESS_KEY_ID=x",
        "--env", "AWS_SECRET_ACCESS_KEY=x", "--quiet", "--timeout", "20",
    )  # fmt: skip
    assert result.exit_code == 1
    assert result.stderr.startswith(
        'ConnectorFailureException: StoreError: dynamodb:Query on table "nothing" failed'
    )


@pytest.mark.parametrize(
    ("entity", "component", "name", "message"),
    [
        ("machine-001", "tempSensor", "temperature", 'there is no component "tempSensor"; did you mean'),
        ("machine-001", "temperatureSensor", "temp", 'there is no property "temp"; '),
        (
            "machine-9",
            "x",
            "y",
            'the definition does not say all of entity "machine-9", and the deployed twin',
        ),
    ],
)
def test_unknown_name_is_said_with_those_there_are(
    factory: Path, entity: str, component: str, name: str, message: str
) -> None:
    asked = ["--entity", entity, "--component", component, "--property", name]
    result = twin("code/mine.py:right", "--model", str(factory), *asked)
    assert result.exit_code == 1
    assert result.stderr.startswith(f"error: {message}")


def test_properties_of_two_kinds_are_not_asked_for_together(factory: Path) -> None:
    asked = ["--entity", "machine-001", "--component", "temperatureSensor"]
    both = ["--property", "temperature", "--property", "sensorModel"]
    result = twin("code/mine.py:right", "--model", str(factory), *asked, *both)
    assert "ask for properties of one kind" in result.stderr


def test_connector_of_the_service_itself_is_not_invoked(factory: Path) -> None:
    settings = factory / "twin.yaml"
    text = settings.read_text(encoding="utf-8")
    more = "connectors:\n  native: {kind: sitewise-native}\n"
    settings.write_text(text.replace("connectors:\n", more, 1), encoding="utf-8")
    result = twin("native", "--model", str(factory), "--event", EVENT)
    assert result.stderr.startswith('error: "native" is part of AWS IoT TwinMaker itself')


def test_mistakes_of_the_definition_are_all_shown(factory: Path) -> None:
    (factory / "entities" / "zone-a.yaml").write_text(
        "zone-a: {entityNam: Zone, what: 1}\n", encoding="utf-8"
    )
    result = twin("telemetry", "--model", str(factory), "--event", EVENT)
    assert result.exit_code == 1
    assert "TWIN003" in result.stderr
    assert "Traceback" not in result.stderr

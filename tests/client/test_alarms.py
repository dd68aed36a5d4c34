"""Acknowledgement of alarms: the request, its target, and invalid arguments."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from twin_stack.client import TwinClientError, set_alarm_status

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


class TwinMaker:
    """A client with an entity with components, which records the written values."""

    def __init__(self, url: str = "https://iottwinmaker.eu-west-1.amazonaws.com", **components: str) -> None:
        self.meta = SimpleNamespace(endpoint_url=url, region_name="eu-west-1")
        self.errors: list[Any] = []
        self.entries: list[Any] = []
        self._components = {
            name: {
                "componentTypeId": "type",
                "status": {"state": "ACTIVE"},
                "properties": {name: {} for name in property_names.split()},
            }
            for name, property_names in components.items()
        }

    def get_entity(self, **_: Any) -> Any:
        status = {"state": "ACTIVE"}
        return {"entityId": "m1", "entityName": "M", "status": status, "components": self._components}

    def batch_put_property_values(self, workspaceId: str, entries: list[Any]) -> Any:  # noqa: N803
        assert workspaceId == "plant"
        self.entries += entries
        return {"errorEntries": self.errors}


def acknowledge(client: TwinMaker, component: str | None = None, note: str | None = None) -> Any:
    return set_alarm_status(
        "m1", component, status="ACKNOWLEDGED", note=note, workspace="plant", client=client, now=NOW
    )


def test_status_is_written_to_the_only_alarm() -> None:
    client = TwinMaker(sensor="temperature", alarm="alarm_status")

    acknowledgement = acknowledge(client)

    (entry,) = client.entries
    assert entry["entityPropertyReference"] == {
        "entityId": "m1",
        "componentName": "alarm",
        "propertyName": "alarm_status",
    }
    assert entry["propertyValues"] == [
        {"time": "2026-03-01T12:00:00.000Z", "value": {"stringValue": "ACKNOWLEDGED"}}
    ]
    assert (acknowledgement.component, acknowledgement.workspace_id) == ("alarm", "plant")


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("http://127.0.0.1:14566", "the local twin at http://127.0.0.1:14566"),
        ("https://twin.example.com", "AWS eu-west-1 (https://twin.example.com)"),
    ],
)
def test_result_names_the_aws_that_was_written_to(url: str, target: str) -> None:
    assert acknowledge(TwinMaker(url, alarm="alarm_status")).target == target


def test_one_of_several_alarms_has_to_be_named() -> None:
    client = TwinMaker(heat="alarm_status", speed="alarm_status")

    with pytest.raises(TwinClientError, match=r'^entity "m1" has 2 alarms; name one of them: heat, speed$'):
        acknowledge(client)
    assert client.entries == []
    assert acknowledge(client, "speed").component == "speed"


def test_entity_without_an_alarm_is_refused() -> None:
    with pytest.raises(TwinClientError, match=r'^entity "m1" has no alarm; `twin get m1`'):
        acknowledge(TwinMaker(sensor="temperature"))


def test_note_is_written_before_the_status_at_the_same_time() -> None:
    client = TwinMaker(alarm="alarm_status alarmNote")

    assert acknowledge(client, note="fan ordered").note == "fan ordered"

    written = [
        (entry["entityPropertyReference"]["propertyName"], *entry["propertyValues"])
        for entry in client.entries
    ]
    time = "2026-03-01T12:00:00.000Z"
    assert written == [
        ("alarmNote", {"time": time, "value": {"stringValue": "fan ordered"}}),
        ("alarm_status", {"time": time, "value": {"stringValue": "ACKNOWLEDGED"}}),
    ]


def test_note_that_the_alarm_cannot_keep_is_refused() -> None:
    client = TwinMaker(alarm="alarm_status")
    with pytest.raises(TwinClientError, match=r'^alarm "alarm" of entity "m1" keeps no notes; declare a'):
        acknowledge(client, note="fan ordered")
    assert client.entries == []


def test_value_that_the_connector_refuses_is_an_error() -> None:
    client = TwinMaker(alarm="alarm_status")
    client.errors = [{"errors": [{"errorCode": "ConnectorFailure", "errorMessage": "no writer"}]}]

    message = r"^ConnectorFailure: no writer; its component type needs a dataWriter"
    with pytest.raises(TwinClientError, match=message):
        acknowledge(client)

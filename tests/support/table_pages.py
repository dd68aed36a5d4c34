"""Pages of a table through the DynamoDB connector, for tests of paging."""

from typing import Any

from dynamodb_connector.environment import Environment
from former_ids import NOTHING_RENAMED, FormerIds
from tests.support.connector_events import definition
from tests.support.fake_table import FakeTable, ask_table

KEY_SCHEMAS = {
    "wide, seconds": Environment("t", time_unit="s"),
    "wide, milliseconds": Environment("t"),
    "wide, microseconds": Environment("t", time_unit="us"),
    "wide, text": Environment("t", time_unit="iso"),
    "wide, other names": Environment("t", partition_key="pk", sort_key="sk"),
    "a partition a day": Environment("t", partition="${device}#${day}", first_bucket=0),
    "a partition an hour": Environment("t", partition="${hour}#${device}", first_bucket=0, time_unit="iso"),
    "a partition a month": Environment("t", partition="${device}#${month}", first_bucket=0, time_unit="s"),
    "narrow, by partition": Environment("t", partition="${device}#${property}"),
    "narrow, by sort key": Environment(
        "t", sort_key="sk", time_unit="iso", sort_prefix="${property}#", value_attribute="v"
    ),
    "narrow, an hour": Environment(
        "t", partition="${device}/${property}/${hour}", first_bucket=0, time_unit="iso"
    ),
}
"""Settings for each way in which rows may be keyed."""


def pages(
    event: dict[str, Any],
    table: FakeTable,
    environment: Environment,
    former_ids: FormerIds = NOTHING_RENAMED,
) -> list[dict[str, Any]]:
    read: list[dict[str, Any]] = []
    token = None
    while not read or token is not None:
        read.append(ask_table({**event, "nextToken": token}, table, environment, former_ids))
        token = read[-1]["nextToken"]
        assert len(read) < 2000
    return read


def series(answers: list[dict[str, Any]]) -> dict[tuple[str, str], list[Any]]:
    """Return the points of each property of each owner, over all pages."""
    points_of: dict[tuple[str, str], list[Any]] = {}
    for answer in answers:
        for item in answer["propertyValues"]:
            reference = item["entityPropertyReference"]
            owner = reference.get("externalIdProperty", {}).get("pressId", "press-7")
            points = [(point["time"], *point["value"].values()) for point in item["values"]]
            points_of.setdefault((owner, reference["propertyName"]), []).extend(points)
    return points_of


def time_text(seconds: int) -> str:
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"2026-03-{2 + (6 + hours) // 24:02d}T{(6 + hours) % 24:02d}:{minutes:02d}:{seconds:02d}Z"


def fill(table: FakeTable, environment: Environment, points: dict[tuple[str, str, int], Any]) -> None:
    """Write points through the connector's own writer, one event a point."""
    press_id = definition("STRING", isExternalId=True)
    definitions = {
        "pressure": definition("DOUBLE"),
        "mode": definition("STRING", configuration={"attribute": "operating_mode"}),
    }
    members = {"pressure": "doubleValue", "mode": "stringValue"}
    for (device, name, seconds), content in points.items():
        event = {
            "workspaceId": "press-shop",
            "properties": {
                device: {**definitions, "pressId": {**press_id, "value": {"stringValue": device}}}
            },
            "entries": [
                {
                    "entityPropertyReference": {
                        "entityId": device,
                        "componentName": "c",
                        "propertyName": name,
                    },
                    "propertyValues": [{"time": time_text(seconds), "value": {members[name]: content}}],
                }
            ],
        }
        assert ask_table(event, table, environment) == {"errorEntries": []}

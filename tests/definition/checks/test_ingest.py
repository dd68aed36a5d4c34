"""Messages of devices that cannot be written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.definition.message_models import findings
from tests.definition.models import found, write

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    "ingest",
    ["", ", connectors: [telemetry, plant]", ", properties: {t: a.b.c}, basicIngest: true, timeUnit: s"],
)
def test_nothing_is_found_when_messages_have_a_place(tmp_path: Path, ingest: str) -> None:
    assert findings(tmp_path, ingest) == []


def test_what_sitewise_computes_is_in_no_message(tmp_path: Path) -> None:
    types = (
        "com.e.M:\n  propertyDefinitions:\n    p: {dataType: DOUBLE, isTimeSeries: true}\n"
        "    mean: {expression: avg(p), window: 5m}\n  functions: {dataReader: plant}\n"
    )
    twin = (
        "workspaceId: my-twin\nconnectors:\n  plant: {kind: sitewise, assets: managed}\ningest:\n"
        "  all: {topic: a/+, deviceId: topic(2), componentTypeId: com.e.M%s}\n"
    )
    files: dict[str, str | bytes] = {"component_types/t.yaml": types, "twin.yaml": twin % ""}
    assert found(write(tmp_path / "a", files)) == []

    files["twin.yaml"] = twin % ", properties: {mean: m}"
    assert found(write(tmp_path / "b", files)) == [
        'twin.yaml:5:86 TWIN082 "mean" of "com.e.M" is computed by AWS IoT SiteWise; remove it, no message '
        "carries it"
    ]


@pytest.mark.parametrize(
    ("ingest", "finding"),
    [
        (
            ", connectors: [telemetri]",
            'TWIN016 connector "telemetri" is not defined in twin.yaml; did you mean "telemetry"?',
        ),
        (
            ", connectors: [telemetry, weather]",
            'TWIN082 connector "weather" is a function of your own, whose store is not known; name one of '
            "kind dynamodb or sitewise, or remove it",
        ),
        (
            ", connectors: [archive]",
            'TWIN082 no topic rule can write rows with the keys of connector "archive"; write to a table '
            "keyed by device and milliseconds, or let a function of your own write",
        ),
        (
            ", connectors: [telemetry, spare]",
            'TWIN082 "spare" is a second connector of kind dynamodb, and a rule writes to one of each; make a '
            "second entry of the same topic for it",
        ),
        (
            ", properties: {x: a}",
            'TWIN019 component type "com.e.S" has no time series "x"; use one of: t, word',
        ),
        (
            ", properties: {t: a-b}",
            'TWIN081 member of the message "a-b" is not allowed: 1 to 256 characters, names of letters, digits and '
            '"_", nested ones separated by "."; change it to what is allowed',
        ),
    ],
)
def test_messages_without_a_place_are_found(tmp_path: Path, ingest: str, finding: str) -> None:
    (one,) = findings(tmp_path, ingest)
    assert one.partition(" ")[2] == finding

"""When a deployment would leave a twin without its history."""

from __future__ import annotations

from typing import Any

import pytest
from history_guard.decision import (
    describe_asset_loss,
    describe_table_loss,
    find_abandoned_table,
    loses_assets,
    parse_holdings,
)

OWN = {"DataName": "plant-1", "TableName": "plant-1-telemetry", "ManagesAssets": "true"}


@pytest.mark.parametrize(
    ("present", "abandoned"),
    [
        (OWN, None),
        ({**OWN, "TableName": "plant-2-telemetry"}, "plant-1-telemetry"),
        ({**OWN, "TableName": ""}, "plant-1-telemetry"),
        ({}, "plant-1-telemetry"),
        ({"TableName": "", "ReadableTables": ["plant-1-telemetry"]}, None),
        ({"TableName": "", "AttachesTable": "true"}, None),
        ({"TableName": "", "AttachesTable": "false"}, "plant-1-telemetry"),
        ({"TableName": "new", "ReadableTables": ["other", "plant-1-telemetry"]}, None),
    ],
)
def test_table_is_abandoned_when_the_twin_no_longer_reads_it(
    present: dict[str, Any], abandoned: str | None
) -> None:
    assert find_abandoned_table(parse_holdings(OWN), parse_holdings(present)) == abandoned


def test_twin_without_a_table_abandons_none() -> None:
    assert find_abandoned_table(parse_holdings({"TableName": ""}), parse_holdings(OWN)) is None


@pytest.mark.parametrize(
    ("present", "expected"),
    [
        (OWN, False),
        ({**OWN, "DataName": "plant-2"}, True),
        ({**OWN, "DataName": "plant-2", "ManagesAssets": "false"}, False),
    ],
)
def test_assets_are_lost_with_another_data_name(present: dict[str, Any], expected: bool) -> None:
    assert loses_assets(parse_holdings(OWN), parse_holdings(present)) is expected


def test_message_names_what_would_be_lost_and_the_line_to_write() -> None:
    former = parse_holdings(OWN)
    replaced = describe_table_loss(former, parse_holdings({**OWN, "TableName": "plant-2-telemetry"}))
    removed = describe_table_loss(former, parse_holdings({}))
    assets = describe_asset_loss(former, parse_holdings({**OWN, "DataName": "plant-2"}))

    assert "plant-1-telemetry contains rows" in replaced
    assert "replace it by plant-2-telemetry" in replaced
    assert "remove it from the twin" in removed
    assert "create new ones for plant-2" in assets
    for message in (replaced, removed, assets):
        assert 'write "dataName: plant-1" in twin.yaml' in message
        assert len(message) < 1024

"""Requests of CloudFormation to the guard."""

from __future__ import annotations

from typing import Any

import pytest
from history_guard.decision import HistoryLossError
from history_guard.handler import check

FORMER = {"DataName": "plant-1", "TableName": "plant-1-telemetry", "AllowLoss": "false"}
OTHER = {**FORMER, "DataName": "plant-2", "TableName": "plant-2-telemetry"}


class Reader:
    """Tables by name, and whether they have rows."""

    def __init__(self, *filled: str, rolling_back: bool = False) -> None:
        self._filled = filled
        self._rolling_back = rolling_back
        self.calls: list[str] = []

    def is_rolling_back(self, stack_id: str) -> bool:
        self.calls.append(stack_id)
        return self._rolling_back

    def has_rows(self, table: str) -> bool:
        self.calls.append(table)
        return table in self._filled


def event(kind: str, present: dict[str, Any], former: dict[str, Any] | None = None) -> dict[str, Any]:
    old = {} if former is None else {"OldResourceProperties": former}
    return {"RequestType": kind, "StackId": "stack", "ResourceProperties": present, **old}


def test_table_with_rows_is_kept() -> None:
    with pytest.raises(HistoryLossError, match="plant-1-telemetry contains rows"):
        check(event("Update", OTHER, FORMER), Reader("plant-1-telemetry"))


def test_empty_table_may_be_replaced() -> None:
    assert check(event("Update", OTHER, FORMER), Reader("plant-2-telemetry")).physical_id == "history-guard"


def test_two_keys_turn_the_guard_off() -> None:
    reader = Reader("plant-1-telemetry")

    check(event("Update", {**OTHER, "AllowLoss": "true"}, FORMER), reader)

    assert reader.calls == []


def test_rollback_of_a_deployment_is_not_stopped() -> None:
    check(event("Update", FORMER, OTHER), Reader("plant-2-telemetry", rolling_back=True))


def test_assets_keep_their_data_name() -> None:
    former, present = ({**properties, "ManagesAssets": "true"} for properties in (FORMER, OTHER))

    with pytest.raises(HistoryLossError, match="SiteWise assets belong to the data name plant-1"):
        check(event("Update", present, former), Reader())


@pytest.mark.parametrize("request_", [event("Create", FORMER), event("Delete", FORMER)])
def test_creation_and_deletion_need_no_look(request_: dict[str, Any]) -> None:
    reader = Reader("plant-1-telemetry")

    check(request_, reader)

    assert reader.calls == []


def test_unchanged_holdings_need_no_look() -> None:
    reader = Reader("plant-1-telemetry")

    check(event("Update", FORMER, FORMER), reader)

    assert reader.calls == []

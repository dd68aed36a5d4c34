"""Entry point of the function behind ``Custom::TwinHistoryGuard``: ``history_guard.handler.handler``."""

from collections.abc import Mapping
from typing import Any, Protocol

from custom_resource.serving import Answer, serve

from history_guard.decision import (
    HistoryLossError,
    describe_asset_loss,
    describe_table_loss,
    find_abandoned_table,
    loses_assets,
    parse_holdings,
)
from history_guard.repository import Repository

PHYSICAL_ID = "history-guard"


class Reader(Protocol):
    """Reads tables and the state of the stack."""

    def is_rolling_back(self, stack_id: str) -> bool:
        """Return whether CloudFormation is undoing a failed deployment."""

    def has_rows(self, table: str) -> bool:
        """Return whether a table has a row."""


def handler(event: Mapping[str, Any], _context: object) -> None:
    """Check a change of the stack and answer CloudFormation.

    Args:
        event: The request for a custom resource.
        _context: Not used.
    """
    serve(event, lambda request: check(request, Repository()), failed_id=PHYSICAL_ID)


def check(event: Mapping[str, Any], reader: Reader) -> Answer:
    """Refuse an update that would leave the twin without its history.

    Only updates are checked: a creation has no history, and what a deletion keeps is the removal policy's.

    Args:
        event: The request for a custom resource.
        reader: Reads tables and the state of the stack.

    Raises:
        HistoryLossError: The twin would lose its history.
    """
    answer = Answer(PHYSICAL_ID)
    properties = event["ResourceProperties"]
    if event["RequestType"] != "Update" or properties.get("AllowLoss") == "true":
        return answer
    former, present = parse_holdings(event["OldResourceProperties"]), parse_holdings(properties)
    table, assets_are_lost = find_abandoned_table(former, present), loses_assets(former, present)
    if (table is None and not assets_are_lost) or reader.is_rolling_back(event["StackId"]):
        return answer
    if table is not None and reader.has_rows(table):
        raise HistoryLossError(describe_table_loss(former, present))
    if assets_are_lost:
        raise HistoryLossError(describe_asset_loss(former, present))
    return answer

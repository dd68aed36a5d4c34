"""Decision whether a deployment would leave a twin without its history. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


class HistoryLossError(Exception):
    """A deployment would leave the twin without its history; the message says how to keep it."""


@dataclass(frozen=True, slots=True)
class Holdings:
    """What holds the history of a twin, in one version of the template.

    Attributes:
        data_name: The data name of the twin.
        table: The name of the twin's own table; empty if it has none.
        readable_tables: The names of all tables that it reads.
        attaches_table: Whether the definition names the table of its telemetry, such as a restored one.
        has_assets: Whether it manages SiteWise assets.
    """

    data_name: str
    table: str
    readable_tables: frozenset[str]
    attaches_table: bool
    has_assets: bool


def parse_holdings(properties: Mapping[str, Any]) -> Holdings:
    """Return what holds the history, from the properties of the custom resource.

    Args:
        properties: ``ResourceProperties`` or ``OldResourceProperties`` of an event.
    """
    table = str(properties.get("TableName", ""))
    tables = frozenset(map(str, properties.get("ReadableTables", ())))
    return Holdings(
        data_name=str(properties.get("DataName", "")),
        table=table,
        readable_tables=tables | {table},
        attaches_table=properties.get("AttachesTable") == "true",
        has_assets=properties.get("ManagesAssets") == "true",
    )


def find_abandoned_table(former: Holdings, present: Holdings) -> str | None:
    """Return the twin's own table if a deployment would replace or remove it; None if it stays in use.

    A definition that names another table for its telemetry does not do so by accident.

    Args:
        former: What held the history before.
        present: What holds the history after the deployment.
    """
    if not former.table or present.attaches_table or former.table in present.readable_tables:
        return None
    return former.table


def describe_table_loss(former: Holdings, present: Holdings) -> str:
    """Return the message of a refusal because of a table with rows.

    Args:
        former: What held the history before.
        present: What holds the history after the deployment.
    """
    end = f"replace it by {present.table}, which is empty" if present.table else "remove it from the twin"
    return (
        f"The telemetry table {former.table} contains rows, and this deployment would {end}. Nothing was "
        f"changed. {_remedy(former)}"
    )


def describe_asset_loss(former: Holdings, present: Holdings) -> str:
    """Return the message of a refusal because of SiteWise assets under another data name.

    Args:
        former: What held the history before.
        present: What holds the history after the deployment.
    """
    return (
        f"The twin's SiteWise assets belong to the data name {former.data_name}, and this deployment would "
        f"create new ones for {present.data_name}. Nothing was changed. {_remedy(former)}"
    )


def loses_assets(former: Holdings, present: Holdings) -> bool:
    """Return whether the twin would get other SiteWise assets, because its data name changes.

    Args:
        former: What held the history before.
        present: What holds the history after the deployment.
    """
    return former.has_assets and present.has_assets and former.data_name != present.data_name


def _remedy(former: Holdings) -> str:
    return (
        f'To keep the history, write "dataName: {former.data_name}" in twin.yaml, or "dataName" in the stage '
        "of cdk.json that has the workspaceId, and read what you read before. To start without it, set "
        'removal to destroy and the context flag "twin-stack:allowDestroy" to true.'
    )

"""What the roles of a twin may do, by its definition: what the constructs grant for what it declares.

A role that an app gives permissions of its own has more. Of two synthesized stacks, the templates say it all
(``twin_stack.plan.resources``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from twin_stack.definition.ingest import written_connectors
from twin_stack.twinmaker.data_tag import TABLE_SUFFIX
from twin_stack.twinmaker.names import DATA_WRITER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from twin_stack.definition.schema import Connector
    from twin_stack.definition.twin_definition import TwinDefinition

_READ: Final = "dynamodb:Query"
_SITEWISE: Final = ("sitewise", "sitewise-native")


def definition_permission_lines(before: TwinDefinition | None, after: TwinDefinition | None) -> Iterator[str]:
    """Yield in words what roles may do now and may no longer do.

    Args:
        before: The definition before the change; None if there is none.
        after: The definition after it; None if there is none.
    """
    old, new = (set(_granted(side)) if side is not None else set() for side in (before, after))
    yield from (f"+ the role of {role} may now {what}" for role, what in sorted(new - old))
    yield from (f"- the role of {role} may no longer {what}" for role, what in sorted(old - new))


def _granted(definition: TwinDefinition) -> Iterator[tuple[str, str]]:
    """Yield each role, and what it may do."""
    for name, connector in definition.connectors.items():
        role = f"connector {name}"
        function = str(connector.arn) if connector.kind == "lambda" else f"the function of connector {name}"
        if connector.kind != "sitewise-native":
            yield "the workspace", f"invoke {function}"
        if connector.kind == "dynamodb":
            table = _table(definition, connector)
            yield role, f"read table {table} ({_READ})"
            if _writes(definition, name):
                yield role, f"write to table {table} (dynamodb:UpdateItem)"
        elif connector.kind == "sitewise":
            series = _series(connector)
            yield role, f"read {series}"
            if _writes(definition, name):
                yield role, f"write to {series} (iotsitewise:BatchPutAssetPropertyValue)"
        elif connector.kind == "sitewise-native":
            yield "the workspace", "read the SiteWise assets of the twin"
    if any(connector.manages_assets for connector in definition.connectors.values()):
        yield "the manager of assets", "create, change and delete the SiteWise models and assets of the twin"
    yield from _ingest_permissions(definition)
    if any(declared.alarms for declared in definition.component_types.values()):
        table = _own_table(definition)
        yield "the alarm evaluator", f"read table {table} and write to it"
        if (topic := definition.twin.existing.alarm_topic) is not None:
            yield "the alarm evaluator", f"publish to {topic.topic_arn} (sns:Publish)"


def _ingest_permissions(definition: TwinDefinition) -> Iterator[tuple[str, str]]:
    for name, ingest in definition.twin.ingest.items():
        resolved = definition.resolved_types[ingest.component_type_id]
        for connector in written_connectors(ingest, resolved, definition.connectors).values():
            if connector.kind == "dynamodb":
                yield f"ingest {name}", f"write to table {_table(definition, connector)} (dynamodb:PutItem)"
            elif connector.kind in _SITEWISE:
                yield (
                    f"ingest {name}",
                    f"write to {_series(connector)} (iotsitewise:BatchPutAssetPropertyValue)",
                )


def _writes(definition: TwinDefinition, connector: str) -> bool:
    return any(
        (function := resolved.functions.get(DATA_WRITER)) is not None and function.connector == connector
        for resolved in definition.resolved_types.values()
    )


def _table(definition: TwinDefinition, connector: Connector) -> str:
    return connector.table_arn or connector.table_name or _own_table(definition)


def _own_table(definition: TwinDefinition) -> str:
    existing = definition.twin.existing.telemetry_table
    if existing is not None:
        return existing.table_arn
    return f"{definition.twin.data_name or definition.workspace_id}{TABLE_SUFFIX}"


def _series(connector: Connector) -> str:
    if connector.manages_assets:
        return "the SiteWise assets of the twin"
    if connector.property_alias is not None:
        return f"SiteWise time series with aliases like {connector.property_alias}"
    return "the SiteWise assets that its components name"

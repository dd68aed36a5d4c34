"""Risks of ``twin.yaml``: workspace, connectors, ingests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from twin_stack.definition.ingest import written_connectors
from twin_stack.plan.changes import Action, Kind, Level
from twin_stack.plan.rule import Comparison, risk_rule
from twin_stack.plan.suspicions import suspected_renames
from twin_stack.plan.usage import count, name_some
from twin_stack.twinmaker.data_tag import TABLE_SUFFIX

if TYPE_CHECKING:
    from collections.abc import Iterator

    from twin_stack.definition.twin_definition import TwinDefinition
    from twin_stack.plan.changes import Detail, Risk

_SOURCE: Final = frozenset(
    {
        "kind", "arn", "tableName", "tableArn", "partitionKey", "sortKey", "timeUnit", "keyProperty",
        "partition", "sortPrefix", "valueAttribute", "propertyAttribute", "firstBucket", "assets",
        "propertyAlias",
    }
)  # fmt: skip
"""Members of a connector that decide which rows or assets it reads."""


@risk_rule("PLAN040", "workspace-replaced", Level.DANGER, is_breaking=True)
def workspace_replaced(comparison: Comparison) -> Iterator[Risk]:
    """Warn of another id of the workspace: the service creates a workspace with all that is in it.

    Component types, entities and scenes are created in the new workspace and deleted in the former one. What
    was created there by hand is lost. Table and bucket keep their names only with `dataName`.

    Before:
        twin.yaml:
            workspaceId: plant

    After:
        twin.yaml:
            workspaceId: plant-1

    Risk:
        PLAN040 danger: workspace "plant" is replaced by "plant-1" with 0 entities, 0 component types and 0
        scenes; its table and bucket are replaced too

    Do:
        Keep the id. If the new one has to be, write the former one as `dataName`, so that the data stays.
    """
    for change in comparison.of(Kind.WORKSPACE, Action.REPLACED):
        definition = comparison.after
        sizes = (
            count(len(definition.entities), "entity", "entities"),
            count(len(definition.component_types), "component type"),
            count(len(definition.scenes), "scene"),
        )
        message = (
            f'workspace "{change.former_id}" is replaced by "{change.id}" '
            f"with {sizes[0]}, {sizes[1]} and {sizes[2]}"
        )
        names = [side.twin.data_name or side.workspace_id for side in (comparison.before, definition)]
        is_kept = names[0] == names[1]
        message += (
            "; table and bucket keep their names" if is_kept else "; its table and bucket are replaced too"
        )
        remedy = "keep the id" if is_kept else f"keep the id, or write dataName: {names[0]}"
        yield workspace_replaced.risk(change, message, remedy)


@risk_rule("PLAN041", "data-name-changed", Level.DANGER)
def data_name_changed(comparison: Comparison) -> Iterator[Risk]:
    """Warn of other names of table, bucket, logs and topic rules: the twin begins without data.

    The guard of the history stops the deployment while the former table holds rows.

    Before:
        twin.yaml:
            workspaceId: plant

    After:
        twin.yaml:
            workspaceId: plant
            dataName: plant-new

    Risk:
        PLAN041 danger: the names of table, bucket, logs and topic rules begin with "plant-new" instead of
        "plant"; the twin begins without data

    Do:
        Remove `dataName`, or move the data first.
    """
    for change, detail in comparison.details(Kind.WORKSPACE):
        before = comparison.before.twin.data_name or comparison.before.workspace_id
        after = comparison.after.twin.data_name or comparison.after.workspace_id
        if detail.path == ("dataName",) and before != after and change.action is not Action.REPLACED:
            message = (
                f'the names of table, bucket, logs and topic rules begin with "{after}" instead of '
                f'"{before}"; the twin begins without data'
            )
            yield data_name_changed.risk(change, message, "remove dataName, or move the data first")


@risk_rule("PLAN042", "connector-removed", Level.ATTENTION)
def connector_removed(comparison: Comparison) -> Iterator[Risk]:
    """Warn of a connector that is removed.

    The check holds that no component type of the definition uses it.

    Its table is retained if it was the twin's own and no other connector reads it.

    Before:
        twin.yaml:
            workspaceId: plant
            connectors: {telemetry: {kind: dynamodb}}

    After:
        twin.yaml:
            workspaceId: plant

    Risk:
        PLAN042 attention: connector "telemetry" is removed with its function, role and alarms; table
        plant-telemetry leaves the stack, and is kept unless the stage has `removal: destroy`

    Do:
        If it only has another name now, write the former one into `renames.connectors`.
    """
    suspected = {
        rename.former_id for rename in suspected_renames(comparison) if rename.kind is Kind.CONNECTOR
    }
    for change in comparison.of(Kind.CONNECTOR, Action.REMOVED):
        if change.id not in suspected:
            message = f'connector "{change.id}" is removed with its function, role and alarms'
            message += _own_table_text(comparison)
            yield connector_removed.risk(change, message, "keep it if its history is still of use")


def _own_table_text(comparison: Comparison) -> str:
    """Return that the twin's own table leaves the stack, if it does; its data stays if it is retained."""
    reads = [
        side.twin.existing.telemetry_table is None
        and any(connector.reads_telemetry_table for connector in side.connectors.values())
        for side in (comparison.before, comparison.after)
    ]
    if reads != [True, False]:
        return ""
    table = f"{comparison.before.twin.data_name or comparison.before.workspace_id}{TABLE_SUFFIX}"
    return f"; table {table} leaves the stack, and is kept unless the stage has `removal: destroy`"


@risk_rule("PLAN043", "store-changed", Level.DANGER)
def store_changed(comparison: Comparison) -> Iterator[Risk]:
    """Warn of a connector that reads another store, or other keys: the history so far is not there.

    Before:
        twin.yaml:
            workspaceId: plant
            connectors: {archive: {kind: dynamodb, tableName: plant-archive}}

    After:
        twin.yaml:
            workspaceId: plant
            connectors: {archive: {kind: dynamodb, tableName: plant-archive-2}}

    Risk:
        PLAN043 danger: connector "archive" has tableName plant-archive-2 instead of plant-archive; it reads
        other values than before

    Do:
        Copy the history first.
    """
    for change, detail in comparison.details(Kind.CONNECTOR):
        if detail.path[0] in _SOURCE:
            types = _types_of(comparison, change.id)
            message = (
                f'connector "{change.id}" has {detail.path[0]} {_show(detail.after)} instead of '
                f"{_show(detail.before)}; it reads other values than before"
            )
            message += f" for {name_some(types)}" if types else ""
            yield store_changed.risk(
                change, message, "copy the history first", comparison.place(change, detail)
            )


def _types_of(comparison: Comparison, connector: str) -> list[str]:
    return [
        type_id
        for type_id, resolved in comparison.after.resolved_types.items()
        if any(function.connector == connector for function in resolved.functions.values())
    ]


@risk_rule("PLAN044", "messages-not-received", Level.DANGER, is_breaking=True)
def messages_not_received(comparison: Comparison) -> Iterator[Risk]:
    """Warn of messages that are not received, because an ingest is removed or its topic or device changes.

    An ingest for another component type receives them for it; components of the former type get no values.

    A connector that no other ingest feeds gets no new values.

    Before:
        twin.yaml:
            workspaceId: plant
            connectors: {telemetry: {kind: dynamodb}}
            ingest:
              flows: {topic: plant/+/flow, deviceId: topic(2), componentTypeId: com.example.Pump}
        component_types/t.yaml:
            com.example.Pump:
              propertyDefinitions: {flow: {dataType: DOUBLE, isTimeSeries: true}}
              functions: {dataReader: {connector: telemetry}}

    After:
        twin.yaml:
            workspaceId: plant
            connectors: {telemetry: {kind: dynamodb}}
            ingest:
              flows: {topic: site/+/flow, deviceId: topic(2), componentTypeId: com.example.Pump}

    Risk:
        PLAN044 danger: ingest "flows" has topic site/+/flow instead of plant/+/flow; messages that devices
        publish as before are not received

    Do:
        Change the devices first, with an ingest for both topics in between.
    """
    suspected = {rename.former_id for rename in suspected_renames(comparison) if rename.kind is Kind.INGEST}
    for change in comparison.of(Kind.INGEST, Action.REMOVED):
        if change.id not in suspected:
            topic = comparison.before.twin.ingest[change.id].topic
            message = (
                f'ingest "{change.id}" is removed; messages that devices publish to {topic} are not received'
            )
            message += _unfed_text(comparison, change.id, None)
            yield messages_not_received.risk(change, message, "keep it until no device publishes there")
    for change, detail in comparison.details(Kind.INGEST):
        if detail.path[0] in _RECEIVED:
            is_type = detail.path == ("componentTypeId",)
            message = (
                f'ingest "{change.id}" has {".".join(detail.path)} {_show(detail.after)} instead of '
                f"{_show(detail.before)}; "
            )
            message += (
                "values of devices are stored for components of that type, and others get none"
                if is_type
                else "messages that devices publish as before are not received"
            )
            message += _unfed_text(comparison, change.former_id or change.id, change.id)
            remedy = (
                "keep an ingest for the former type while components of it are left"
                if is_type
                else "change the devices first, with an ingest for both in between"
            )
            yield messages_not_received.risk(change, message, remedy, comparison.place(change, detail))


def _unfed_text(comparison: Comparison, former_id: str, ingest_id: str | None) -> str:
    """Return which connectors an ingest fed, and that no ingest feeds now; empty for none."""
    fed_before = _fed_by(comparison.before, former_id)
    fed_by_it = _fed_by(comparison.after, ingest_id) if ingest_id is not None else set()
    fed_now = {name for ingest in comparison.after.twin.ingest for name in _fed_by(comparison.after, ingest)}
    present = {comparison.ids.present_of(Kind.CONNECTOR, name) for name in fed_before}
    unfed = sorted(name for name in present - fed_by_it - fed_now if name in comparison.after.connectors)
    return f"; no ingest feeds connector {name_some(unfed)} now" if unfed else ""


def _fed_by(definition: TwinDefinition, ingest_id: str) -> set[str]:
    """Return the names of the connectors whose stores an ingest writes to."""
    ingest = definition.twin.ingest[ingest_id]
    resolved = definition.resolved_types[ingest.component_type_id]
    return set(written_connectors(ingest, resolved, definition.connectors))


_RECEIVED: Final = frozenset(
    {"topic", "deviceId", "componentTypeId", "time", "timeUnit", "properties", "basicIngest", "connectors"}
)


@risk_rule("PLAN045", "rows-expire-sooner", Level.DANGER)
def rows_expire_sooner(comparison: Comparison) -> Iterator[Risk]:
    """Warn of new rows that expire sooner than before: DynamoDB deletes them for good.

    Rows that are stored keep their time of expiry.

    Before:
        twin.yaml:
            workspaceId: plant
            connectors: {telemetry: {kind: dynamodb}}
            ingest:
              flows: {topic: plant/+/flow, deviceId: topic(2), componentTypeId: com.example.Pump}
        component_types/t.yaml:
            com.example.Pump:
              propertyDefinitions: {flow: {dataType: DOUBLE, isTimeSeries: true}}
              functions: {dataReader: {connector: telemetry}}

    After:
        twin.yaml:
            workspaceId: plant
            connectors: {telemetry: {kind: dynamodb}}
            ingest:
              flows:
                topic: plant/+/flow
                deviceId: topic(2)
                componentTypeId: com.example.Pump
                expiresAfterDays: 30

    Risk:
        PLAN045 danger: new rows of ingest "flows" are deleted after 30 days instead of never

    Do:
        Accept it if the history is not needed for longer.
    """
    for change, detail in comparison.details(Kind.INGEST):
        if detail.path == ("expiresAfterDays",) and detail.after is not None:
            if detail.before is not None and detail.after >= detail.before:
                continue
            former = f"{count(detail.before, 'day')}" if detail.before is not None else "never"
            message = (
                f'new rows of ingest "{change.id}" are deleted after {count(detail.after, "day")} '
                f"instead of {former}"
            )
            yield rows_expire_sooner.risk(
                change,
                message,
                "accept it if the history is not needed for longer",
                comparison.place(change, detail),
            )


@risk_rule("PLAN046", "attached-changed", Level.DANGER)
def attached_changed(comparison: Comparison) -> Iterator[Risk]:
    """Warn of another table, bucket, topic or workspace that the twin attaches.

    Before:
        twin.yaml:
            workspaceId: plant
            existing: {alarmTopic: {topicArn: "arn:aws:sns:eu-west-1:111122223333:alarms"}}

    After:
        twin.yaml:
            workspaceId: plant
            existing: {alarmTopic: {topicArn: "arn:aws:sns:eu-west-1:111122223333:other"}}

    Risk:
        PLAN046 danger: existing.alarmTopic.topicArn becomes arn:aws:sns:eu-west-1:111122223333:other instead
        of arn:aws:sns:eu-west-1:111122223333:alarms

    Do:
        Look whether the data of the former one has to come along.
    """
    for change, detail in comparison.details(Kind.WORKSPACE):
        if detail.path[0] == "existing":
            message = (
                f"{'.'.join(detail.path)} becomes {_show(detail.after)} instead of {_show(detail.before)}"
            )
            message += _data_text(comparison, detail)
            remedy = "look whether the data of the former one has to come along"
            yield attached_changed.risk(change, message, remedy, comparison.place(change, detail))


def _data_text(comparison: Comparison, detail: Detail) -> str:
    """Return where the data so far stays, if the change is that of a table or bucket."""
    names = set(detail.path[1:2] or (*(detail.before or {}), *(detail.after or {})))
    before, after = (side.twin.existing for side in (comparison.before, comparison.after))
    texts = []
    if "telemetryTable" in names and before.telemetry_table != after.telemetry_table:
        if before.telemetry_table is not None:
            texts.append(f"rows so far stay in {before.telemetry_table.table_arn}")
        elif any(connector.reads_telemetry_table for connector in comparison.before.connectors.values()):
            table = f"{comparison.before.twin.data_name or comparison.before.workspace_id}{TABLE_SUFFIX}"
            texts.append(f"rows so far stay in the twin's own table {table}, which leaves the stack")
        if after.telemetry_table is None:
            texts.append("the twin gets a table of its own")
    if "bucket" in names and before.bucket != after.bucket:
        former = before.bucket.bucket_arn if before.bucket is not None else "the twin's own bucket"
        texts.append(f"scene files so far stay in {former}")
    return f"; {', '.join(texts)}" if texts else ""


def _show(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {_show(member)}" for key, member in value.items())
    return "none" if value is None else str(value)

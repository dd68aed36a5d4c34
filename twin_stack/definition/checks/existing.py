"""Rules of what exists already and is attached: it fits together, and fits what the twin needs of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from twin_stack.definition.alarms import inherited_alarms
from twin_stack.definition.rule import Rule, rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Protocol

    from twin_stack.definition.findings import Finding
    from twin_stack.definition.schema import ComponentType, Scene, TwinFile
    from twin_stack.definition.schema.existing import Existing, ExistingTable
    from twin_stack.definition.unchecked import UncheckedDefinition

    class Definition(Protocol):
        """What these rules need of a definition, checked or not."""

        @property
        def component_types(self) -> Mapping[str, ComponentType]:
            """Component types by id."""

        @property
        def scenes(self) -> Mapping[str, Scene]:
            """Scenes by id."""


BUCKET_TOP: Final = "."
"""``sceneFolder`` for the top of the bucket."""


class Violation(NamedTuple):
    """A violation of a rule in ``existing``, wherever it was written.

    Attributes:
        rule: The rule.
        path: Keys from ``existing`` to the value.
        message: What is wrong, with the value and what is allowed.
        remedy: What to do about it.
    """

    rule: Rule
    path: tuple[str, ...]
    message: str
    remedy: str


def violations(
    existing: Existing, twin: TwinFile, definition: Definition, *, has_lost_connectors: bool = False
) -> Iterator[Violation]:
    """Report what does not fit in ``existing``, of ``twin.yaml`` or of a stage.

    Args:
        existing: What exists already.
        twin: Content of ``twin.yaml``.
        definition: Component types and scenes.
        has_lost_connectors: Whether a connector has a mistake, which is not in the twin file.
    """
    yield from _without_stream(existing, definition)
    yield from _elsewhere(existing)
    yield from _unfit(existing, twin, definition, has_lost_connectors=has_lost_connectors)


def _of_rule(definition: UncheckedDefinition, code: str) -> Iterator[Finding]:
    if definition.twin is None:
        return
    existing, has_lost = definition.twin.existing, definition.has_lost("connectors")
    for violation in violations(existing, definition.twin, definition, has_lost_connectors=has_lost):
        if violation.rule.code == code:
            place = definition.where("twin", "", "existing", *violation.path)
            yield violation.rule.finding(place, violation.message, violation.remedy)


@rule("TWIN120", "table-without-stream")
def table_without_stream(definition: UncheckedDefinition) -> Iterator[Finding]:
    """Check that alarms can follow an existing telemetry table by its stream.

    The alarm evaluator reads the stream of the twin's own table. A table that was restored from a backup or
    from point-in-time recovery has no stream until it is enabled.

    Bad:
        component_types/t.yaml:
            com.example.Alarm:
              extendsFrom: [com.amazon.iottwinmaker.alarm.basic]
              functions: {dataReader: telemetry}
            com.example.Sensor:
              propertyDefinitions: {temperature: {dataType: DOUBLE, isTimeSeries: true}}
              functions: {dataReader: telemetry}
              alarms: {hot: {property: temperature, above: 80}}
        twin.yaml:
            workspaceId: my-twin
            connectors: {telemetry: {kind: dynamodb}}
            existing:
              telemetryTable:
                tableArn: arn:aws:dynamodb:eu-west-1:111122223333:table/restored

    Finding:
        twin.yaml:5:5 TWIN120 the definition has alarms, which read the stream of the telemetry table, and
        streamArn is not given; enable the stream with `aws dynamodb update-table --region eu-west-1
        --table-name restored --stream-specification StreamEnabled=true,StreamViewType=NEW_IMAGE`, and write
        the LatestStreamArn that it prints as streamArn

    Fix:
        Enable the stream with the command, and write its ARN as `streamArn`.

    Good:
        twin.yaml:
            workspaceId: my-twin
            connectors: {telemetry: {kind: dynamodb}}
            existing:
              telemetryTable:
                tableArn: arn:aws:dynamodb:eu-west-1:111122223333:table/restored
                streamArn: arn:aws:dynamodb:eu-west-1:111122223333:table/restored/stream/2026-01-31T08:00:00.0

    Args:
        definition: The definition.
    """
    return _of_rule(definition, table_without_stream.code)


@rule("TWIN121", "existing-elsewhere")
def existing_elsewhere(definition: UncheckedDefinition) -> Iterator[Finding]:
    """Check that the twin's own table and workspace are of one account and region.

    A topic rule writes to tables of its own account and region, an alarm evaluator reads streams of its own,
    and TwinMaker takes only roles of the workspace's account. What differs by stage, such as an ARN, belongs
    into `existing` of the stage, in the app's settings; there it is compared with the stage's `account` and
    `region` too.

    Bad:
        twin.yaml:
            workspaceId: my-twin
            connectors: {telemetry: {kind: dynamodb}}
            existing:
              workspace:
                role: arn:aws:iam::444455556666:role/twinmaker
              telemetryTable:
                tableArn: arn:aws:dynamodb:eu-west-1:111122223333:table/restored

    Finding:
        twin.yaml:5:11 TWIN121 role is of account 444455556666, but tableArn is of account 111122223333; name
        what is in the account and region of the twin

    Fix:
        Name resources of the account and region that the twin is deployed to.

    Good:
        twin.yaml:
            workspaceId: my-twin
            connectors: {telemetry: {kind: dynamodb}}
            existing:
              workspace:
                role: arn:aws:iam::111122223333:role/twinmaker
              telemetryTable:
                tableArn: arn:aws:dynamodb:eu-west-1:111122223333:table/restored

    Args:
        definition: The definition.
    """
    return _of_rule(definition, existing_elsewhere.code)


@rule("TWIN122", "existing-unfit")
def existing_unfit(definition: UncheckedDefinition) -> Iterator[Finding]:
    """Check that what exists has what the twin needs of it, and has an effect.

    Scenes need the bucket of an existing workspace, and a folder of their own in it. Alarms on missing data
    need the index of an existing table, and tags of `twin.yaml` are those of a new workspace.

    Bad:
        twin.yaml:
            workspaceId: my-twin
            connectors: {history: {kind: dynamodb, tableName: plant-history}}
            existing:
              telemetryTable:
                tableArn: arn:aws:dynamodb:eu-west-1:111122223333:table/restored
        component_types/t.yaml:
            com.example.Sensor: {functions: {dataReader: history}}

    Finding:
        twin.yaml:5:5 TWIN122 no connector reads the telemetry table; remove telemetryTable, or add a
        connector of kind dynamodb without tableName and tableArn

    Fix:
        Add what is missing, or remove what has no effect.

    Good:
        twin.yaml:
            workspaceId: my-twin
            connectors: {telemetry: {kind: dynamodb}}
            existing:
              telemetryTable:
                tableArn: arn:aws:dynamodb:eu-west-1:111122223333:table/restored
        component_types/t.yaml:
            com.example.Sensor: {functions: {dataReader: telemetry}}

    Args:
        definition: The definition.
    """
    return _of_rule(definition, existing_unfit.code)


def _without_stream(existing: Existing, definition: Definition) -> Iterator[Violation]:
    table = existing.telemetry_table
    if table is None or table.stream_arn is not None:
        return
    if any(inherited_alarms(definition.component_types).values()):
        message = (
            "the definition has alarms, which read the stream of the telemetry table, and streamArn is not "
            "given"
        )
        remedy = (
            f"enable the stream with `{enable_stream_command(table)}`, and write the LatestStreamArn that it "
            "prints as streamArn"
        )
        yield Violation(table_without_stream, ("telemetryTable",), message, remedy)


def enable_stream_command(table: ExistingTable) -> str:
    """Return the command of the AWS CLI that enables the stream of a table.

    Args:
        table: The table.
    """
    _, _, _, region, _, name = table.table_arn.split(":")
    return (
        f"aws dynamodb update-table --region {region} --table-name {name.removeprefix('table/')} "
        "--stream-specification StreamEnabled=true,StreamViewType=NEW_IMAGE"
    )


def own_arns(existing: Existing) -> dict[tuple[str, ...], str]:
    """Return the ARNs that must be of the twin's own account and region, by their keys.

    A topic may be of another account or region, and ARNs of buckets name neither.

    Args:
        existing: What exists already.
    """
    arns: dict[tuple[str, ...], str | None] = {
        ("telemetryTable", "tableArn"): existing.telemetry_table.table_arn
        if existing.telemetry_table is not None
        else None,
        ("workspace", "role"): existing.workspace.role if existing.workspace is not None else None,
    }
    return {path: arn for path, arn in arns.items() if arn is not None}


def environment_of(arn: str) -> dict[str, str]:
    """Return the account and the region that an ARN names.

    Args:
        arn: The ARN; that of a role names no region.
    """
    _, _, _, region, account, _ = arn.split(":", 5)
    return {kind: value for kind, value in (("account", account), ("region", region)) if value}


def _elsewhere(existing: Existing) -> Iterator[Violation]:
    (first_path, first), *others = list(own_arns(existing).items()) or [((), "")]
    for path, arn in others:
        expected, named = environment_of(first), environment_of(arn)
        for kind in expected.keys() & named.keys():
            if expected[kind] != named[kind]:
                other = f"{first_path[-1]} is of {kind} {expected[kind]}"
                message = f"{path[-1]} is of {kind} {named[kind]}, but {other}"
                remedy = "name what is in the account and region of the twin"
                yield Violation(existing_elsewhere, path, message, remedy)


def _unfit(
    existing: Existing, twin: TwinFile, definition: Definition, *, has_lost_connectors: bool
) -> Iterator[Violation]:
    workspace, table = existing.workspace, existing.telemetry_table
    if workspace is not None and workspace.s3_location is None and definition.scenes:
        message = (
            "the definition has scenes, which are uploaded to the workspace's bucket, and s3Location is not "
            "given"
        )
        command = f"aws iottwinmaker get-workspace --workspace-id {twin.workspace_id}"
        remedy = f"add s3Location; `{command}` prints it"
        yield Violation(existing_unfit, ("workspace",), message, remedy)
    if workspace is not None and twin.scene_folder == BUCKET_TOP and definition.scenes:
        message = "scenes at the top of a bucket that exists could replace those of another twin"
        yield Violation(existing_unfit, ("workspace",), message, "remove sceneFolder from twin.yaml")
    if workspace is not None and twin.tags:
        message = f"tags are of a new workspace, but {twin.workspace_id} exists"
        remedy = "remove tags, and tag the workspace where it is created"
        yield Violation(existing_unfit, ("workspace",), message, remedy)
    if table is None:
        return
    is_read = any(connector.reads_telemetry_table for connector in twin.connectors.values())
    if not is_read and not has_lost_connectors:
        message = "no connector reads the telemetry table"
        remedy = "remove telemetryTable, or add a connector of kind dynamodb without tableName and tableArn"
        yield Violation(existing_unfit, ("telemetryTable",), message, remedy)
    by_type = inherited_alarms(definition.component_types).values()
    finds_silence = any(alarm.missing_after_seconds for alarms in by_type for alarm in alarms.values())
    if table.component_type_index is None and finds_silence:
        message = (
            "alarms on missing data find the devices of a type by an index, and componentTypeIndex is null"
        )
        remedy = (
            "create an index with partition key component_type_id and sort key timestamp, and name it in "
            "componentTypeIndex"
        )
        yield Violation(existing_unfit, ("telemetryTable", "componentTypeIndex"), message, remedy)

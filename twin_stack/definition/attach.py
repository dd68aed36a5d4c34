"""Attach what exists in one stage to a definition: members of the stage replace those of ``twin.yaml``."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from twin_stack.definition.checks.existing import (
    environment_of,
    existing_elsewhere,
    existing_unfit,
    own_arns,
    violations,
)
from twin_stack.definition.findings import DefinitionError
from twin_stack.definition.schema.existing import Existing
from twin_stack.definition.source import locate
from twin_stack.definition.wording import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from twin_stack.definition.findings import Finding, Location
    from twin_stack.definition.schema import Connector
    from twin_stack.definition.schema.existing import ExistingConnectorTable, StageExisting
    from twin_stack.definition.source import LocatedMap
    from twin_stack.definition.twin_definition import TwinDefinition


def attach(
    definition: TwinDefinition,
    stage: StageExisting,
    source: LocatedMap,
    *,
    account: str | None = None,
    region: str | None = None,
) -> TwinDefinition:
    """Return the definition with what exists in a stage.

    Args:
        definition: A checked definition.
        stage: ``existing`` of the stage.
        source: Settings of the stage as they were read, for places of findings.
        account: Account of the stage, if it is known.
        region: Region of the stage, if it is known.

    Raises:
        DefinitionError: What exists does not fit the definition or the stage; lists all findings.
    """
    existing = _merge(definition.twin.existing, stage)
    environment = {"account": account, "region": region}
    findings = sorted(
        [
            *_unknown_tables(definition, stage, source),
            *_unfit(definition, existing, source),
            *_in_other_environment(definition, existing, source, environment),
        ]
    )
    if findings:
        raise DefinitionError(findings)
    connectors = {
        name: _with_table(connector, stage.tables[name]) if name in stage.tables else connector
        for name, connector in definition.connectors.items()
    }
    twin = definition.twin.model_copy(update={"existing": existing, "connectors": connectors})
    return replace(definition, twin=twin)


def _merge(existing: Existing, stage: StageExisting) -> Existing:
    """Return what exists: a bucket or workspace of the stage replaces either of ``twin.yaml``."""
    names = stage.model_fields_set & Existing.model_fields.keys()
    members = {name: getattr(stage, name) for name in names}
    if {"workspace", "bucket"} & names:
        members = {"workspace": None, "bucket": None, **members}
    return existing.model_copy(update=members)


def _with_table(connector: Connector, table: ExistingConnectorTable) -> Connector:
    members = {
        "table_name": None,
        "table_arn": table.table_arn,
        "encryption_key_arn": table.encryption_key_arn,
    }
    if table.component_type_index is not None:
        members["component_type_index"] = table.component_type_index
    return connector.model_copy(update=members)


def _place(definition: TwinDefinition, source: LocatedMap, path: Sequence[str]) -> Location:
    """Return the place of a value of ``existing``: of the stage if it is written there."""
    in_stage = source.get("existing")
    if isinstance(in_stage, dict) and path[0] in in_stage:
        return locate(source, ("existing", *path))
    return definition.location("twin", "", "existing", *path)


def _unfit(definition: TwinDefinition, existing: Existing, source: LocatedMap) -> Iterator[Finding]:
    for violation in violations(existing, definition.twin, definition):
        place = _place(definition, source, violation.path)
        yield violation.rule.finding(place, violation.message, violation.remedy)


def _unknown_tables(
    definition: TwinDefinition, stage: StageExisting, source: LocatedMap
) -> Iterator[Finding]:
    readers = {
        name
        for name, connector in definition.connectors.items()
        if connector.kind == "dynamodb" and not connector.reads_telemetry_table
    }
    for name in stage.tables:
        if name not in readers:
            message = f'"{name}" is no connector of kind dynamodb that names a table'
            place = locate(source, ("existing", "tables", name))
            yield existing_unfit.finding(place, message, did_you_mean(name, readers))


def _in_other_environment(
    definition: TwinDefinition, existing: Existing, source: LocatedMap, environment: Mapping[str, str | None]
) -> Iterator[Finding]:
    for path, arn in own_arns(existing).items():
        for kind, named in environment_of(arn).items():
            expected = environment[kind]
            if expected is not None and named != expected:
                message = f"{path[-1]} is of {kind} {named}, but the stage is of {kind} {expected}"
                remedy = "name what is there in existing of the stage, or correct the stage"
                yield existing_elsewhere.finding(_place(definition, source, path), message, remedy)

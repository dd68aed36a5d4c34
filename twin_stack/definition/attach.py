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
from twin_stack.definition.parts import placed_component, placed_components
from twin_stack.definition.schema import CompositeComponent
from twin_stack.definition.schema.existing import Existing
from twin_stack.definition.schema.property import PropertyValue
from twin_stack.definition.sitewise import is_read_by, managed_connectors
from twin_stack.definition.source import locate
from twin_stack.definition.wording import did_you_mean
from twin_stack.twinmaker.names import SITEWISE_ASSET_ID

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from twin_stack.definition.findings import Finding, Location
    from twin_stack.definition.schema import Connector, Entity
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
            *_unfit_assets(definition, stage, source, environment),
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
    entities = {
        entity_id: _with_assets(entity, stage.assets[entity_id]) if entity_id in stage.assets else entity
        for entity_id, entity in definition.entities.items()
    }
    return replace(definition, twin=twin, entities=entities)


def _with_assets(entity: Entity, assets: Mapping[str, str]) -> Entity:
    """Return the entity with the assets of its components and their parts."""
    components, parts = dict(entity.components), dict(entity.composite_components)
    for path, asset in assets.items():
        values = {SITEWISE_ASSET_ID: PropertyValue(value={"stringValue": asset.rpartition("/")[2]})}
        if "/" in path:
            part = parts.get(path, CompositeComponent())
            parts[path] = part.model_copy(update={"properties": part.properties | values})
        else:
            component = components[path]
            components[path] = component.model_copy(update={"properties": component.properties | values})
    return entity.model_copy(update={"components": components, "composite_components": parts})


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


def _unfit_assets(
    definition: TwinDefinition,
    stage: StageExisting,
    source: LocatedMap,
    environment: Mapping[str, str | None],
) -> Iterator[Finding]:
    managed = managed_connectors(definition.connectors)
    for entity_id, assets in stage.assets.items():
        entity = definition.entities.get(entity_id)
        if entity is None:
            place = locate(source, ("existing", "assets", entity_id))
            message = f'entity "{entity_id}" is not defined'
            yield existing_unfit.finding(place, message, did_you_mean(entity_id, definition.entities))
            continue
        for name, asset in assets.items():
            place = locate(source, ("existing", "assets", entity_id, name))
            placed = placed_component(entity, name, definition.resolved_types)
            if placed is None:
                message = f'entity "{entity_id}" has no component "{name}"'
                paths = [item.path for item in placed_components(entity, definition.resolved_types)]
                yield existing_unfit.finding(place, message, did_you_mean(name, paths))
                continue
            type_id = placed.type_id
            resolved = definition.resolved_types[type_id]
            if is_read_by(resolved, managed):
                message = f'the twin manages the asset of component "{name}" of "{entity_id}"'
                remedy = "remove it; the twin adopts an asset that has the external id of its own"
                yield existing_unfit.finding(place, message, remedy)
            elif SITEWISE_ASSET_ID not in resolved.properties and not resolved.takes_any_property:
                message = f'component type "{type_id}" has no property "{SITEWISE_ASSET_ID}"'
                yield existing_unfit.finding(place, message, "declare it, of data type STRING")
            elif asset.startswith("arn:"):
                yield from _elsewhere(place, "asset", asset, environment)


def _in_other_environment(
    definition: TwinDefinition, existing: Existing, source: LocatedMap, environment: Mapping[str, str | None]
) -> Iterator[Finding]:
    for path, arn in own_arns(existing).items():
        yield from _elsewhere(_place(definition, source, path), path[-1], arn, environment)


def _elsewhere(
    place: Location, member: str, arn: str, environment: Mapping[str, str | None]
) -> Iterator[Finding]:
    for kind, named in environment_of(arn).items():
        expected = environment[kind]
        if expected is not None and named != expected:
            message = f"{member} is of {kind} {named}, but the stage is of {kind} {expected}"
            remedy = "name what is there in existing of the stage, or correct the stage"
            yield existing_elsewhere.finding(place, message, remedy)

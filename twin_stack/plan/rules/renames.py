"""Risks of renames that are not declared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin_stack.plan.changes import Action, Kind, Level
from twin_stack.plan.rule import Comparison, risk_rule
from twin_stack.plan.suspicions import (
    SECTIONS,
    suspected_components,
    suspected_properties,
    suspected_renames,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from twin_stack.plan.changes import Change, Risk


@risk_rule("PLAN070", "undeclared-rename", Level.DANGER, is_breaking=True)
def undeclared_rename(comparison: Comparison) -> Iterator[Risk]:
    """Warn of a thing that seems to be renamed: it is removed, and one with its content is added.

    Without an entry in `renames` its history, alarms and links do not come along.

    Before:
        entities/e.yaml:
            hall-1: {entityName: Hall 1}

    After:
        entities/e.yaml:
            hall-one: {entityName: Hall 1}

    Risk:
        PLAN070 danger: entity "hall-1" is removed, and "hall-one" with the same content is added

    Do:
        Write the line that the plan names into `twin.yaml`, or accept the removal.
    """
    for rename in suspected_renames(comparison):
        change = next(change for change in comparison.of(rename.kind, Action.ADDED) if change.id == rename.id)
        message = (
            f'{rename.kind} "{rename.former_id}" is removed, and "{rename.id}" with the same content is added'
        )
        yield undeclared_rename.risk(
            change, message, _line(SECTIONS[rename.kind], rename.former_id, rename.id)
        )
    for kind, section, label in (
        (Kind.COMPONENT_TYPE, "properties", "property"),
        (Kind.ENTITY, "components", "component"),
    ):
        suspected_members = suspected_properties if kind is Kind.COMPONENT_TYPE else suspected_components
        for change in comparison.of(kind):
            yield from (
                _member(change, section, label, former, new) for former, new in suspected_members(change)
            )


@risk_rule("PLAN071", "name-changed-for-readers", Level.ATTENTION, is_breaking=True)
def name_changed_for_readers(comparison: Comparison) -> Iterator[Risk]:
    """Warn of a declared rename that other readers do not follow: of a component, property, part or type.

    History stays by the entry in `renames`, and scenes, alarms and dashboards of the definition have the new
    name. Other software that calls the service with the former name gets an error.

    Before:
        component_types/t.yaml:
            com.example.Pump: {propertyDefinitions: {serial: STRING}}

    After:
        twin.yaml:
            workspaceId: my-twin
            connectors: {telemetry: {kind: dynamodb}}
            renames: {properties: {com.example.Pump: {serial: serialNumber}}}
        component_types/t.yaml:
            com.example.Pump: {propertyDefinitions: {serialNumber: STRING}}

    Risk:
        PLAN071 attention: property "serial" of "com.example.Pump" is "serialNumber" now; what reads it by the
        former name gets an error

    Do:
        Change that software together with the deployment.
    """
    labels = {
        "components": "component",
        "propertyDefinitions": "property",
        "compositeComponentTypes": "part",
    }
    for kind in (Kind.COMPONENT_TYPE, Kind.ENTITY):
        for change, detail in comparison.details(kind):
            if detail.action is Action.RENAMED and len(detail.path) == 2 and detail.path[0] in labels:
                message = (
                    f'{labels[detail.path[0]]} "{detail.before}" of "{change.id}" is "{detail.after}" now'
                )
                yield _former_name(change, message)
    for change in comparison.of(Kind.COMPONENT_TYPE, Action.RENAMED):
        message = (
            f'component type "{change.former_id}" is created as "{change.id}", and the former one is deleted'
        )
        yield _former_name(change, message)


def _former_name(change: Change, message: str) -> Risk:
    message += "; what reads it by the former name gets an error"
    remedy = "change that software together with the deployment"
    return name_changed_for_readers.risk(change, message, remedy)


def _member(change: Change, section: str, label: str, former: str, new: str) -> Risk:
    message = f'{label} "{former}" of "{change.id}" is removed, and "{new}" with the same content is added'
    return undeclared_rename.risk(
        change,
        message,
        f"if it is renamed, write renames: {{{section}: {{{change.id}: {{{former}: {new}}}}}}}",
    )


def _line(section: str, former_id: str, new_id: str) -> str:
    return f"if it is renamed, write renames: {{{section}: {{{former_id}: {new_id}}}}}"

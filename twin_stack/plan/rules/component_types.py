"""Risks of component types: what a change means for the entities that use them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twin_stack.plan.changes import Action, Kind, Level
from twin_stack.plan.rule import Comparison, risk_rule
from twin_stack.plan.suspicions import suspected_renames
from twin_stack.plan.usage import count, describe_uses, name_some, show_member

if TYPE_CHECKING:
    from collections.abc import Iterator

    from twin_stack.definition.twin_definition import TwinDefinition
    from twin_stack.plan.changes import Risk


@risk_rule("PLAN020", "component-type-removed", Level.ATTENTION, is_breaking=True)
def component_type_removed(comparison: Comparison) -> Iterator[Risk]:
    """Warn of a component type that is removed.

    The check holds that no component of the definition uses it.

    The service refuses to delete a type that an entity outside of the definition still uses.

    Before:
        component_types/t.yaml:
            com.example.Pump: {propertyDefinitions: {serial: STRING}}

    After:
        component_types/t.yaml:
            com.example.Valve: {propertyDefinitions: {size: INTEGER}}

    Risk:
        PLAN020 attention: component type "com.example.Pump" is removed

    Do:
        Look for entities that were created outside of the definition. If the type only has another id now,
        write the former one into `renames.componentTypes`.
    """
    suspected = {
        rename.former_id for rename in suspected_renames(comparison) if rename.kind is Kind.COMPONENT_TYPE
    }
    for change in comparison.of(Kind.COMPONENT_TYPE, Action.REMOVED):
        if change.id not in suspected:
            message = f'component type "{change.id}" is removed'
            remedy = "look for entities outside of the definition that use it"
            yield component_type_removed.risk(change, message, remedy)


@risk_rule("PLAN025", "source-changed", Level.DANGER)
def source_changed(comparison: Comparison) -> Iterator[Risk]:
    """Warn of another connector behind a function: values are read from, or written to, another store.

    Before:
        component_types/t.yaml:
            com.example.Pump:
              propertyDefinitions: {flow: {dataType: DOUBLE, isTimeSeries: true}}
              functions: {dataReader: {connector: telemetry}}
        entities/e.yaml:
            pump-1: {entityName: Pump 1, components: {pump: {componentTypeId: com.example.Pump}}}

    After:
        twin.yaml:
            workspaceId: my-twin
            connectors: {telemetry: {kind: dynamodb}, historian: {kind: sitewise, assets: managed}}
        component_types/t.yaml:
            com.example.Pump:
              propertyDefinitions: {flow: {dataType: DOUBLE, isTimeSeries: true}}
              functions: {dataReader: {connector: historian}}

    Risk:
        PLAN025 danger: function "dataReader" of "com.example.Pump" is implemented by "historian" instead of
        "telemetry"; it applies to 1 component of 1 entity ("pump-1"), the dashboard of "com.example.Pump"

    Do:
        Copy the history to the new store first. If the connector was renamed, write its former name into
        `renames.connectors`.
    """
    for change, detail in comparison.details(Kind.COMPONENT_TYPE):
        if detail.path[:1] != ("functions",) or len(detail.path) < 2:
            continue
        before, after = _implementation(detail.before), _implementation(detail.after)
        if detail.action is Action.ADDED or before == after:
            continue
        name = detail.path[1]
        message = f'function "{name}" of "{change.id}" is '
        message += (
            f'implemented by "{after}" instead of "{before}"'
            if after
            else f'removed, which "{before}" implemented'
        )
        message += describe_uses(comparison.usage_after, change.id, None, "", "", verb="it applies to ")
        remedy = "copy the history first, or write renames.connectors if the connector was renamed"
        yield source_changed.risk(change, message, remedy, comparison.place(change, detail))


def _implementation(function: Any) -> str:
    """Return the connector or ARN of a function, or of the reference to one."""
    if isinstance(function, str):
        return function
    if not isinstance(function, dict):
        return ""
    if "connector" in function:
        return str(function["connector"])
    implemented_by = function.get("implementedBy", function)
    lambda_function = implemented_by.get("lambda", implemented_by)
    return str(lambda_function.get("arn", "the service" if function else ""))


@risk_rule("PLAN026", "parents-changed", Level.DANGER, is_breaking=True)
def parents_changed(comparison: Comparison) -> Iterator[Risk]:
    """Warn of a type that extends other types, so that it inherits other properties and functions.

    It is of the level attention, and breaks nothing, while no property is lost.

    Before:
        component_types/t.yaml:
            com.example.Machine: {propertyDefinitions: {serial: STRING}}
            com.example.Pump: {extendsFrom: [com.example.Machine]}
        entities/e.yaml:
            pump-1: {entityName: Pump 1, components: {pump: {componentTypeId: com.example.Pump}}}

    After:
        component_types/t.yaml:
            com.example.Machine: {propertyDefinitions: {serial: STRING}}
            com.example.Pump: {propertyDefinitions: {stages: INTEGER}}

    Risk:
        PLAN026 danger: "com.example.Pump" extends none instead of com.example.Machine, and loses
        "serial"; it applies to 1 component of 1 entity ("pump-1")

    Do:
        Look at the properties that are lost. They go with their values.
    """
    for change, detail in comparison.details(Kind.COMPONENT_TYPE):
        if detail.path != ("extendsFrom",):
            continue
        old = comparison.before.resolved_types[change.former_id or change.id].properties
        new = comparison.after.resolved_types[change.id].properties
        names = comparison.ids.property_names(change.id)
        lost = [name for name in old if names.get(name, name) not in new]
        parents = [", ".join(side or []) or "none" for side in (detail.after, detail.before)]
        message = f'"{change.id}" extends {parents[0]} instead of {parents[1]}'
        message += f", and loses {name_some(lost)}" if lost else ""
        alarms = _inherited_alarms(comparison.before, change.former_id or change.id)
        if lost_alarms := sorted(alarms - _inherited_alarms(comparison.after, change.id)):
            message += f" with {'alarm' if len(lost_alarms) == 1 else 'alarms'} {name_some(lost_alarms)}"
        message += describe_uses(comparison.usage_after, change.id, None, "", "", verb="it applies to ")
        remedy = "look at the properties that are lost" if lost else "look at what it inherits now"
        level = Level.DANGER if lost else Level.ATTENTION
        yield parents_changed.risk(change, message, remedy, level=level, is_breaking=bool(lost))


def _inherited_alarms(definition: TwinDefinition, type_id: str) -> set[str]:
    ancestors = (definition.component_types.get(ancestor) for ancestor in definition.ancestors.walk(type_id))
    return {name for ancestor in ancestors if ancestor is not None for name in ancestor.alarms}


@risk_rule("PLAN027", "alarm-changed", Level.ATTENTION)
def alarm_changed(comparison: Comparison) -> Iterator[Risk]:
    """Warn of an alarm that is removed, or whose limit, delay or severity changes.

    States are computed again from the measurements, so an alarm may be raised or end by the deployment.

    Before:
        component_types/t.yaml:
            com.example.Alarm:
              extendsFrom: [com.amazon.iottwinmaker.alarm.basic]
              functions: {dataReader: {connector: telemetry}}
            com.example.Pump:
              propertyDefinitions: {flow: {dataType: DOUBLE, isTimeSeries: true}}
              functions: {dataReader: {connector: telemetry}}
              alarms: {low: {property: flow, below: 2}}
        entities/e.yaml:
            pump-1:
              entityName: Pump 1
              components:
                pump: {componentTypeId: com.example.Pump}
                alarm: {componentTypeId: com.example.Alarm, properties: {alarm_key: pump-1-alarm}}

    After:
        component_types/t.yaml:
            com.example.Alarm:
              extendsFrom: [com.amazon.iottwinmaker.alarm.basic]
              functions: {dataReader: {connector: telemetry}}
            com.example.Pump:
              propertyDefinitions: {flow: {dataType: DOUBLE, isTimeSeries: true}}
              functions: {dataReader: {connector: telemetry}}
              alarms: {low: {property: flow, below: 3}}

    Risk:
        PLAN027 attention: alarm "low" of "com.example.Pump" has below 3 instead of 2; it applies to 1
        component of 1 entity ("pump-1"), the dashboard of "com.example.Pump"

    Do:
        Look at the limit with the people who answer the alarm.
    """
    for change, detail in comparison.details(Kind.COMPONENT_TYPE):
        if detail.path[:1] != ("alarms",):
            continue
        if len(detail.path) < 3:
            if detail.action is Action.ADDED:
                continue
            names = [detail.path[1]] if len(detail.path) == 2 else sorted(detail.before)
            verb = "is" if len(names) == 1 else "are"
            message = f'{count(len(names), "alarm")} of "{change.id}" {verb} removed ({name_some(names)})'
        else:
            message = (
                f'alarm "{detail.path[1]}" of "{change.id}" has {detail.path[2]} {show_member(detail.after)} '
                f"instead of {show_member(detail.before)}"
            )
        message += describe_uses(comparison.usage_after, change.id, None, "", "", verb="it applies to ")
        remedy = "look at it with the people who answer the alarm"
        yield alarm_changed.risk(change, message, remedy, comparison.place(change, detail))

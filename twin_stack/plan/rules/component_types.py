"""Risks of component types: what a change means for the entities that use them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from twin_stack.plan.changes import Action, Kind, Level
from twin_stack.plan.rule import Comparison, risk_rule
from twin_stack.plan.suspicions import suspected_properties, suspected_renames
from twin_stack.plan.usage import count, has_history, name_some

if TYPE_CHECKING:
    from collections.abc import Iterator

    from twin_stack.plan.changes import Change, Detail, Risk
    from twin_stack.plan.usage import Usage

_PROPERTIES: Final = "propertyDefinitions"
_STORAGE: Final = frozenset({"isTimeSeries", "isStoredExternally"})


@risk_rule("PLAN020", "component-type-removed", Level.ATTENTION)
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


@risk_rule("PLAN021", "property-removed", Level.DANGER)
def property_removed(comparison: Comparison) -> Iterator[Risk]:
    """Warn of a property that is removed from a type: its values go, its history is not shown.

    Rows stay in the table. A managed SiteWise type refuses the deployment while the property has values.

    Before:
        component_types/t.yaml:
            com.example.Pump: {propertyDefinitions: {serial: STRING, maker: STRING}}
        entities/e.yaml:
            pump-1:
              entityName: Pump 1
              components: {pump: {componentTypeId: com.example.Pump, properties: {serial: P-1}}}

    After:
        component_types/t.yaml:
            com.example.Pump: {propertyDefinitions: {serial: STRING}}

    Risk:
        PLAN021 danger: property "maker" of "com.example.Pump" is removed; 1 component of 1 entity has it
        ("pump-1")

    Do:
        Keep the property. If it only has another name now, write the former one into `renames.properties`.
    """
    for change in comparison.of(Kind.COMPONENT_TYPE, Action.CHANGED, Action.RENAMED):
        suspected = {former for former, _ in suspected_properties(change)}
        for name in _lost_properties(comparison, change):
            if name in suspected:
                continue
            former_id = change.former_id or change.id
            message = f'property "{name}" of "{change.id}" is removed'
            message += _uses(comparison.usage_before, former_id, name, "has it", "have it")
            remedy = "keep it, or, if it has another name now, write renames.properties"
            yield property_removed.risk(change, message, remedy)


def _lost_properties(comparison: Comparison, change: Change) -> Iterator[str]:
    """Yield the properties that a type itself declared, and that it neither declares nor inherits now."""
    old = comparison.before.component_types[change.former_id or change.id]
    new = comparison.after.resolved_types[change.id]
    names = comparison.ids.property_names(change.id)
    yield from (name for name in old.property_definitions if names.get(name, name) not in new.properties)


@risk_rule("PLAN022", "data-type-changed", Level.DANGER)
def data_type_changed(comparison: Comparison) -> Iterator[Risk]:
    """Warn of another data type of a property: stored values do not have it.

    A connector leaves out rows whose value does not fit. A managed SiteWise type refuses the deployment while
    the property has values.

    Before:
        component_types/t.yaml:
            com.example.Pump: {propertyDefinitions: {stages: INTEGER}}
        entities/e.yaml:
            pump-1: {entityName: Pump 1, components: {pump: {componentTypeId: com.example.Pump}}}

    After:
        component_types/t.yaml:
            com.example.Pump: {propertyDefinitions: {stages: STRING}}

    Risk:
        PLAN022 danger: data type of "stages" of "com.example.Pump" becomes STRING instead of INTEGER; 1
        component of 1 entity has it ("pump-1")

    Do:
        Give the property with the other data type another name, and keep the former one as long as its
        history is of use.
    """
    for change, name, detail in _property_details(comparison):
        if detail.path[2:] == ("dataType", "type"):
            message = (
                f'data type of "{name}" of "{change.id}" becomes {detail.after} instead of {detail.before}'
            )
            message += _uses(comparison.usage_after, change.id, name, "has it", "have it")
            remedy = "add a property of another name beside it"
            yield data_type_changed.risk(change, message, remedy, comparison.place(change, detail))


@risk_rule("PLAN023", "storage-changed", Level.DANGER)
def storage_changed(comparison: Comparison) -> Iterator[Risk]:
    """Warn of a property whose values are kept in another place: in the service, or behind a connector.

    Values do not move by themselves. The property is empty where nothing writes it to the new place.

    Before:
        component_types/t.yaml:
            com.example.Pump:
              propertyDefinitions: {flow: {dataType: DOUBLE}}
              functions: {dataReader: {connector: telemetry}}
        entities/e.yaml:
            pump-1: {entityName: Pump 1, components: {pump: {componentTypeId: com.example.Pump}}}

    After:
        component_types/t.yaml:
            com.example.Pump:
              propertyDefinitions: {flow: {dataType: DOUBLE, isTimeSeries: true}}
              functions: {dataReader: {connector: telemetry}}

    Risk:
        PLAN023 danger: property "flow" of "com.example.Pump" becomes a time series that a connector reads;
        1 component of 1 entity has it ("pump-1")

    Do:
        Write the values to the new place before the deployment, or give the property another name.
    """
    for change in comparison.of(Kind.COMPONENT_TYPE, Action.CHANGED, Action.RENAMED):
        old = comparison.before.resolved_types[change.former_id or change.id].properties
        new = comparison.after.resolved_types[change.id].properties
        names = comparison.ids.property_names(change.id)
        for former_name in comparison.before.component_types[
            change.former_id or change.id
        ].property_definitions:
            name = names.get(former_name, former_name)
            if name not in new or has_history(old[former_name]) == has_history(new[name]):
                continue
            place = (
                "a time series that a connector reads" if has_history(new[name]) else "a value of the service"
            )
            message = f'property "{name}" of "{change.id}" becomes {place}'
            message += _uses(comparison.usage_after, change.id, name, "has it", "have it")
            yield storage_changed.risk(change, message, "write the values to the new place first")


@risk_rule("PLAN024", "type-of-many-changed", Level.ATTENTION)
def type_of_many_changed(comparison: Comparison) -> Iterator[Risk]:
    """Warn of a default value, unit or allowed value that changes for all entities which inherit it.

    Before:
        component_types/t.yaml:
            com.example.Pump:
              propertyDefinitions: {limit: {dataType: DOUBLE, defaultValue: 80}}
            com.example.BigPump: {extendsFrom: [com.example.Pump]}
        entities/e.yaml:
            pump-1: {entityName: Pump 1, components: {pump: {componentTypeId: com.example.BigPump}}}

    After:
        component_types/t.yaml:
            com.example.Pump:
              propertyDefinitions: {limit: {dataType: DOUBLE, defaultValue: 90}}
            com.example.BigPump: {extendsFrom: [com.example.Pump]}

    Risk:
        PLAN024 attention: defaultValue of "limit" of "com.example.Pump" becomes 90 instead of 80; it applies
        to 1 component of 1 entity ("pump-1"), through "com.example.BigPump"

    Do:
        Look at the entities that are named. An entity that needs the former value gets it as its own.
    """
    for change, name, detail in _property_details(comparison):
        member = detail.path[-1]
        if len(detail.path) < 3 or detail.path[2:] == ("dataType", "type") or member in _STORAGE:
            continue
        if (
            member in _DEVICE_MEMBERS
            or member in _FORMULA_MEMBERS
            or not comparison.usage_after.components_of(change.id)
        ):
            continue
        message = (
            f'{member} of "{name}" of "{change.id}" becomes {_show(detail.after)} instead of '
            f"{_show(detail.before)}"
        )
        message += _uses(comparison.usage_after, change.id, name, "", "", verb="it applies to ")
        if through := comparison.usage_after.sub_types(change.id):
            message += f", through {name_some(through)}"
        remedy = "look at the entities; one that needs the former value gets it as its own"
        yield type_of_many_changed.risk(change, message, remedy, comparison.place(change, detail))


_DEVICE_MEMBERS: Final = frozenset({"isExternalId"})
_FORMULA_MEMBERS: Final = frozenset({"expression", "window", "variables"})


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
        "telemetry"; it applies to 1 component of 1 entity ("pump-1")

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
        message += _uses(comparison.usage_after, change.id, None, "", "", verb="it applies to ")
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


@risk_rule("PLAN026", "parents-changed", Level.ATTENTION)
def parents_changed(comparison: Comparison) -> Iterator[Risk]:
    """Warn of a type that extends other types, so that it inherits other properties and functions.

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
        PLAN026 attention: "com.example.Pump" extends none instead of com.example.Machine, and loses
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
        message += _uses(comparison.usage_after, change.id, None, "", "", verb="it applies to ")
        yield parents_changed.risk(change, message, "look at the properties that are lost")


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
        component of 1 entity ("pump-1")

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
                f'alarm "{detail.path[1]}" of "{change.id}" has {detail.path[2]} {_show(detail.after)} '
                f"instead of {_show(detail.before)}"
            )
        message += _uses(comparison.usage_after, change.id, None, "", "", verb="it applies to ")
        remedy = "look at it with the people who answer the alarm"
        yield alarm_changed.risk(change, message, remedy, comparison.place(change, detail))


@risk_rule("PLAN028", "formula-changed", Level.ATTENTION)
def formula_changed(comparison: Comparison) -> Iterator[Risk]:
    """Warn of another formula of SiteWise: values from before the deployment stay as they were computed.

    A metric with another window is refused while the property has values.

    Before:
        twin.yaml:
            workspaceId: my-twin
            connectors: {historian: {kind: sitewise, assets: managed}}
        component_types/t.yaml:
            com.example.Pump:
              propertyDefinitions:
                flow: {dataType: DOUBLE, isTimeSeries: true}
                perDay: {expression: flow * 24}
              functions: {dataReader: {connector: historian}}

    After:
        component_types/t.yaml:
            com.example.Pump:
              propertyDefinitions:
                flow: {dataType: DOUBLE, isTimeSeries: true}
                perDay: {expression: flow * 24 * 60}
              functions: {dataReader: {connector: historian}}

    Risk:
        PLAN028 attention: expression of "perDay" of "com.example.Pump" becomes flow * 24 * 60 instead of flow
        * 24

    Do:
        Give the new formula another name if readers compare values over time.
    """
    for change, name, detail in _property_details(comparison):
        member = next((key for key in detail.path[2:] if key in _FORMULA_MEMBERS), None)
        if member is not None:
            message = (
                f'{member} of "{name}" of "{change.id}" becomes {_show(detail.after)} instead of '
                f"{_show(detail.before)}"
            )
            message += _uses(comparison.usage_after, change.id, name, "", "", verb="it applies to ")
            remedy = "give the new formula another name if values are compared over time"
            yield formula_changed.risk(change, message, remedy, comparison.place(change, detail))


def _property_details(comparison: Comparison) -> Iterator[tuple[Change, str, Detail]]:
    """Yield differences inside of properties of types, with the name of the property."""
    for change, detail in comparison.details(Kind.COMPONENT_TYPE):
        if detail.path[:1] == (_PROPERTIES,) and len(detail.path) > 2:
            yield change, detail.path[1], detail


def _uses(usage: Usage, type_id: str, name: str | None, one: str, several: str, *, verb: str = "") -> str:
    """Return how many components, entities and bindings of scenes a type or a property has."""
    uses = usage.components_of(type_id)
    if not uses:
        return ""
    entity_ids = list(dict.fromkeys(use.entity_id for use in uses))
    text = f"; {verb}{count(len(uses), 'component')} of {count(len(entity_ids), 'entity', 'entities')}"
    text += f" {one if len(uses) == 1 else several}" if one else ""
    text += f" ({name_some(entity_ids)})"
    bindings = usage.bindings_of(uses, name)
    alarms = usage.alarms_on(type_id, name) if name else []
    users = [count(len(bindings), "binding of scenes", "bindings of scenes")] if bindings else []
    users += [f"alarm {name_some(alarms)}"] if alarms else []
    return text + (f", {' and '.join(users)}" if users else "")


def _show(value: Any) -> str:
    if isinstance(value, dict) and len(value) == 1:
        value = next(iter(value.values()))
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "none" if value is None else str(value)

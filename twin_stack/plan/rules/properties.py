"""Risks of properties of component types: values, histories and formulas."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from twin_stack.plan.changes import Action, Kind, Level
from twin_stack.plan.rule import Comparison, risk_rule
from twin_stack.plan.suspicions import suspected_properties
from twin_stack.plan.usage import describe_uses, has_history, name_some, show_member

if TYPE_CHECKING:
    from collections.abc import Iterator

    from twin_stack.definition.schema import PropertyDefinition
    from twin_stack.plan.changes import Change, Detail, Risk

_PROPERTIES: Final = "propertyDefinitions"
_STORAGE: Final = frozenset({"isTimeSeries", "isStoredExternally"})
_DEVICE_MEMBERS: Final = frozenset({"isExternalId"})
_FORMULA_MEMBERS: Final = frozenset({"expression", "window", "variables"})


@risk_rule("PLAN021", "property-removed", Level.DANGER, is_breaking=True)
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
            message += describe_uses(comparison.usage_before, former_id, name, "has it", "have it")
            remedy = "keep it, or, if it has another name now, write renames.properties"
            yield property_removed.risk(change, message, remedy)


def _lost_properties(comparison: Comparison, change: Change) -> Iterator[str]:
    """Yield the properties that a type itself declared, and that it neither declares nor inherits now."""
    old = comparison.before.component_types[change.former_id or change.id]
    new = comparison.after.resolved_types[change.id]
    names = comparison.ids.property_names(change.id)
    yield from (name for name in old.property_definitions if names.get(name, name) not in new.properties)


@risk_rule("PLAN022", "data-type-changed", Level.DANGER, is_breaking=True)
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
            message += describe_uses(comparison.usage_after, change.id, name, "has it", "have it")
            remedy = "add a property of another name beside it"
            yield data_type_changed.risk(change, message, remedy, comparison.place(change, detail))


@risk_rule("PLAN023", "storage-changed", Level.DANGER, is_breaking=True)
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
        1 component of 1 entity has it ("pump-1"), the dashboard of "com.example.Pump"

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
            message += describe_uses(comparison.usage_after, change.id, name, "has it", "have it")
            yield storage_changed.risk(change, message, "write the values to the new place first")


@risk_rule("PLAN024", "type-of-many-changed", Level.ATTENTION)
def type_of_many_changed(comparison: Comparison) -> Iterator[Risk]:
    """Warn of a default value, unit or another member that changes for all entities which inherit it.

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
            "allowedValues" in detail.path
            or member in _DEVICE_MEMBERS
            or member in _FORMULA_MEMBERS
            or not comparison.usage_after.components_of(change.id)
        ):
            continue
        if show_member(detail.after) == show_member(detail.before):
            continue  # the value got the other data type
        message = (
            f'{member} of "{name}" of "{change.id}" becomes {show_member(detail.after)} instead of '
            f"{show_member(detail.before)}"
        )
        message += describe_uses(comparison.usage_after, change.id, name, "", "", verb="it applies to ")
        if through := comparison.usage_after.sub_types(change.id):
            message += f", through {name_some(through)}"
        remedy = "look at the entities; one that needs the former value gets it as its own"
        yield type_of_many_changed.risk(change, message, remedy, comparison.place(change, detail))


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
                f'{member} of "{name}" of "{change.id}" becomes {show_member(detail.after)} instead of '
                f"{show_member(detail.before)}"
            )
            message += describe_uses(comparison.usage_after, change.id, name, "", "", verb="it applies to ")
            remedy = "give the new formula another name if values are compared over time"
            yield formula_changed.risk(change, message, remedy, comparison.place(change, detail))


@risk_rule("PLAN029", "value-not-allowed-now", Level.DANGER, is_breaking=True)
def value_not_allowed_now(comparison: Comparison) -> Iterator[Risk]:
    """Warn of values that a property allows no longer: stored ones, and those of devices, do not fit.

    Before:
        component_types/t.yaml:
            com.example.Pump:
              propertyDefinitions: {mode: {dataType: {type: STRING, allowedValues: [auto, manual, off]}}}
        entities/e.yaml:
            pump-1: {entityName: Pump 1, components: {pump: {componentTypeId: com.example.Pump}}}

    After:
        component_types/t.yaml:
            com.example.Pump:
              propertyDefinitions: {mode: {dataType: {type: STRING, allowedValues: [auto, manual]}}}

    Risk:
        PLAN029 danger: property "mode" of "com.example.Pump" allows "off" no longer; 1 component of 1
        entity has it ("pump-1")

    Do:
        Keep the value as long as something writes it.
    """
    for change in comparison.of(Kind.COMPONENT_TYPE, Action.CHANGED, Action.RENAMED):
        former_id = change.former_id or change.id
        old = comparison.before.component_types[former_id].property_definitions
        new = comparison.after.resolved_types[change.id].properties
        names = comparison.ids.property_names(change.id)
        for former_name, definition in old.items():
            name = names.get(former_name, former_name)
            allowed = _allowed_values(new[name]) if name in new else None
            former = _allowed_values(definition)
            lost = [value for value in former or () if allowed is not None and value not in allowed]
            if allowed is None or (former is not None and not lost):
                continue
            message = f'property "{name}" of "{change.id}" allows '
            message += f"{name_some(lost)} no longer" if lost else f"only {name_some(allowed)} now"
            message += describe_uses(comparison.usage_after, change.id, name, "has it", "have it")
            yield value_not_allowed_now.risk(change, message, "keep the value as long as something writes it")


def _allowed_values(definition: PropertyDefinition) -> list[str] | None:
    """Return the allowed values of a property as text, None if it allows all of its type."""
    values = definition.data_type.allowed_values if definition.data_type is not None else None
    if not values:
        return None
    return [show_member(value) for value in values]


def _property_details(comparison: Comparison) -> Iterator[tuple[Change, str, Detail]]:
    """Yield differences inside of properties of types, with the name of the property."""
    for change, detail in comparison.details(Kind.COMPONENT_TYPE):
        if detail.path[:1] == (_PROPERTIES,) and len(detail.path) > 2:
            yield change, detail.path[1], detail

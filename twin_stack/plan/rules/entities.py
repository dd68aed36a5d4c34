"""Risks of entities and their components."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin_stack.definition.devices import device_of
from twin_stack.plan.changes import Action, Kind, Level
from twin_stack.plan.rule import Comparison, risk_rule
from twin_stack.plan.suspicions import suspected_renames
from twin_stack.plan.usage import count, name_some

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from twin_stack.definition.resolve import ResolvedType
    from twin_stack.definition.schema import Component, Connector
    from twin_stack.plan.changes import Change, Risk


@risk_rule("PLAN010", "entity-removed", Level.DANGER, is_breaking=True)
def entity_removed(comparison: Comparison) -> Iterator[Risk]:
    """Warn of an entity that is removed with all entities below it.

    CloudFormation deletes the entity, its components and their values. The rows of its devices stay in the
    table, and its SiteWise assets are retained, but nothing shows their history. Links of other systems to
    the entity lead nowhere.

    Before:
        component_types/t.yaml:
            com.example.Pump:
              propertyDefinitions: {flow: {dataType: DOUBLE, isTimeSeries: true}}
              functions: {dataReader: {connector: telemetry}}
        entities/e.yaml:
            hall-1: {entityName: Hall 1}
            pump-1:
              entityName: Pump 1
              parentEntityId: hall-1
              components: {pump: {componentTypeId: com.example.Pump}}

    After:
        entities/e.yaml:
            hall-2: {entityName: Another hall}

    Risk:
        PLAN010 danger: entity "hall-1" is removed with 1 entity below it ("pump-1"), and with it the way to
        the history of 1 time series

    Do:
        Keep the entity, or accept the removal. If it only has another id now, write the former id into
        `renames` of `twin.yaml`.
    """
    removed = {change.id: change for change in comparison.of(Kind.ENTITY, Action.REMOVED)}
    suspected = {rename.former_id for rename in suspected_renames(comparison) if rename.kind is Kind.ENTITY}
    for change in removed.values():
        if comparison.before.entities[change.id].parent_entity_id in removed or change.id in suspected:
            continue
        gone = [entity_id for entity_id in (change.id, *change.below) if entity_id in removed]
        message = f'entity "{change.id}" is removed'
        if below := gone[1:]:
            message += f" with {count(len(below), 'entity', 'entities')} below it ({name_some(below)})"
        if series := sum(_series(comparison, entity_id) for entity_id in gone):
            message += f", and with it the way to the history of {series:,} time series"
        remedy = "keep it, or, if it has another id now, write renames.entities"
        yield entity_removed.risk(change, message, remedy)


def _series(comparison: Comparison, entity_id: str) -> int:
    components = comparison.before.entities[entity_id].components.values()
    return sum(
        len(comparison.usage_before.histories_of(component.component_type_id)) for component in components
    )


@risk_rule("PLAN011", "entity-recreated", Level.ATTENTION, is_breaking=True)
def entity_recreated(comparison: Comparison) -> Iterator[Risk]:
    """Warn of a renamed entity: the service cannot change an id, so it is created under the new one.

    CloudFormation creates the new entity, moves children, relationships and bindings to it, and deletes the
    former one last. History stays by the entry in `renames`. Links of other systems to the former id lead
    nowhere.

    Before:
        entities/e.yaml:
            pump-1: {entityName: Pump 1}

    After:
        twin.yaml:
            workspaceId: my-twin
            connectors: {telemetry: {kind: dynamodb}}
            renames: {entities: {pump-1: pump-north}}
        entities/e.yaml:
            pump-north: {entityName: Pump 1}

    Risk:
        PLAN011 attention: entity "pump-1" is created as "pump-north", and the former one is deleted

    Do:
        Tell the users of dashboards and links outside of the twin the new id.
    """
    for change in comparison.of(Kind.ENTITY, Action.RENAMED):
        former = str(change.former_id)
        message = f'entity "{former}" is created as "{change.id}", and the former one is deleted'
        children = comparison.usage_before.children_of(former)
        bindings = comparison.usage_before.bindings_to([former])
        followers = [count(len(children), "child", "children")] if children else []
        followers += [count(len(bindings), "binding of scenes", "bindings of scenes")] if bindings else []
        if followers:
            message += f"; {' and '.join(followers)} follow"
        yield entity_recreated.risk(change, message, "tell users of links to the former id the new one")


@risk_rule("PLAN012", "component-removed", Level.DANGER, is_breaking=True)
def component_removed(comparison: Comparison) -> Iterator[Risk]:
    """Warn of a component with time series that is removed from an entity that stays.

    Rows and assets stay, but nothing shows their history.

    Before:
        component_types/t.yaml:
            com.example.Pump:
              propertyDefinitions: {flow: {dataType: DOUBLE, isTimeSeries: true}}
              functions: {dataReader: {connector: telemetry}}
        entities/e.yaml:
            pump-1:
              entityName: Pump 1
              components: {pump: {componentTypeId: com.example.Pump}}

    After:
        entities/e.yaml:
            pump-1: {entityName: Pump 1}

    Risk:
        PLAN012 danger: component "pump" of entity "pump-1" is removed, and with it the way to the history
        of "flow"

    Do:
        Keep the component. If it only has another name now, write the former one into `renames.components`.
    """
    for change, name, component in _lost_components(comparison, "components"):
        if histories := comparison.usage_before.histories_of(component.component_type_id):
            message = (
                f'component "{name}" of entity "{change.id}" is removed, and with it the way to the history '
                f"of {name_some(histories)}"
            )
            remedy = "keep it, or, if it has another name now, write renames.components"
            yield component_removed.risk(change, message, remedy)


def _lost_components(comparison: Comparison, key: str) -> Iterator[tuple[Change, str, Component]]:
    """Yield the removed components of entities that stay: the entity, the name and the component before."""
    for change, detail in comparison.details(Kind.ENTITY):
        former = comparison.before.entities.get(change.former_id or change.id)
        if former is None or detail.action is not Action.REMOVED or detail.path[:1] != (key,):
            continue
        names = (
            [detail.path[1]]
            if len(detail.path) == 2
            else list(former.components)
            if len(detail.path) == 1
            else []
        )
        yield from ((change, name, former.components[name]) for name in names if name in former.components)


@risk_rule("PLAN013", "component-of-another-type", Level.DANGER, is_breaking=True)
def component_of_another_type(comparison: Comparison) -> Iterator[Risk]:
    """Warn of a component that gets another type, so that its values are those of that type.

    The service has no call that changes the type of a component. Properties that the new type does not have
    are lost with their values; time series of the former type are not shown.

    Before:
        component_types/t.yaml:
            com.example.Pump: {propertyDefinitions: {serial: STRING}}
            com.example.Valve: {propertyDefinitions: {serial: STRING}}
        entities/e.yaml:
            pump-1:
              entityName: Pump 1
              components: {pump: {componentTypeId: com.example.Pump, properties: {serial: P-1}}}

    After:
        entities/e.yaml:
            pump-1:
              entityName: Pump 1
              components: {pump: {componentTypeId: com.example.Valve, properties: {serial: P-1}}}

    Risk:
        PLAN013 danger: component "pump" of entity "pump-1" gets the type "com.example.Valve" instead of
        "com.example.Pump"

    Do:
        If the type was renamed, write its former id into `renames.componentTypes`. Otherwise add a component
        with the new type beside the former one, and remove that later.
    """
    for change, detail in comparison.details(Kind.ENTITY):
        if len(detail.path) == 3 and detail.path[0] == "components" and detail.path[2] == "componentTypeId":
            message = (
                f'component "{detail.path[1]}" of entity "{change.id}" gets the type "{detail.after}" '
                f'instead of "{detail.before}"'
            )
            remedy = "write renames.componentTypes if the type was renamed, else add another component"
            yield component_of_another_type.risk(change, message, remedy, comparison.place(change, detail))


@risk_rule("PLAN014", "device-changed", Level.DANGER)
def device_changed(comparison: Comparison) -> Iterator[Risk]:
    """Warn of a component that names another device: the rows of the former one are not its history.

    The key of a row is the external id of the component, or the entity id if it has none.

    Before:
        component_types/t.yaml:
            com.example.Pump:
              propertyDefinitions:
                device: {dataType: STRING, isExternalId: true}
                flow: {dataType: DOUBLE, isTimeSeries: true}
              functions: {dataReader: {connector: telemetry}}
        entities/e.yaml:
            pump-1:
              entityName: Pump 1
              components: {pump: {componentTypeId: com.example.Pump, properties: {device: D-1}}}

    After:
        entities/e.yaml:
            pump-1:
              entityName: Pump 1
              components: {pump: {componentTypeId: com.example.Pump, properties: {device: D-2}}}

    Risk:
        PLAN014 danger: component "pump" of entity "pump-1" reads the rows of device "D-2" instead of "D-1";
        the history of "flow" begins again

    Do:
        Keep the external id. If the machine got another device, accept the change: the rows of the former
        device stay in the table.
    """
    for change in comparison.of(Kind.ENTITY, Action.CHANGED, Action.MOVED, Action.RENAMED):
        old = comparison.before.entities[change.former_id or change.id]
        new = comparison.after.entities[change.id]
        names = comparison.ids.component_names(change.id)
        for former_name, component in old.components.items():
            name = names.get(former_name, former_name)
            if name not in new.components:
                continue
            before = _device(component, comparison.before.resolved_types, comparison.before.connectors)
            after = _device(
                new.components[name], comparison.after.resolved_types, comparison.after.connectors
            )
            histories = comparison.usage_after.histories_of(new.components[name].component_type_id)
            former_device = before or change.former_id or change.id
            device = after or change.id
            # Without external ids, a renamed entity keeps its rows.
            if device == former_device or before == after or not histories:
                continue
            message = (
                f'component "{name}" of entity "{change.id}" reads the rows of device "{device}" instead of '
                f'"{former_device}"; the history of {name_some(histories)} begins again'
            )
            yield device_changed.risk(change, message, "keep the external id, or accept the change")


def _device(
    component: Component, types: Mapping[str, ResolvedType], connectors: Mapping[str, Connector]
) -> str | None:
    resolved = types.get(component.component_type_id)
    if resolved is None:
        return None
    readers = [function.connector for function in resolved.functions.values() if function.connector]
    keys = [connectors[name].key_property for name in readers if name in connectors]
    return device_of(component, resolved, next(filter(None, keys), None))

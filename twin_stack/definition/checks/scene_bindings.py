"""Rules of data bindings of scenes: whether the twin has what they name, and how rules test it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from twin_stack.definition.findings import Severity
from twin_stack.definition.parts import has_undocumented_parts, placed_component, placed_components
from twin_stack.definition.rule import rule
from twin_stack.definition.scene_document import boolean_tests
from twin_stack.definition.scene_parts import (
    document_place,
    first_at_each_place,
    list_member,
    map_member,
    scene_components,
)
from twin_stack.definition.source import LocatedMap, at
from twin_stack.definition.wording import did_you_mean, quote_value

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from twin_stack.definition.findings import Finding, Location
    from twin_stack.definition.schema import Scene
    from twin_stack.definition.unchecked import UncheckedDefinition

_PLACEHOLDER: Final = re.compile(r"\$\{(.+)\}")


class _Name(NamedTuple):
    """A name of a binding.

    Attributes:
        text: The name; None where it is chosen in the viewer, or is none.
        place: Where it is written: in the binding, or in the template that it refers to.
    """

    text: str | None
    place: Location


@rule("TWIN044", "unknown-binding", gathers_places=True)
def unknown_binding(definition: UncheckedDefinition) -> Iterator[Finding]:
    """Check that data bindings refer to entities, components and properties of this definition.

    A data binding of a scene refers to an entity, component or property that is not defined, or a dynamic
    scene to a root entity that is not. The viewer would show no data and no error.

    Bad:
        scenes/hall.yaml:
            nodes:
              - components:
                - type: Tag
                  valueDataBinding:
                    dataBindingContext: {entityId: machine-2, componentName: s, propertyName: t}
        entities/e.yaml:
            machine-1:
              entityName: Machine 1

    Finding:
        scenes/hall.yaml:5:40 TWIN044 entity "machine-2" is not defined; did you mean "machine-1"?

    Fix:
        Correct the name. Ids with `${...}` are those of `dataBindingConfig.template`; without a value there,
        they are chosen in the viewer and not checked.

    Good:
        component_types/t.yaml:
            com.example.Sensor:
              propertyDefinitions: {t: STRING}
        entities/e.yaml:
            machine-1:
              entityName: Machine 1
              components:
                s: {componentTypeId: com.example.Sensor}
        scenes/hall.yaml:
            nodes:
              - components:
                - type: Tag
                  valueDataBinding:
                    dataBindingContext: {entityId: machine-1, componentName: s, propertyName: t}

    Args:
        definition: The definition.
    """
    yield from first_at_each_place(_all_binding_findings(definition))


def _all_binding_findings(definition: UncheckedDefinition) -> Iterator[Finding]:
    for _, scene, component, _ in scene_components(definition):
        for context in _contexts(component):
            yield from binding_findings(definition, context, _template(scene))
    for scene in definition.scenes.values():
        yield from _template_entities(definition, scene)


@rule("TWIN253", "part-in-scene", severity=Severity.WARNING, gathers_places=True)
def part_in_scene(definition: UncheckedDefinition) -> Iterator[Finding]:
    """Warn of bindings to parts of components, which AWS's scene viewer does not read.

    A data binding of a scene refers to a part of a composite component. The page shows its values. AWS's
    scene viewer (App Kit's scene composer 12.5.1, and with it Grafana's scene panel) requests values by the
    name of a component, which cannot be a path, and shows none.

    Bad:
        component_types/t.yaml:
            com.example.Motor:
              propertyDefinitions: {serial: STRING}
            com.example.Pump:
              compositeComponentTypes: {motor: {componentTypeId: com.example.Motor}}
        entities/e.yaml:
            pump-1:
              entityName: Pump 1
              components:
                pump: {componentTypeId: com.example.Pump}
        scenes/hall.yaml:
            nodes:
              - components:
                - type: Tag
                  valueDataBinding:
                    dataBindingContext: {entityId: pump-1, componentName: pump/motor, propertyName: serial}

    Finding:
        scenes/hall.yaml:5:63 TWIN253 warning: "pump/motor" of "pump-1" is part of a component, which AWS's
        scene viewer does not read; show the scene on the page, or make the part a component of its own

    Fix:
        Show the scene on the page of this project, or make the part a component of the entity.

    Good:
        entities/e.yaml:
            pump-1:
              entityName: Pump 1
              components:
                motor: {componentTypeId: com.example.Motor}
        scenes/hall.yaml:
            nodes:
              - components:
                - type: Tag
                  valueDataBinding:
                    dataBindingContext: {entityId: pump-1, componentName: motor, propertyName: serial}

    Args:
        definition: The definition.
    """
    reported: set[Location] = set()  # a template of a layout applies to many entities
    for _, scene, component, _ in scene_components(definition):
        template = _template(scene)
        for context in _contexts(component):
            entity = definition.entities.get(_name(context, "entityId", template).text or "")
            path = _name(context, "componentName", template)
            if entity is None or path.text is None or "/" not in path.text or path.place in reported:
                continue
            if placed_component(entity, path.text, definition.resolved_types) is not None:
                reported.add(path.place)
                message = (
                    f'"{path.text}" of "{entity.entity_id}" is part of a component, which AWS\'s scene '
                    "viewer does not read"
                )
                remedy = "show the scene on the page, or make the part a component of its own"
                yield part_in_scene.finding(path.place, message, remedy)


def _template(scene: Scene) -> Mapping[str, Any]:
    """Return the values of ``${name}`` in the bindings of a scene."""
    return map_member(map_member(map_member(scene.document, "properties"), "dataBindingConfig"), "template")


def _contexts(value: Any) -> Iterator[LocatedMap]:
    """Yield each ``dataBindingContext`` in a component."""
    if isinstance(value, list):
        for member in value:
            yield from _contexts(member)
    if not isinstance(value, LocatedMap):
        return
    context = value.get("dataBindingContext")
    if isinstance(context, LocatedMap):
        yield context
    for key, member in value.items():
        if key != "dataBindingContext":
            yield from _contexts(member)


def _name(context: LocatedMap, key: str, template: Mapping[str, Any]) -> _Name:
    """Return a name of a binding, and where it is written."""
    text, place = context.get(key), at(context, key)
    placeholder = _PLACEHOLDER.fullmatch(text) if isinstance(text, str) else None
    if placeholder is not None:
        text = template.get(placeholder[1])
        if isinstance(template, LocatedMap) and placeholder[1] in template:
            place = at(template, placeholder[1])
    return _Name(text if isinstance(text, str) and "${" not in text else None, place)


def _template_entities(definition: UncheckedDefinition, scene: Scene) -> Iterator[Finding]:
    """Report entities of a template that are not defined, also if no binding refers to them yet."""
    config = map_member(map_member(scene.document, "properties"), "dataBindingConfig")
    template = map_member(config, "template")
    for name in list_member(map_member(config, "fieldMapping"), "entityId"):
        entity_id = template.get(name) if isinstance(name, str) else None
        if isinstance(template, LocatedMap) and isinstance(entity_id, str):
            yield from _unknown_entity(definition, _Name(entity_id, at(template, name)))


def _unknown_entity(definition: UncheckedDefinition, entity: _Name) -> Iterator[Finding]:
    valid = definition.declared("entities")
    if entity.text and entity.text not in valid and entity.text not in definition.lost:
        message = f"entity {quote_value(entity.text)} is not defined"
        yield unknown_binding.finding(entity.place, message, did_you_mean(entity.text, valid))


def binding_findings(
    definition: UncheckedDefinition, context: LocatedMap, template: Mapping[str, Any]
) -> Iterator[Finding]:
    """Report an entity, component or property of a data binding that is not defined.

    Args:
        definition: The definition.
        context: The ``dataBindingContext``.
        template: Values of ``${name}`` in bindings of the scene.
    """
    entity_name = _name(context, "entityId", template)
    yield from _unknown_entity(definition, entity_name)
    # Of an entity with mistakes, the component may be the part that has one.
    entity_id = entity_name.text or ""
    entity = None if ("entities", entity_id) in definition.partial else definition.entities.get(entity_id)
    component_name = _name(context, "componentName", template)
    if entity is None or component_name.text is None:
        return
    types = definition.resolved_types
    component = placed_component(entity, component_name.text, types)
    if component is None:
        if has_undocumented_parts(entity, component_name.text, types):
            return
        message = f'entity "{entity_id}" has no component {quote_value(component_name.text)}'
        remedy = did_you_mean(component_name.text, [item.path for item in placed_components(entity, types)])
        yield unknown_binding.finding(component_name.place, message, remedy)
        return
    property_name = _name(context, "propertyName", template)
    resolved = types.get(component.type_id)
    if property_name.text is None or resolved is None or resolved.takes_any_property:
        return
    names = resolved.properties.keys() | component.properties.keys()
    if property_name.text not in names:
        message = (
            f'component "{component_name.text}" of "{entity_id}" has no property '
            f"{quote_value(property_name.text)}"
        )
        remedy = did_you_mean(property_name.text, names)
        yield unknown_binding.finding(property_name.place, message, remedy)


@rule("TWIN178", "boolean-in-rule")
def boolean_in_rule(definition: UncheckedDefinition) -> Iterator[Finding]:
    """Check that rules compare BOOLEAN properties with texts.

    AWS's viewer has the values of a BOOLEAN as the texts `true` and `false`. Each text counts as true, and
    none equals a truth value: `running` is true for both, `running == true` for neither.

    Bad:
        component_types/t.yaml:
            com.example.Motor:
              propertyDefinitions: {running: BOOLEAN}
        entities/e.yaml:
            machine-1:
              entityName: Machine 1
              components:
                motor: {componentTypeId: com.example.Motor}
        scenes/hall.yaml:
            nodes:
              - components:
                - type: Tag
                  ruleBasedMapId: stopped
                  valueDataBinding:
                    dataBindingContext: {entityId: machine-1, componentName: motor, propertyName: running}
            rules:
              stopped:
                statements:
                  - {expression: running == false, target: 'iottwinmaker.common.icon:Error'}

    Finding:
        scenes/hall.yaml:10:22 TWIN178 "running" is BOOLEAN, which viewers have as text: "running == false" is
        never true; write running == 'false'

    Fix:
        Compare with `'true'` or `'false'`, in quotes.

    Good:
        scenes/hall.yaml:
            nodes:
              - components:
                - type: Tag
                  ruleBasedMapId: stopped
                  valueDataBinding:
                    dataBindingContext: {entityId: machine-1, componentName: motor, propertyName: running}
            rules:
              stopped:
                statements:
                  - {expression: running == 'false', target: 'iottwinmaker.common.icon:Error'}

    Args:
        definition: The definition.
    """
    for scene_id, scene in definition.scenes.items():
        data_types = _bound_data_types(definition, scene)
        for rule_id, scene_rule in map_member(scene.document, "rules").items():
            booleans = [name for name, types in data_types.get(rule_id, {}).items() if types == {"BOOLEAN"}]
            statements = list_member(scene_rule, "statements") if isinstance(scene_rule, dict) else []
            for index, statement in enumerate(statements if booleans else []):
                expression = statement.get("expression") if isinstance(statement, dict) else None
                if not isinstance(expression, str):
                    continue
                path = ("rules", rule_id, "statements", index, "expression")
                for test in boolean_tests(expression, booleans):
                    place = document_place(definition, scene_id, path)
                    message = (
                        f'"{test.name}" is BOOLEAN, which viewers have as text: {quote_value(test.text)} is '
                        f"{test.result}"
                    )
                    yield boolean_in_rule.finding(place, message, f"write {test.correction}")


def _bound_data_types(definition: UncheckedDefinition, scene: Scene) -> dict[str, dict[str, set[str]]]:
    """Return the data types of properties that components with rules bind, by rule and name."""
    template = _template(scene)
    data_types: dict[str, dict[str, set[str]]] = {}
    for rule_id, context in _rule_contexts(scene):
        name = _name(context, "propertyName", template).text
        if name is not None:
            data_type = _data_type(definition, context, template)
            data_types.setdefault(rule_id, {}).setdefault(name, set()).add(data_type or "")
    return data_types


def rules_with_unknown_bindings(definition: UncheckedDefinition, scene: Scene) -> set[str]:
    """Return the rules whose components bind what the twin does not have, which is a mistake of its own.

    Args:
        definition: The definition.
        scene: The scene.
    """
    template = _template(scene)
    return {
        rule_id
        for rule_id, context in _rule_contexts(scene)
        if any(True for _ in binding_findings(definition, context, template))
    }


def _rule_contexts(scene: Scene) -> Iterator[tuple[str, LocatedMap]]:
    """Yield each ``dataBindingContext`` that a rule has values of, with the id of the rule."""
    nodes = [node for node in list_member(scene.document, "nodes") if isinstance(node, dict)]
    components = [component for node in nodes for component in list_member(node, "components")]
    for component in components:
        if not isinstance(component, dict):
            continue
        for holder in [component, *map_member(component, "valueDataBindings").values()]:
            rule_id = holder.get("ruleBasedMapId") if isinstance(holder, dict) else None
            if isinstance(rule_id, str):
                context = map_member(map_member(holder, "valueDataBinding"), "dataBindingContext")
                if isinstance(context, LocatedMap):
                    yield rule_id, context


def _data_type(
    definition: UncheckedDefinition, context: LocatedMap, template: Mapping[str, Any]
) -> str | None:
    """Return the data type of the property of a binding; None if it is not known."""
    entity = definition.entities.get(_name(context, "entityId", template).text or "")
    component_name = _name(context, "componentName", template).text
    name = _name(context, "propertyName", template).text
    if entity is None or component_name is None or name is None:
        return None
    component = placed_component(entity, component_name, definition.resolved_types)
    resolved = definition.resolved_types.get(component.type_id) if component else None
    declared = resolved.properties.get(name) if resolved else None
    return declared.data_type.type if declared and declared.data_type else None

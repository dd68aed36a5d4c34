"""Rules of inheritance: what a component type may change of what it extends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin_stack.definition.rule import rule
from twin_stack.twinmaker.inheritance import inherit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from twin_stack.definition.findings import Finding
    from twin_stack.definition.unchecked import UncheckedDefinition


@rule("TWIN215", "inherited-type-changed")
def inherited_type_changed(definition: UncheckedDefinition) -> Iterator[Finding]:
    """Check that inherited properties keep their data type.

    A component type declares a property with another data type than the type that it extends. Values of
    entities and of other types rely on the inherited one.

    Bad:
        component_types/t.yaml:
            com.example.Base:
              propertyDefinitions: {serial: STRING}
            com.example.Sensor:
              extendsFrom: [com.example.Base]
              propertyDefinitions: {serial: INTEGER}

    Finding:
        component_types/t.yaml:5:33 TWIN215 property "serial" is inherited with type STRING, which INTEGER
        cannot replace; keep STRING, or give the property another name

    Fix:
        Keep the data type, or give the property another name. Default value, unit and allowed values may
        differ.

    Good:
        component_types/t.yaml:
            com.example.Base:
              propertyDefinitions: {serial: STRING}
            com.example.Sensor:
              extendsFrom: [com.example.Base]
              propertyDefinitions: {serial: {dataType: STRING, defaultValue: none}}

    Args:
        definition: Component types.
    """
    types = definition.resolved_types
    for type_id, own in definition.component_types.items():
        parents = [types[parent].properties for parent in own.extends_from if parent in types]
        if not parents:
            continue
        inherited = inherit({}, parents)
        for name, declared in own.property_definitions.items():
            base = inherited[name].data_type if name in inherited else None
            new = declared.data_type
            if base is not None and new is not None and base.type != new.type:
                path = ("propertyDefinitions", name, "dataType", "type")
                place = definition.where("component_types", type_id, *path)
                message = (
                    f'property "{name}" is inherited with type {base.type}, which {new.type} cannot replace'
                )
                remedy = f"keep {base.type}, or give the property another name"
                yield inherited_type_changed.finding(place, message, remedy)

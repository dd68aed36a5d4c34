"""Members of a definition that the service does not return, such as ingests and alarms.

A stack keeps them in its template, so that a deployed twin can be imported as the definition that it was.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from twin_stack.definition.sitewise import is_read_by, managed_connectors

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from twin_stack.definition.resolve import ResolvedType
    from twin_stack.definition.schema import Component, ComponentType, CompositeComponent, Entity
    from twin_stack.definition.twin_definition import TwinDefinition

METADATA_KEY: Final = "twin-stack"
"""Start of the key in the metadata of a template; a colon and the prefix of logical ids may follow."""

PROPERTY_ORDER: Final = "propertyOrder"
"""Member with the names of properties as they are written: SQL of ingests lists them in this order."""

GIVEN_DEFAULTS: Final = "givenDefaults"
"""Member with the properties, by component, whose value is written though it is the default of the type."""
COMPONENT_ORDER: Final = "componentOrder"
"""Member with the names of components as they are written, where the first one matters."""

_TWIN_MEMBERS: Final = {
    "connectors",
    "ingest",
    "existing",
    "scene_folder",
    "engine",
    "bulk",
    "hand_over",
    "renames",
    "sensitive",
}
_FORMULA_MEMBERS: Final = ("expression", "window", "variables")


def kept_members(
    definition: TwinDefinition, deployed_types: Mapping[str, ComponentType]
) -> dict[str, dict[str, Any]]:
    """Return what a deployment leaves out of the service, in the form of definition files.

    Args:
        definition: A checked definition.
        deployed_types: Component types that are deployed otherwise than they are written, by id: those that
            the service's own SiteWise connector reads.

    Returns:
        ``twin``, members of ``twin.yaml``, and ``componentTypes`` and ``entities``, by id; each only if it
        has content.
    """
    twin = definition.twin.model_dump(
        mode="json", by_alias=True, exclude_defaults=True, include=_TWIN_MEMBERS
    )
    types = {
        type_id: members
        for type_id, written in definition.component_types.items()
        if (members := _kept_of_type(written, deployed_types.get(type_id, written)))
    }
    connectors = managed_connectors(definition.connectors)
    managed = {
        type_id
        for type_id in definition.component_types
        if is_read_by(definition.resolved_types[type_id], connectors)
    }
    # Given defaults of thousands of entities would take the template's megabyte; they have no effect.
    keeps_defaults = definition.twin.engine == "cloudformation"
    entities = {
        entity_id: members
        for entity_id, entity in definition.entities.items()
        if (
            members := {
                **(_kept_defaults(entity, definition.resolved_types) if keeps_defaults else {}),
                **_kept_order(entity, managed),
            }
        )
    }
    members = {"twin": twin, "componentTypes": types, "entities": entities}
    return {name: content for name, content in members.items() if content}


def _kept_defaults(entity: Entity, resolved: Mapping[str, ResolvedType]) -> dict[str, Any]:
    all_components: dict[str, Component | CompositeComponent] = {
        **entity.components,
        **entity.composite_components,
    }
    defaults = {
        path: names
        for path, component in all_components.items()
        if (names := _given_defaults(component, _type_at(entity, path, resolved)))
    }
    return {GIVEN_DEFAULTS: defaults} if defaults else {}


def _kept_order(entity: Entity, managed: Collection[str]) -> dict[str, Any]:
    # An asset is below the first asset of the parent entity.
    assets = [name for name, item in entity.components.items() if item.component_type_id in managed]
    is_ordered = len(assets) > 1 and assets != sorted(assets)
    return {COMPONENT_ORDER: list(entity.components)} if is_ordered else {}


def _type_at(entity: Entity, path: str, resolved: Mapping[str, ResolvedType]) -> ResolvedType | None:
    """Return the type of the component at a path such as ``pump/motor``."""
    name, *inner = path.split("/")
    component_type = (
        resolved.get(entity.components[name].component_type_id) if name in entity.components else None
    )
    for part in inner:
        component_type = (
            resolved.get(component_type.parts.get(part, "")) if component_type is not None else None
        )
    return component_type


def _given_defaults(component: Component | CompositeComponent, resolved: ResolvedType | None) -> list[str]:
    """Return the properties to which a component gives the value that the type gives anyway."""
    definitions = resolved.properties if resolved is not None else {}
    return [
        name
        for name, prop in component.properties.items()
        if prop.value is not None and name in definitions and prop.value == definitions[name].default_value
    ]


def _kept_of_type(written: ComponentType, deployed: ComponentType) -> dict[str, Any]:
    members = written.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    kept: dict[str, Any] = {}
    names = list(members.get("propertyDefinitions", ()))
    if names != sorted(names):
        kept[PROPERTY_ORDER] = names
    if deployed.extends_from != written.extends_from:
        kept["extendsFrom"] = list(written.extends_from)
    properties = {
        name: _formula(own) if name in deployed.property_definitions else own
        for name, own in members.get("propertyDefinitions", {}).items()
    }
    functions = {
        name: own for name, own in members.get("functions", {}).items() if name not in deployed.functions
    }
    for name, content in (
        ("propertyDefinitions", {name: own for name, own in properties.items() if own}),
        ("functions", functions),
        ("alarms", members.get("alarms")),
    ):
        if content:
            kept[name] = content
    return kept


def _formula(definition: dict[str, Any]) -> dict[str, Any]:
    return {name: definition[name] for name in _FORMULA_MEMBERS if name in definition}

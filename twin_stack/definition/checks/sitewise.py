"""What SiteWise could not hold, or would refuse when the asset models are created.

Sources: API reference and quotas of AWS IoT SiteWise, its user guide on formula expressions, and the
CloudFormation schemas of ``AWS::IoTSiteWise::AssetModel`` and ``::Asset``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin_stack.definition.findings import Code, Finding, Severity, did_you_mean, shown
from twin_stack.definition.formula import FormulaError
from twin_stack.definition.graph import cycles
from twin_stack.definition.resolve import stored_externally
from twin_stack.definition.sitewise import (
    DATA_TYPES,
    asset_keys,
    behind,
    computed_over,
    formula_of,
    is_attribute,
    links,
    managed,
    reads,
    used_names,
    without_circles,
)
from twin_stack.twinmaker.names import SITEWISE_ASSET_ID, SITEWISE_ASSET_MODEL_ID, SITEWISE_PROPERTY_ID
from twin_stack.twinmaker.quotas import MAX_SITEWISE_HIERARCHIES, MAX_SITEWISE_NAME, MAX_STACK_RESOURCES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from twin_stack.definition.draft import Draft
    from twin_stack.definition.findings import Location
    from twin_stack.definition.formula import Formula
    from twin_stack.definition.resolve import ResolvedType
    from twin_stack.definition.schema import PropertyDefinition

OTHER_RESOURCES = 40
"""Resources of a stack that are neither of types nor of entities: a factory has 21."""
MANY_RESOURCES = 480
"""From here on a warning says that the limit is near."""

_MINUTES = {"m": 1, "h": 60, "d": 24 * 60, "w": 7 * 24 * 60}
_EXISTING = (SITEWISE_PROPERTY_ID, "sitewisePropertyExternalId", "sitewisePropertyAlias")


def _managed_types(draft: Draft) -> dict[str, ResolvedType]:
    """Return the types whose assets the twin makes, with all they inherit."""
    names = managed(draft.twin.connectors) if draft.twin is not None else set()
    if not names:
        return {}
    return {
        type_id: draft.resolved[type_id]
        for type_id in draft.component_types
        if reads(draft.resolved[type_id], names)
    }


def _where(draft: Draft, type_id: str, name: str, *path: str | int) -> Location:
    """Return the place where a property of a type is declared, be it in a parent."""
    seen = [type_id]
    for one in seen:
        known = draft.component_types.get(one)
        own = known.property_definitions.get(name) if known is not None else None
        if own is not None and (not path or getattr(own, _MEMBERS[path[0]])):
            return draft.where("component_types", one, "propertyDefinitions", name, *path)
        seen += [base for base in (known.extends_from if known else ()) if base not in seen]
    return draft.where("component_types", type_id)


_MEMBERS: dict[str | int, str] = {
    "expression": "expression",
    "window": "window",
    "variables": "variables",
    "dataType": "data_type",
    "configuration": "configuration",
}


def managed_properties(draft: Draft) -> Iterator[Finding]:
    """Report properties that an asset model cannot have.

    Args:
        draft: Component types and connectors.
    """
    for type_id, resolved in _managed_types(draft).items():
        if draft.twin is not None and len(f"{draft.twin.workspace_id}/{type_id}") > MAX_SITEWISE_NAME:
            message = (
                f'the asset model of "{type_id}" would have a name longer than {MAX_SITEWISE_NAME} characters'
            )
            place = draft.where("component_types", type_id)
            yield Finding(place, Code.NOT_FOR_SITEWISE, message, "shorten the id of workspace or type")
        for name, definition in resolved.properties.items():
            yield from _property(draft, type_id, name, definition)


def _property(draft: Draft, type_id: str, name: str, definition: PropertyDefinition) -> Iterator[Finding]:
    if name in (SITEWISE_ASSET_ID, SITEWISE_ASSET_MODEL_ID):
        message = f'"{name}" names an existing asset, and the twin makes its own'
        place = _where(draft, type_id, name)
        yield Finding(place, Code.NOT_FOR_SITEWISE, message, "remove it, or write assets: existing")
        return
    for key in definition.configuration or {}:
        if key in _EXISTING:
            message = f'"{key}" names a property of an existing asset, and the twin makes its own'
            place = _where(draft, type_id, name, "configuration", key)
            yield Finding(place, Code.NOT_FOR_SITEWISE, message, "remove it, or write assets: existing")
    data_type = definition.data_type
    if data_type is None or not stored_externally(definition):
        return
    if data_type.type not in DATA_TYPES:
        message = f'SiteWise has no data type {data_type.type} for "{name}"'
        place = _where(draft, type_id, name, "dataType", "type")
        yield Finding(place, Code.NOT_FOR_SITEWISE, message, f"use one of: {', '.join(DATA_TYPES)}")
    if definition.expression is not None and data_type.type != "DOUBLE":
        message = f'"{name}" is computed, which gives a DOUBLE, not {data_type.type}'
        place = _where(draft, type_id, name, "dataType")
        yield Finding(place, Code.NOT_FOR_SITEWISE, message, "write DOUBLE")
    unit = data_type.unit_of_measure
    if unit is not None and not unit.isprintable():
        place = _where(draft, type_id, name, "dataType", "unitOfMeasure")
        message = f"unit {shown(unit)} has control characters"
        yield Finding(place, Code.NOT_FOR_SITEWISE, message, "remove them")


def expressions(draft: Draft) -> Iterator[Finding]:
    """Report expressions that SiteWise would refuse, and those that nobody computes.

    Args:
        draft: Component types, entities and connectors.
    """
    types = _managed_types(draft)
    computed: set[Location] = set()
    for type_id, resolved in types.items():
        uses: dict[str, list[str]] = {}
        for name, definition in resolved.properties.items():
            if definition.expression is None:
                continue
            place = _where(draft, type_id, name, "expression")
            computed.add(place)
            formula = None
            try:
                formula = formula_of(resolved, name)
            except FormulaError as error:
                yield Finding(place, Code.BAD_EXPRESSION, str(error), error.remedy)
            if formula is not None:
                used = behind(definition, formula).values()
                uses[name] = [one.property_name for one in used if one.component_type_id is None]
                yield from _inputs(draft, types, type_id, name, formula)
            yield from _window(draft, type_id, name, definition)
        for cycle in cycles(uses):
            place = _where(draft, type_id, cycle[0], "expression")
            message = f"properties are computed from each other: {' -> '.join([*cycle, cycle[0]])}"
            yield Finding(place, Code.BAD_EXPRESSION, message, "take one of them out of the circle")
    for type_id, one in draft.component_types.items():
        for name, own in one.property_definitions.items():
            path = ("propertyDefinitions", name)
            if own.expression is not None:
                place = draft.where("component_types", type_id, *path, "expression")
                if place not in computed and draft.twin is not None:
                    message = f'nobody computes "{name}": no connector that manages assets reads this type'
                    remedy = "read it through a connector of kind sitewise with assets: managed"
                    yield Finding(place, Code.NOT_FOR_SITEWISE, message, remedy)
                continue
            inherited = draft.resolved[type_id].properties[name].expression
            if (own.window or own.variables) and inherited is None:
                key = "window" if own.window else "variables"
                place = draft.where("component_types", type_id, *path, key)
                message = f'"{key}" belongs to an expression, and "{name}" has none'
                yield Finding(place, Code.BAD_EXPRESSION, message, "add the expression")


def _window(draft: Draft, type_id: str, name: str, definition: PropertyDefinition) -> Iterator[Finding]:
    if definition.window is None:
        return
    minutes = int(definition.window[:-1]) * _MINUTES[definition.window[-1]]
    if minutes > _MINUTES["w"]:
        place = _where(draft, type_id, name, "window")
        message = f"window {shown(definition.window)} is longer than a week"
        yield Finding(place, Code.BAD_EXPRESSION, message, "write 1m to 1w")


def _inputs(
    draft: Draft, types: Mapping[str, ResolvedType], type_id: str, name: str, formula: Formula
) -> Iterator[Finding]:
    """Report what an expression must not use."""
    properties = types[type_id].properties
    definition = properties[name]
    place = _where(draft, type_id, name, "expression")

    def bad(message: str, remedy: str) -> Finding:
        return Finding(place, Code.BAD_EXPRESSION, message, remedy)

    for variable in definition.declared_variables:
        if variable not in formula.variables:
            where = _where(draft, type_id, name, "variables", variable)
            message = f"variable {shown(variable)} is not used"
            yield Finding(where, Code.BAD_EXPRESSION, message, "use it in the expression, or remove it")
    has_series = False
    for variable, given in behind(definition, formula).items():
        if given.component_type_id is not None:
            yield from _child(draft, types, type_id, name, variable)
            if definition.window is None:
                message = f"{shown(variable)} is of entities below, which are computed over a window only"
                yield bad(message, "add window, such as 5m")
            if variable in formula.temporal:
                message = f"{shown(variable)} is of entities below, which a function of time cannot read"
                yield bad(message, "compute it in a property of theirs")
            continue
        used_name = given.property_name
        used = properties.get(used_name)
        if used is None:
            where = _where(draft, type_id, name, "variables", variable, "propertyName")
            message = f'component type "{type_id}" has no property {shown(used_name)}'
            yield Finding(where, Code.UNKNOWN_PROPERTY, message, did_you_mean(used_name, properties))
            has_series = True  # or it would have been one
            continue
        has_series = has_series or bool(used.is_time_series)
        if is_attribute(used) and used.default_value is None:
            message = f'SiteWise has no value for "{used_name}": assets take the default of the type'
            yield bad(message, f'give "{used_name}" a defaultValue')
        yield from _same_window(draft, type_id, name, used, variable)
        if used.window is not None and variable in formula.statetime:
            yield bad(f"statetime cannot read {shown(variable)}, which is a metric", "use what it is made of")
    if definition.window is None and not has_series:
        yield bad(f'"{name}" uses no time series, so nothing would make SiteWise compute it', "use one")


def _child(
    draft: Draft, types: Mapping[str, ResolvedType], type_id: str, name: str, variable: str
) -> Iterator[Finding]:
    """Report a variable that no component below has."""
    given = types[type_id].properties[name].declared_variables[variable]
    child_id = str(given.component_type_id)
    child = types.get(child_id)
    if child is None:
        where = _where(draft, type_id, name, "variables", variable, "componentTypeId")
        message = f"component type {shown(child_id)} has no managed assets"
        yield Finding(where, Code.BAD_EXPRESSION, message, did_you_mean(child_id, types))
    elif given.property_name not in child.properties:
        where = _where(draft, type_id, name, "variables", variable, "propertyName")
        message = f'component type "{child_id}" has no property {shown(given.property_name)}'
        remedy = did_you_mean(given.property_name, child.properties)
        yield Finding(where, Code.UNKNOWN_PROPERTY, message, remedy)
    else:
        yield from _same_window(draft, type_id, name, child.properties[given.property_name], variable)


def _same_window(
    draft: Draft, type_id: str, name: str, used: PropertyDefinition, variable: str
) -> Iterator[Finding]:
    """Report a metric made of another that is computed at other times (IoT SiteWise user guide, metrics)."""
    own = draft.resolved[type_id].properties[name].window
    if own is not None and used.window not in (None, own):
        place = _where(draft, type_id, name, "expression")
        message = f'"{name}" is computed over {own}, {shown(variable)} over {used.window}'
        yield Finding(place, Code.BAD_EXPRESSION, message, "give both the same window")


def attribute_values(draft: Draft) -> Iterator[Finding]:
    """Report values of entities that an expression would not see.

    CloudFormation gives an asset no value of its own for an attribute: it keeps the model's default.

    Args:
        draft: Entities and component types.
    """
    types = _managed_types(draft)
    used = {
        type_id: {
            name for name in used_names(one) & one.properties.keys() if is_attribute(one.properties[name])
        }
        for type_id, one in types.items()
    }
    for entity_id, entity in draft.entities.items():
        for component_name, component in entity.components.items():
            for name in used.get(component.component_type_id, set()) & component.properties.keys():
                path = ("components", component_name, "properties", name)
                message = f'SiteWise computes with the default of "{name}", not with a value of the entity'
                remedy = "remove the value, or make the property a time series"
                place = draft.where("entities", entity_id, *path)
                yield Finding(place, Code.NOT_FOR_SITEWISE, message, remedy)


def aliases(draft: Draft) -> Iterator[Finding]:
    """Report two components of an entity with one property: both would have the same alias.

    Args:
        draft: Entities and component types.
    """
    types = _managed_types(draft)
    for entity_id, keys in asset_keys(draft.entities, types).items():
        owners: dict[str, str] = {}
        for name, type_id in keys:
            for property_name, definition in types[type_id].properties.items():
                if not (stored_externally(definition) or is_attribute(definition)):
                    continue
                first = owners.setdefault(property_name, name)
                if first != name:
                    place = draft.where("entities", entity_id, "components", name)
                    message = (
                        f'components "{first}" and "{name}" of "{entity_id}" both have the property '
                        f'"{property_name}", and an alias belongs to one'
                    )
                    remedy = "rename the property in one type, or move one component to an entity of its own"
                    yield Finding(place, Code.ALIAS_TAKEN, message, remedy)
                    break


def asset_hierarchies(draft: Draft) -> Iterator[Finding]:
    """Report assets that SiteWise cannot have below others.

    Args:
        draft: Entities and component types.
    """
    types = _managed_types(draft)
    keys = asset_keys(draft.entities, types)
    if sum(map(len, keys.values())) > MAX_STACK_RESOURCES:
        return  # reported; a tree of any size would take long
    used = {type_id for own in keys.values() for _, type_id in own}
    below = list(links(draft.entities, keys))
    edges = [(parent_type, child_type) for _, parent_type, _, child_type in below]
    edges += computed_over({type_id: types[type_id] for type_id in used}, used)
    children = without_circles(edges)
    for type_id, some in children.items():
        if len(some) > MAX_SITEWISE_HIERARCHIES:
            message = (
                f'assets of "{type_id}" have {len(some)} types of assets below, '
                f"{MAX_SITEWISE_HIERARCHIES} are allowed"
            )
            place = draft.where("component_types", type_id)
            yield Finding(place, Code.BAD_HIERARCHY, message, "put entities of some types below others")
    reported: set[tuple[str, str]] = set()
    for _, parent_type, (entity_id, name), child_type in below:
        pair = (parent_type, child_type)
        if child_type not in children.get(parent_type, ()) and pair not in reported:
            reported.add(pair)
            message = (
                f'assets of "{child_type}" stay outside of those of "{parent_type}": CloudFormation cannot '
                "create asset models that need each other"
            )
            place = draft.where("entities", entity_id, "components", name)
            remedy = "nothing needs to be done, they are read all the same"
            yield Finding(place, Code.BAD_HIERARCHY, message, remedy, Severity.WARNING)


def resource_count(draft: Draft) -> Iterator[Finding]:
    """Report more resources than a stack takes, where assets come on top of entities.

    Args:
        draft: Entities and component types.
    """
    types = _managed_types(draft)
    keys = asset_keys(draft.entities, types)
    assets = sum(map(len, keys.values()))
    if not assets:
        return  # entities alone have their own limit
    models = len({type_id for own in keys.values() for _, type_id in own})
    entities = len(draft.entities)
    rest = models + len(draft.component_types) + len(draft.scenes) + OTHER_RESOURCES
    count = entities + assets + rest
    place = draft.where("entities", next(reversed(keys)))
    message = f"{entities} entities, {assets} assets and about {rest} others"
    if count > MAX_STACK_RESOURCES:
        message += f" are more than the {MAX_STACK_RESOURCES} resources of a stack"
        remedy = "move a part of them to a second workspace"
        yield Finding(place, Code.TOO_MANY_RESOURCES, message, remedy)
    elif count >= MANY_RESOURCES:
        message += f" come near the {MAX_STACK_RESOURCES} resources of a stack"
        yield Finding(place, Code.TOO_MANY_RESOURCES, message, "plan a second workspace", Severity.WARNING)

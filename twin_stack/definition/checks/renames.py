"""Rules of ``renames``: each entry leads from an id that is no longer declared to one that is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin_stack.definition.renamed import key_place, rename_maps, renamed_entries
from twin_stack.definition.rule import rule
from twin_stack.definition.wording import chain, did_you_mean, quote_value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from twin_stack.definition.findings import Finding, Location
    from twin_stack.definition.unchecked import UncheckedDefinition


_IN_TWIN_FILE = frozenset({"connectors", "ingests"})
"""Kinds that ``twin.yaml`` itself declares: no other file can hold them."""


@rule("TWIN100", "unknown-new-id")
def unknown_new_id(definition: UncheckedDefinition) -> Iterator[Finding]:
    """Check that the new ids of ``renames`` are declared.

    An entry of `renames` gives a new id that is not declared and that no other entry renames, or it is of an
    entity or component type that is not declared.

    Bad:
        twin.yaml:
            workspaceId: my-twin
            connectors: {telemetry: {kind: dynamodb}}
            renames:
              connectors: {history: telemetri}

    Finding:
        twin.yaml:4:25 TWIN100 new id "telemetri" of connector "history" is not declared; did you mean
        "telemetry"?

    Fix:
        Write the present id: `old: new`. Something that was removed and not renamed needs no entry.

    Good:
        twin.yaml:
            workspaceId: my-twin
            connectors: {telemetry: {kind: dynamodb}}
            renames:
              connectors: {history: telemetry}

    Args:
        definition: The definition.
    """
    yield from _unknown_owners(definition)
    for renamed, old, new in renamed_entries(definition):
        is_lost = renamed.kind not in _IN_TWIN_FILE and new in definition.lost
        if renamed.declared is None or new in renamed.declared or new in renamed.entries or is_lost:
            continue
        place = definition.where("twin", "", *renamed.path, old)
        message = f"new id {quote_value(new)} of {renamed.label} {quote_value(old)} is not declared"
        yield unknown_new_id.finding(place, message, did_you_mean(new, renamed.declared))


def _unknown_owners(definition: UncheckedDefinition) -> Iterator[Finding]:
    """Yield findings of entries whose entity or component type is not declared."""
    if definition.twin is None:
        return
    renames = definition.twin.renames
    for kind, path, owners, ids in (
        ("entities", "components", renames.components, renames.entities),
        ("component_types", "properties", renames.properties, renames.component_types),
        ("component_types", "parts", renames.parts, renames.component_types),
    ):
        declared = definition.declared(kind)
        label = "entity" if kind == "entities" else "component type"
        for owner in owners:
            if owner in declared or owner in definition.lost:
                continue
            place = key_place(definition, ("renames", path), owner)
            remedy = did_you_mean(owner, declared)
            if owner in ids:
                remedy = f"it was renamed: write its present id, {quote_value(ids[owner])}"
            message = f"{label} {quote_value(owner)} of these {path} is not declared"
            yield unknown_new_id.finding(place, message, remedy)


@rule("TWIN101", "old-id-still-declared")
def old_id_still_declared(definition: UncheckedDefinition) -> Iterator[Finding]:
    """Check that the old ids of ``renames`` are not declared any more.

    An entry of `renames` gives an old id that the definition still declares. Its history would belong to two
    things.

    Bad:
        twin.yaml:
            workspaceId: my-twin
            connectors: {telemetry: {kind: dynamodb}, history: {kind: dynamodb}}
            renames:
              connectors: {history: telemetry}

    Finding:
        twin.yaml:4:16 TWIN101 connector "history" is still declared, so it was not renamed to "telemetry";
        remove this entry, or remove or rename what has the old id

    Fix:
        Keep the entry only if the old id is gone. An id that was given to another thing after the renaming
        cannot be used: choose a new one.

    Good:
        twin.yaml:
            workspaceId: my-twin
            connectors: {telemetry: {kind: dynamodb}}
            renames:
              connectors: {history: telemetry}

    Args:
        definition: The definition.
    """
    for renamed, old, new in renamed_entries(definition):
        if renamed.is_in_circle(old):
            continue
        if renamed.declared is not None and old in renamed.declared:
            use = f"{renamed.label} {quote_value(old)} is still declared"
        elif renamed.kind == "properties" and (heir := _heir(definition, renamed.owner, old)) is not None:
            use = (
                f"component type {quote_value(heir)} extends {quote_value(renamed.owner)} and declares "
                f"property {quote_value(old)}"
            )
        else:
            continue
        place = key_place(definition, renamed.path, old)
        message = f"{use}, so it was not renamed to {quote_value(new)}"
        remedy = "remove this entry, or remove or rename what has the old id"
        yield old_id_still_declared.finding(place, message, remedy)


def _heir(definition: UncheckedDefinition, type_id: str, name: str) -> str | None:
    """Return a type that extends another and declares a property; None if there is none."""
    return next(
        (
            heir
            for heir, own in definition.component_types.items()
            if name in own.property_definitions and type_id in definition.ancestors.get(heir, ())
        ),
        None,
    )


@rule("TWIN102", "two-old-ids")
def two_old_ids(definition: UncheckedDefinition) -> Iterator[Finding]:
    """Check that the entries of ``renames`` do not give one new id to two things.

    Two entries of `renames` have the same new id. Of something that was renamed twice, each entry leads to
    the next id.

    Bad:
        twin.yaml:
            workspaceId: my-twin
            connectors: {telemetry: {kind: dynamodb}}
            renames:
              connectors: {history: telemetry, values: telemetry}

    Finding:
        twin.yaml:4:44 TWIN102 connector "telemetry" has two old ids, "history" and "values"; of something
        renamed twice, lead the older id to the newer one, such as values: history

    Fix:
        Write each renaming as it was made: the oldest id to the next one, and that to the present one. Two
        things cannot become one, because their histories have values of the same times.

    Good:
        twin.yaml:
            workspaceId: my-twin
            connectors: {telemetry: {kind: dynamodb}}
            renames:
              connectors: {values: history, history: telemetry}

    Args:
        definition: The definition.
    """
    by_owner = {}
    for renamed in rename_maps(definition):
        first_of: dict[str, str] = {}
        for old, new in renamed.entries.items():
            first = first_of.setdefault(new, old)
            if first != old:
                place = definition.where("twin", "", *renamed.path, old)
                yield _two_old_ids(place, renamed.label, new, first, old)
        if renamed.kind == "properties":
            by_owner[renamed.owner] = first_of, renamed
    for type_id, (own, renamed) in by_owner.items():
        for ancestor in definition.ancestors.get(type_id, ()):
            inherited = by_owner[ancestor][0] if ancestor in by_owner else {}
            for new in own.keys() & inherited.keys():
                place = definition.where("twin", "", *renamed.path, own[new])
                yield _two_old_ids(place, renamed.label, new, inherited[new], own[new])


def _two_old_ids(place: Location, label: str, new: str, first: str, second: str) -> Finding:
    message = f"{label} {quote_value(new)} has two old ids, {quote_value(first)} and {quote_value(second)}"
    remedy = f"of something renamed twice, lead the older id to the newer one, such as {second}: {first}"
    return two_old_ids.finding(place, message, remedy)


@rule("TWIN103", "renames-in-a-circle")
def renames_in_a_circle(definition: UncheckedDefinition) -> Iterator[Finding]:
    """Check that the entries of ``renames`` do not lead in a circle.

    The entries of `renames` lead from an id back to itself, so it is not clear which id is the present one.

    Bad:
        twin.yaml:
            workspaceId: my-twin
            connectors: {telemetry: {kind: dynamodb}}
            renames:
              connectors: {telemetry: history, history: telemetry}

    Finding:
        twin.yaml:4:16 TWIN103 these entries lead in a circle: telemetry -> history -> telemetry; remove one
        of them

    Fix:
        Keep the entries that lead to the present id. Something that got its first id back needs
        `second: first` only.

    Good:
        twin.yaml:
            workspaceId: my-twin
            connectors: {telemetry: {kind: dynamodb}}
            renames:
              connectors: {history: telemetry}

    Args:
        definition: The definition.
    """
    for renamed in rename_maps(definition):
        for cycle in renamed.circles():
            place = key_place(definition, renamed.path, cycle[0])
            message = f"these entries lead in a circle: {chain([*cycle, cycle[0]])}"
            yield renames_in_a_circle.finding(place, message, "remove one of them")


@rule("TWIN105", "former-name-in-use")
def former_name_in_use(definition: UncheckedDefinition) -> Iterator[Finding]:
    """Check that no other property has the former name of a property as its attribute.

    A property that was renamed has values in rows under its former name, and `configuration.attribute` of
    another property names the same attribute. Its values would be read as those of both.

    Bad:
        component_types/t.yaml:
            com.example.Sensor:
              propertyDefinitions:
                temperature: {dataType: DOUBLE, isTimeSeries: true}
                inside: {dataType: {type: DOUBLE}, isTimeSeries: true, configuration: {attribute: temp}}
              functions: {dataReader: telemetry}
        twin.yaml:
            workspaceId: my-twin
            connectors: {telemetry: {kind: dynamodb}}
            renames:
              properties: {com.example.Sensor: {temp: temperature}}

    Finding:
        twin.yaml:4:37 TWIN105 rows have values of "temperature" in attribute "temp", which is now the
        attribute of property "inside" of component type "com.example.Sensor"; give "inside" another attribute

    Fix:
        Write the values of the other property to an attribute that no property had before.

    Good:
        component_types/t.yaml:
            com.example.Sensor:
              propertyDefinitions:
                temperature: {dataType: DOUBLE, isTimeSeries: true}
                inside: {dataType: {type: DOUBLE}, isTimeSeries: true, configuration: {attribute: inner}}
              functions: {dataReader: telemetry}

    Args:
        definition: The definition.
    """
    for renamed in rename_maps(definition):
        if renamed.kind != "properties":
            continue
        present = {old: renamed.present_id(old) for old in renamed.entries}
        for type_id in definition.component_types:
            if type_id != renamed.owner and renamed.owner not in definition.ancestors.get(type_id, ()):
                continue
            for name, own in definition.resolved_types[type_id].properties.items():
                attribute = (own.configuration or {}).get("attribute")
                if attribute in present and name != present[attribute]:
                    place = key_place(definition, renamed.path, attribute)
                    message = (
                        f"rows have values of {quote_value(present[attribute])} in attribute "
                        f"{quote_value(attribute)}, which is now the attribute of property "
                        f"{quote_value(name)} of component type {quote_value(type_id)}"
                    )
                    remedy = f"give {quote_value(name)} another attribute"
                    yield former_name_in_use.finding(place, message, remedy)

"""Rules of quotas: what AWS accepts of a twin unless it raises a quota of the account."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from twin_stack.definition.findings import Severity
from twin_stack.definition.graph import cycles, parents_first
from twin_stack.definition.parts import composition_sizes
from twin_stack.definition.rule import rule
from twin_stack.definition.stack_contents import has_bulk_engine
from twin_stack.twinmaker.quotas import (
    MAX_COMPONENTS,
    MAX_COMPOSITION_DEPTH,
    MAX_COMPOSITION_SIZE,
    MAX_ENTITY_DEPTH,
    MAX_INHERITANCE_DEPTH,
    MAX_PROPERTIES,
    MAX_SCENE_KEY,
    MAX_WORKSPACE_COMPONENT_TYPES,
    MAX_WORKSPACE_ENTITIES,
    MAX_WORKSPACE_SCENES,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from twin_stack.definition.findings import Finding, Location
    from twin_stack.definition.unchecked import UncheckedDefinition


@rule("TWIN130", "service-quota", severity=Severity.WARNING)
def service_quota(definition: UncheckedDefinition) -> Iterator[Finding]:
    """Warn of more than AWS IoT TwinMaker accepts unless it raises a quota.

    The quotas of AWS IoT TwinMaker that AWS raises on request: 30 levels of entities, 30 components of an
    entity, 800 properties of a component type, 10 levels of component types, 5 levels and 50 types of parts,
    50,000 entities, 1,000 component types and 100 scenes of a workspace. The embedded AWS refuses what is
    more.

    Bad:
        component_types/t.yaml:
            com.example.Level0: {extendsFrom: [com.example.Level1]}
            com.example.Level1: {extendsFrom: [com.example.Level2]}
            com.example.Level2: {extendsFrom: [com.example.Level3]}
            com.example.Level3: {extendsFrom: [com.example.Level4]}
            com.example.Level4: {extendsFrom: [com.example.Level5]}
            com.example.Level5: {extendsFrom: [com.example.Level6]}
            com.example.Level6: {extendsFrom: [com.example.Level7]}
            com.example.Level7: {extendsFrom: [com.example.Level8]}
            com.example.Level8: {extendsFrom: [com.example.Level9]}
            com.example.Level9: {extendsFrom: [com.example.Level10]}
            com.example.Level10: {}

    Finding:
        component_types/t.yaml:1:1 TWIN130 warning: component type "com.example.Level0" has 11 levels, 10 are
         the quota; ask AWS to raise the quota of the account, or extend fewer types in a row

    Fix:
        Ask AWS to raise the quota, by Service Quotas or a support case, or divide what is too large.

    Good:
        component_types/t.yaml:
            com.example.Level0: {extendsFrom: [com.example.Level1]}
            com.example.Level1: {}

    Args:
        definition: The definition.
    """
    for excess in (
        *_entities(definition),
        *_component_types(definition),
        *_compositions(definition),
        *_counts(definition),
    ):
        message = f"{excess.subject} has {excess.number:,} {excess.unit}, {excess.quota:,} are the quota"
        remedy = f"ask AWS to raise the quota of the account, or {excess.remedy}"
        yield service_quota.warning(excess.place, message, remedy)


class _Excess(NamedTuple):
    place: Location
    subject: str
    number: int
    unit: str
    quota: int
    remedy: str


def _entities(definition: UncheckedDefinition) -> Iterator[_Excess]:
    for entity_id, entity in definition.entities.items():
        count = len(entity.components)
        if count > MAX_COMPONENTS:
            place = definition.where("entities", entity_id)
            subject = f'entity "{entity_id}"'
            yield _Excess(place, subject, count, "components", MAX_COMPONENTS, "divide the entity")
    parents = {entity_id: [entity.parent_entity_id] for entity_id, entity in definition.entities.items()}
    for entity_id, levels in _deepest(parents, MAX_ENTITY_DEPTH):
        place, subject = definition.where("entities", entity_id), f'entity "{entity_id}"'
        yield _Excess(place, subject, levels, "levels", MAX_ENTITY_DEPTH, "put it higher")


def _component_types(definition: UncheckedDefinition) -> Iterator[_Excess]:
    for type_id in definition.component_types:
        resolved = definition.resolved_types.get(type_id)
        count = len(resolved.properties) if resolved is not None else 0
        if count > MAX_PROPERTIES:
            place = definition.where("component_types", type_id)
            subject = f'component type "{type_id}"'
            yield _Excess(place, subject, count, "properties", MAX_PROPERTIES, "divide the type")
    parents = {type_id: declared.extends_from for type_id, declared in definition.component_types.items()}
    for type_id, levels in _deepest(parents, MAX_INHERITANCE_DEPTH):
        place, subject = definition.where("component_types", type_id), f'component type "{type_id}"'
        remedy = "extend fewer types in a row"
        yield _Excess(place, subject, levels, "levels", MAX_INHERITANCE_DEPTH, remedy)


def _compositions(definition: UncheckedDefinition) -> Iterator[_Excess]:
    """Yield types with too many parts, or too many levels of them; the type itself is one of both."""
    sizes = composition_sizes(definition.resolved_types)
    for type_id in definition.component_types:
        levels, size = sizes.get(type_id, (0, 0))
        place, subject = definition.where("component_types", type_id), f'component type "{type_id}"'
        if levels > MAX_COMPOSITION_DEPTH:
            unit = "levels of parts"
            yield _Excess(place, subject, levels, unit, MAX_COMPOSITION_DEPTH, "nest fewer parts")
        if size > MAX_COMPOSITION_SIZE:
            unit = "component types in its parts"
            yield _Excess(place, subject, size, unit, MAX_COMPOSITION_SIZE, "divide the type")


def _counts(definition: UncheckedDefinition) -> Iterator[_Excess]:
    for kind, unit, quota in (
        # Fewer fit with the cloudformation engine, which TWIN024 reports.
        *((("entities", "entities", _entity_quota(definition)),) if has_bulk_engine(definition) else ()),
        ("component_types", "component types", MAX_WORKSPACE_COMPONENT_TYPES),
        ("scenes", "scenes", MAX_WORKSPACE_SCENES),
    ):
        places = sorted(definition.places.get(kind, {}).values())
        if len(places) > quota:
            remedy = "move a part of them to a second workspace"
            if kind == "entities":
                remedy += "; where it is raised, set bulk.maxEntities"
            yield _Excess(places[quota], "the workspace", len(places), unit, quota, remedy)


def _entity_quota(definition: UncheckedDefinition) -> int:
    bulk = definition.twin.bulk if definition.twin is not None else None
    return bulk.max_entities if bulk is not None else MAX_WORKSPACE_ENTITIES


def _deepest(parents: Mapping[str, Sequence[str]], quota: int) -> Iterator[tuple[str, int]]:
    """Yield the name with the most levels, its own included, if those are more than the quota."""
    in_cycles = {name for cycle in cycles(parents) for name in cycle}
    acyclic_names = parents.keys() - in_cycles
    acyclic = {
        name: [parent for parent in parents[name] if parent in acyclic_names]
        for name in parents
        if name in acyclic_names
    }
    levels: dict[str, int] = {}
    for name in parents_first(acyclic):
        levels[name] = 1 + max((levels[parent] for parent in acyclic[name]), default=0)
    deepest = max(levels, key=lambda name: levels[name], default="")
    if levels.get(deepest, 0) > quota:
        yield deepest, levels[deepest]


@rule("TWIN131", "scene-location-too-long")
def scene_location_too_long(definition: UncheckedDefinition) -> Iterator[Finding]:
    """Check that the location of a scene has a length that CloudFormation accepts.

    The document of a scene is at `s3://BUCKET/WORKSPACE_ID/SCENE_ID.json`, which may have 256 characters. A
    bucket's name has up to 63, so 181 are left for both ids together.

    Bad:
        twin.yaml:
            workspaceId: my-twin-of-a-plant-with-a-name-that-says-where-it-is-and-what-it-makes-and-for-how-long
        scenes/all-floors-of-the-hall-with-every-machine-on-them-and-the-paths-between-them-as-built-in-spring.json:
            {"specVersion": "1.0", "nodes": []}

    Finding:
        scenes/all-floors-of-the-hall-with-every-machine-on-them-and-the-paths-between-them-as-built-in-spring.json:1:1
        TWIN131 the ids of workspace and scene have 182 characters together, 181 fit into the location of the
        scene's document; shorten one of them

    Fix:
        Shorten the id of the workspace or of the scene.

    Good:
        twin.yaml:
            workspaceId: plant

    Args:
        definition: The definition.
    """  # noqa: E501 (ids that are too long)
    if definition.twin is None:
        return
    folder = definition.twin.scene_folder or definition.twin.workspace_id
    for scene_id in definition.scenes:
        length = len(folder) + len(scene_id)
        if length > MAX_SCENE_KEY:
            message = (
                f"the ids of workspace and scene have {length} characters together, {MAX_SCENE_KEY} fit into "
                "the location of the scene's document"
            )
            place = definition.where("scenes", scene_id)
            yield scene_location_too_long.finding(place, message, "shorten one of them")

"""The order in which CloudFormation acts for a change.

CloudFormation creates and updates what its dependencies allow, several resources at once. What is replaced or
leaves the stack is deleted after that, in the clean-up, in the opposite order. Source: CloudFormation user
guide, "Understand update behaviors of stack resources" and "DependsOn attribute".
"""

from __future__ import annotations

from collections import defaultdict
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from twin_stack.definition.former_ids import renamed_entities, types_of_renamed_properties
from twin_stack.definition.stack_contents import has_bulk_engine
from twin_stack.plan.changes import Action, Kind, Operation, Phase, Step
from twin_stack.plan.compare import compare
from twin_stack.plan.usage import count, name_some
from twin_stack.twinmaker.names import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from twin_stack.definition.twin_definition import TwinDefinition
    from twin_stack.plan.changes import Change, ResourceChange

Thing = tuple[Kind, str]
Template = dict[str, Any]

_IN_WORKSPACE: Final = (Kind.COMPONENT_TYPE, Kind.ENTITY, Kind.SCENE, Kind.ASSET_FILE)
"""Kinds whose resources name the workspace."""
_KEPT: Final = frozenset({"Retain", "RetainExceptOnCreate"})


def definition_steps(
    changes: Sequence[Change], before: TwinDefinition | None, after: TwinDefinition | None
) -> tuple[Step, ...]:
    """Return what CloudFormation does to the things of a definition, in its order.

    The dependencies are those that the constructs give their resources: a component type after its
    connectors, parents and parts, an entity after its parent and types, a scene after the files and after
    what ``renames`` names, and all of them after the workspace. What is renamed is created under the new id;
    what refers to it is updated; the former one is deleted last. With the bulk engine, entities are one
    resource: all of them are created, updated and deleted in one step after all component types.

    Args:
        changes: The things that differ.
        before: The definition before the change; None if there is none.
        after: The definition after it; None if there is none.
    """
    if before is not None and after is not None and any(change.former_id for change in changes):
        changes = compare(before, after, None)  # the service has no renames
    updated: dict[Thing, Operation] = {}
    deleted: set[Thing] = set()
    for change in changes:
        if change.action is Action.REMOVED:
            if not (change.kind is Kind.SCENE and after is not None and change.id in after.renames.scenes):
                deleted.add((change.kind, change.id))
        elif change.action is Action.REPLACED:
            updated[change.kind, change.id] = Operation.CREATE
            deleted.add((change.kind, str(change.former_id)))
            updated.update((thing, Operation.CREATE) for thing in _contents(after))
            deleted.update(_contents(before))
        else:
            is_new = change.action is Action.ADDED
            updated[change.kind, change.id] = Operation.CREATE if is_new else Operation.UPDATE
    if after is not None and has_bulk_engine(after):
        gone = {thing for thing in deleted - updated.keys() if thing[0] is Kind.ENTITY}
        updated.update(dict.fromkeys(gone, Operation.DELETE))
        deleted -= gone
    steps = [
        *_update_steps(_resources(updated, after), _dependencies_in(after)),
        *_delete_steps(
            _resources(dict.fromkeys(deleted, Operation.DELETE), before), _dependencies_in(before)
        ),
    ]
    return tuple(
        Step(phase, wave, operation, str(kind), thing_id)
        for phase, wave, operation, (kind, thing_id) in steps
    )


def _resources(
    operations: Mapping[Thing, Operation], definition: TwinDefinition | None
) -> dict[Thing, Operation]:
    """Return the operations without those of connectors that a twin only names."""
    created = definition.created_connectors if definition is not None else ()
    return {
        (kind, thing_id): operation
        for (kind, thing_id), operation in operations.items()
        if kind is not Kind.CONNECTOR or thing_id in created
    }


def _contents(definition: TwinDefinition | None) -> Iterator[Thing]:
    if definition is not None:
        yield from ((Kind.COMPONENT_TYPE, type_id) for type_id in definition.component_types)
        yield from ((Kind.ENTITY, entity_id) for entity_id in definition.entities)
        yield from ((Kind.SCENE, scene_id) for scene_id in definition.scenes)


def _dependencies_in(definition: TwinDefinition | None) -> Callable[[Thing], Iterable[Thing]]:
    if definition is None:
        return lambda _: ()

    def dependencies(thing: Thing) -> Iterator[Thing]:
        kind, thing_id = thing
        if kind in _IN_WORKSPACE:
            yield Kind.WORKSPACE, definition.workspace_id
        if kind is Kind.COMPONENT_TYPE and thing_id in definition.component_types:
            declared = definition.component_types[thing_id]
            parts = (part.component_type_id for part in declared.composite_component_types.values())
            yield from ((Kind.COMPONENT_TYPE, type_id) for type_id in (*declared.extends_from, *parts))
            functions = declared.functions.values()
            yield from ((Kind.CONNECTOR, function.connector) for function in functions if function.connector)
        elif kind is Kind.ENTITY and has_bulk_engine(definition):
            yield from ((Kind.COMPONENT_TYPE, type_id) for type_id in definition.component_types)
        elif kind is Kind.ENTITY and thing_id in definition.entities:
            entity = definition.entities[thing_id]
            if entity.parent_entity_id != ROOT:
                yield Kind.ENTITY, entity.parent_entity_id
            for component in entity.components.values():
                yield Kind.COMPONENT_TYPE, component.component_type_id
        elif kind is Kind.SCENE:
            yield from ((Kind.ASSET_FILE, path) for path in definition.asset_files)
            yield from ((Kind.ENTITY, entity_id) for entity_id in renamed_entities(definition))
            yield from ((Kind.COMPONENT_TYPE, type_id) for type_id in types_of_renamed_properties(definition))

    return dependencies


def template_steps(changes: Sequence[ResourceChange], before: Template, after: Template) -> tuple[Step, ...]:
    """Return what CloudFormation does to the resources of a stack, in its order.

    What refers to a replaced resource is updated too. A resource that is retained is not deleted.

    Args:
        changes: The changes of resources.
        before: The template before the change.
        after: The template after it.
    """
    old, new = before["Resources"], after["Resources"]
    updated: dict[str, Operation] = {}
    deleted: set[str] = set()
    for change in changes:
        name = change.logical_id
        if change.action is Action.REMOVED:
            if old[name].get("DeletionPolicy") not in _KEPT:
                deleted.add(name)
        elif change.action is Action.REPLACED:
            updated[name] = Operation.CREATE
            if old[name].get("UpdateReplacePolicy") not in _KEPT:
                deleted.add(name)
        else:
            updated[name] = Operation.CREATE if change.action is Action.ADDED else Operation.UPDATE
    replaced = {change.logical_id for change in changes if change.action is Action.REPLACED}
    for name, resource in new.items() if replaced else ():
        if name not in updated and not replaced.isdisjoint(_references(resource.get("Properties"))):
            updated[name] = Operation.UPDATE
    steps = [
        *_update_steps(updated, lambda name: _needs(new.get(name, {}))),
        *_delete_steps(deleted, lambda name: _needs(old.get(name, {}))),
    ]
    return tuple(
        Step(phase, wave, operation, str((old if phase is Phase.CLEAN_UP else new)[name]["Type"]), name)
        for phase, wave, operation, name in steps
    )


def _needs(resource: Template) -> Iterator[str]:
    depends_on = resource.get("DependsOn", ())
    yield from [depends_on] if isinstance(depends_on, str) else depends_on
    yield from _references(resource.get("Properties"))


def _references(value: Any) -> Iterator[str]:
    """Yield the logical ids that a value refers to, with those of parameters and pseudo parameters."""
    if isinstance(value, dict):
        for key, member in value.items():
            if key == "Ref" and isinstance(member, str):
                yield member
            elif key == "Fn::GetAtt":
                yield str(member).partition(".")[0] if isinstance(member, str) else str(member[0])
            elif key == "Fn::Sub":
                text = member if isinstance(member, str) else str(member[0])
                yield from (part.partition("}")[0].partition(".")[0] for part in text.split("${")[1:])
                if not isinstance(member, str):
                    yield from _references(member[1])
            else:
                yield from _references(member)
    elif isinstance(value, list):
        for member in value:
            yield from _references(member)


def _update_steps(
    operations: Mapping[Any, Operation], dependencies: Callable[[Any], Iterable[Any]]
) -> Iterator[tuple[Phase, int, Operation, Any]]:
    waves = _waves(operations, dependencies)
    for item in sorted(operations, key=lambda item: (waves[item], item)):
        yield Phase.UPDATE, waves[item], operations[item], item


def _delete_steps(
    deleted: Collection[Any], dependencies: Callable[[Any], Iterable[Any]]
) -> Iterator[tuple[Phase, int, Operation, Any]]:
    dependants: defaultdict[Any, list[Any]] = defaultdict(list)
    for item in deleted:
        for other in dependencies(item):
            dependants[other].append(item)
    waves = _waves(deleted, lambda item: dependants.get(item, ()))
    for item in sorted(deleted, key=lambda item: (waves[item], item)):
        yield Phase.CLEAN_UP, waves[item], Operation.DELETE, item


def _waves(items: Collection[Any], dependencies: Callable[[Any], Iterable[Any]]) -> dict[Any, int]:
    """Return the number of the wave of each item, from 1: one more than the last of what it depends on.

    What is not among the items, and has no dependency among them, is there already: it is in wave 0.
    """
    waves: dict[Any, int] = {}
    for start in items:
        stack, open_items = [start], set[Any]()
        while stack:
            item = stack[-1]
            needed = [] if item in waves else list(dependencies(item))
            waiting = [other for other in needed if other not in waves and other not in open_items]
            if item in waves or not waiting:
                if item not in waves:
                    last = max((waves.get(other, 0) for other in needed), default=0)
                    waves[item] = last + (item in items)
                stack.pop()
            else:
                open_items.add(item)
                stack += waiting
    return waves


def order_lines(steps: Sequence[Step]) -> Iterator[str]:
    """Yield steps as lines: a number for what happens at the same time, and its operations by type.

    Args:
        steps: The steps, in their order.
    """
    for (phase, wave), group in groupby(steps, key=lambda step: (step.phase, step.wave)):
        names: defaultdict[tuple[Operation, str], list[str]] = defaultdict(list)
        for step in group:
            names[step.operation, step.type].append(step.id)
        parts = (
            f"{operation} {kind} {ids[0]}" if len(ids) == 1 else f"{operation} {_several(kind, ids)}"
            for (operation, kind), ids in names.items()
        )
        label = f"clean-up {wave}" if phase is Phase.CLEAN_UP else f"{wave}"
        yield f"{label}. {'; '.join(parts)}"


def _several(kind: str, ids: Sequence[str]) -> str:
    plural = "entities" if kind == Kind.ENTITY else None
    return f"{count(len(ids), kind, plural)} ({name_some(ids)})"

"""The rules: one small function each, from a draft to what is wrong with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin_stack.definition.checks.alarms import alarm_keys, alarms
from twin_stack.definition.checks.cycles import cut_inheritance_cycles, parent_cycles
from twin_stack.definition.checks.ingest import colliding_rows, ingest_references, ingest_topics
from twin_stack.definition.checks.limits import device_lists, entity_count
from twin_stack.definition.checks.properties import (
    abstract_types,
    names_without_a_place,
    required_properties,
    singletons,
    untyped_properties,
)
from twin_stack.definition.checks.references import (
    base_types,
    component_types,
    composite_types,
    connectors,
    function_properties,
    parents,
    relationship_targets,
    relationship_types,
    reserved_ids,
)
from twin_stack.definition.checks.scenes import (
    assets,
    bindings,
    cameras,
    component_shapes,
    document_shape,
    node_shapes,
    node_tree,
    rules,
)
from twin_stack.definition.checks.sitewise import (
    aliases,
    asset_hierarchies,
    attribute_values,
    expressions,
    managed_properties,
    resource_count,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from twin_stack.definition.draft import Draft
    from twin_stack.definition.findings import Finding

RULES: tuple[Callable[[Draft], Iterable[Finding]], ...] = (
    base_types,
    component_types,
    composite_types,
    connectors,
    function_properties,
    parents,
    relationship_targets,
    relationship_types,
    reserved_ids,
    parent_cycles,
    untyped_properties,
    required_properties,
    abstract_types,
    singletons,
    names_without_a_place,
    entity_count,
    device_lists,
    document_shape,
    node_shapes,
    component_shapes,
    node_tree,
    rules,
    cameras,
    assets,
    bindings,
    managed_properties,
    expressions,
    attribute_values,
    aliases,
    asset_hierarchies,
    resource_count,
    ingest_topics,
    ingest_references,
    colliding_rows,
    alarms,
    alarm_keys,
)

__all__ = ["RULES", "cut_inheritance_cycles"]

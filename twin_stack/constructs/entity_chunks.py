"""Entities in the API's spelling, cut into files of which a small change changes few.

This is what the ``bulk`` engine deploys. An entity is in the file that the hash of its id names, so that
neither its place in the definition nor other entities move it.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from twin_stack.twinmaker.names import SITEWISE_ASSET_ID

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from twin_stack.definition.schema import Component, CompositeComponent, Entity, PropertyValue

Json = dict[str, Any]

_VERSION: Final = 1
_CHUNK_ENTITIES: Final = 1_000
"""Average number of entities in a chunk from which there are twice as many chunks."""
_MAX_CHUNKS: Final = 64
"""Each is an asset, for which the CDK CLI asks whether it was uploaded."""

_DEFINITION_MEMBERS: Final = {
    "data_type",
    "default_value",
    "configuration",
    "is_external_id",
    "is_required_in_entity",
    "is_stored_externally",
    "is_time_series",
}
"""What an entity of CloudFormation has of a property's definition, too."""


class Chunk(NamedTuple):
    """A file of entities.

    Attributes:
        content: Its JSON.
        entities: How many entities it holds.
    """

    content: bytes
    entities: int

    @property
    def sha256(self) -> str:
        """The hash of the content, in hexadecimal."""
        return hashlib.sha256(self.content).hexdigest()


def cut_chunks(entities: Iterable[Json], *, member: str = "entities", key: str = "entityId") -> list[Chunk]:
    """Return entities as files, in an order that does not depend on theirs.

    Args:
        entities: The entities, as ``entity_document`` returns them, or others that are identified by a text.
        member: The member of a file that lists them.
        key: Their member that identifies them.
    """
    encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode
    texts = {entity[key]: encode(entity) for entity in entities}
    number = 1
    while number < _MAX_CHUNKS and len(texts) > number * _CHUNK_ENTITIES:
        number *= 2
    members: list[list[str]] = [[] for _ in range(number)]
    for entity_id in sorted(texts):
        digest = hashlib.sha256(entity_id.encode()).digest()
        members[int.from_bytes(digest[:4]) % number].append(entity_id)
    # Each text is dropped once it is in its chunk, so that entities are in memory once.
    return [_chunk(member, [texts.pop(entity_id) for entity_id in own]) for own in members if own]


def _chunk(member: str, texts: list[str]) -> Chunk:
    lines = ",\n".join(texts)
    return Chunk(f'{{"{member}":[\n{lines}\n]}}\n'.encode(), len(texts))


def manifest_of(chunks: Sequence[Chunk]) -> bytes:
    """Return the list of chunks as JSON, which changes if and only if an entity does.

    Args:
        chunks: The chunks, in their order.
    """
    manifest = {
        "version": _VERSION,
        "chunks": [{"sha256": chunk.sha256, "entities": chunk.entities} for chunk in chunks],
        "entities": sum(chunk.entities for chunk in chunks),
    }
    return json.dumps(manifest, separators=(",", ":")).encode() + b"\n"


def entity_document(entity: Entity, *, tags: Mapping[str, str], asset_ids: Mapping[str, str]) -> Json:
    """Return an entity as CreateEntity takes it, without members that have no value.

    Args:
        entity: A checked entity with typed values.
        tags: The tags of the twin, which replace those of the entity with the same key.
        asset_ids: The SiteWise asset ids of natively read components and parts, by name or path.
    """
    document = _without_empty(
        entityId=entity.entity_id,
        entityName=entity.entity_name,
        description=entity.description,
        parentEntityId=entity.parent_entity_id,
        components={
            name: _component(component, componentTypeId=component.component_type_id)
            for name, component in entity.components.items()
        },
        compositeComponents={path: _component(part) for path, part in entity.composite_components.items()},
        tags={**entity.tags, **tags},
    )
    for path, asset_id in asset_ids.items():
        members = document.setdefault("compositeComponents" if "/" in path else "components", {})
        properties = members.setdefault(path, {}).setdefault("properties", {})
        properties[SITEWISE_ASSET_ID] = {"value": {"stringValue": asset_id}}
    return document


def _without_empty(**members: Any) -> Json:
    return {name: value for name, value in members.items() if value}


def _component(component: Component | CompositeComponent, **members: str) -> Json:
    return _without_empty(
        **members,
        description=component.description,
        properties={name: _property(prop) for name, prop in component.properties.items()},
        propertyGroups={
            name: {"groupType": group.group_type, "propertyNames": list(group.property_names)}
            for name, group in component.property_groups.items()
        },
    )


def _property(prop: PropertyValue) -> Json:
    document: Json = {}
    if prop.definition is not None:
        document["definition"] = prop.definition.model_dump(
            mode="json", by_alias=True, exclude_none=True, include=_DEFINITION_MEMBERS
        )
    if prop.value is not None:
        document["value"] = prop.value
    return document

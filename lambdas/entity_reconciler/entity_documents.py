"""One entity of a chunk: its digest, whether a transfer job can write it, and its text in a job's file.

Source of the limits: the JSON schema of metadata transfer jobs in the TwinMaker user guide, which is narrower
than the API: no composite components, descriptions of 512 characters, names of few characters, strings of 256
characters, lists of 50 values.
"""

import json
import re
from collections.abc import Iterator
from hashlib import blake2b
from typing import Any

from entity_reconciler.shapes import ROOT, Entry, Json

_MAX_DESCRIPTION = 512
_MAX_STRING = 256
_MAX_LIST = 50
_NAME = re.compile(r"[a-zA-Z_0-9-.][a-zA-Z_0-9-. ]*[a-zA-Z0-9]")
_CAPITALS = {"targetEntityId": "TargetEntityId", "targetComponentName": "TargetComponentName"}


def canonical(value: Any) -> bytes:
    """Return JSON whose bytes are equal for equal values.

    Args:
        value: A JSON value.
    """
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def entry_of(entity: Json, chunk: str) -> Entry:
    """Return what the engine keeps in memory of an entity.

    Args:
        entity: The entity of a chunk.
        chunk: The key of its chunk.
    """
    text = canonical(entity)
    return Entry(
        parent=entity.get("parentEntityId") or ROOT,
        digest=blake2b(text, digest_size=16).digest(),
        size=len(text) + 1,
        chunk=chunk,
        is_direct=needs_direct_call(entity),
    )


def needs_direct_call(entity: Json) -> bool:
    """Return whether a transfer job cannot write an entity, so that it takes CreateEntity or UpdateEntity.

    Args:
        entity: The entity of a chunk.
    """
    components = entity.get("components", {}).values()
    return (
        bool(entity.get("compositeComponents"))
        or not _NAME.fullmatch(entity["entityName"])
        or any(len(item.get("description") or "") > _MAX_DESCRIPTION for item in (entity, *components))
        or any(
            _exceeds_schema(value)
            for component in components
            for item in component.get("properties", {}).values()
            for value in _values_of(item)
        )
    )


def transfer_text(entity: Json) -> bytes:
    """Return an entity in the form of the file of a transfer job.

    Args:
        entity: The entity of a chunk.
    """
    return canonical(_rename_relationships(entity, inside=False))


def _values_of(item: Json) -> Iterator[Json]:
    definition = item.get("definition", {})
    yield from (value for value in (item.get("value"), definition.get("defaultValue")) if value)


def _exceeds_schema(value: Json) -> bool:
    text, items, members = (value.get(name) for name in ("stringValue", "listValue", "mapValue"))
    nested = [*(items or ()), *(members or {}).values()]
    return (
        (text is not None and not 1 <= len(text) <= _MAX_STRING)
        or len(items or ()) > _MAX_LIST
        or any(map(_exceeds_schema, nested))
    )


def _rename_relationships(value: Any, *, inside: bool) -> Any:
    if isinstance(value, list):
        return [_rename_relationships(item, inside=False) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        (_CAPITALS.get(name, name) if inside else name): _rename_relationships(
            item, inside=name == "relationshipValue"
        )
        for name, item in value.items()
    }

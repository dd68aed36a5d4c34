"""What entities of others had before the stack took them over, until the deployment after.

A transfer job replaces an entity whole, so that an adoption which fails, or is rolled back with its stack,
needs it to give the entity back.
"""

import gzip
import json
from collections.abc import Collection, Mapping
from hashlib import sha256

from entity_reconciler.entity_documents import canonical
from entity_reconciler.shapes import ROOT, Json, Store

_PREFIX = "adopted/"


def write_contents(store: Store, contents: Mapping[str, Json]) -> None:
    """Save entities.

    Args:
        store: The engine's prefix in the bucket.
        contents: Entities in the form of a chunk, by id.
    """
    if contents:
        store.write(_key_of(contents), gzip.compress(canonical(contents), mtime=0))


def read_contents(store: Store) -> dict[str, Json]:
    """Return all entities that were saved, by id.

    Args:
        store: The engine's prefix in the bucket.
    """
    contents: dict[str, Json] = {}
    for key in store.keys(_PREFIX):
        if stored := store.read(key):
            contents |= json.loads(gzip.decompress(stored[0]))
    return contents


def keep_contents(store: Store, ids: Collection[str]) -> None:
    """Remove all entities that were saved but some.

    Args:
        store: The engine's prefix in the bucket.
        ids: The entities to keep.
    """
    keys = store.keys(_PREFIX)
    contents = read_contents(store) if ids else {}
    kept = {item: contents[item] for item in ids if item in contents}
    if kept and len(kept) == len(contents):
        return
    write_contents(store, kept)
    store.remove(key for key in keys if key != _key_of(kept))


def _key_of(contents: Collection[str]) -> str:
    return f"{_PREFIX}{sha256(' '.join(sorted(contents)).encode()).hexdigest()[:40]}.json.gz"


def parent_of(content: Json) -> str:
    """Return the entity above one that was saved.

    Args:
        content: The entity.
    """
    return content.get("parentEntityId") or ROOT

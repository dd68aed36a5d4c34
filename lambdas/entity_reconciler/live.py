"""What the workspace has now, read by as few calls as possible, and the times of the engine's own changes."""

import gzip
import json
from collections.abc import Collection, Mapping
from datetime import datetime

from entity_reconciler.shapes import Json, LiveEntity, Store, Twin

PAGE = 200
"""Entities in an answer of ListEntities."""

_MARKS_KEY = "marks.json.gz"


def pages_of(entities: int) -> int:
    """Return the calls that listing entities takes.

    Args:
        entities: Their number.
    """
    return max(1, -(-entities // PAGE))


def list_all(twin: Twin) -> dict[str, LiveEntity]:
    """Return all entities of the workspace by id.

    Args:
        twin: The workspace.
    """
    live: dict[str, LiveEntity] = {}
    token: str | None = None
    while True:
        page, token = twin.list_entities(token)
        live.update(page)
        if token is None:
            return live


def look_up(twin: Twin, ids: Collection[str], pages: int) -> dict[str, LiveEntity]:
    """Return those entities that exist, of some.

    Args:
        twin: The workspace.
        ids: The entities.
        pages: Calls that listing all entities takes.
    """
    if len(ids) > pages:
        live = list_all(twin)
        return {entity_id: live[entity_id] for entity_id in ids if entity_id in live}
    answers = {entity_id: twin.get_entity(entity_id) for entity_id in ids}
    return {entity_id: live_entity(answer) for entity_id, answer in answers.items() if answer is not None}


def live_entity(answer: Json) -> LiveEntity:
    """Return an entity of an answer of GetEntity or ListEntities.

    Args:
        answer: The entity in the API's form.
    """
    status = answer.get("status") or {}
    updated = answer["updateDateTime"]
    return LiveEntity(
        parent=answer.get("parentEntityId") or "",
        updated=updated.timestamp() if isinstance(updated, datetime) else float(updated),
        state=status.get("state", "ACTIVE"),
        error=(status.get("error") or {}).get("message", "") if status.get("state") == "ERROR" else "",
    )


def read_marks(store: Store) -> dict[str, float]:
    """Return when the service changed entities by the engine's last writes, by id.

    An entity without a mark has not been looked at since; a mark is no more than a hint.

    Args:
        store: The engine's prefix in the bucket.
    """
    stored = store.read(_MARKS_KEY)
    return dict(json.loads(gzip.decompress(stored[0]))) if stored else {}


def write_marks(store: Store, marks: Mapping[str, float]) -> None:
    """Save when the service changed entities.

    Args:
        store: The engine's prefix in the bucket.
        marks: Times by id.
    """
    store.write(_MARKS_KEY, gzip.compress(json.dumps(marks).encode(), mtime=0))


def remove_marks(store: Store) -> None:
    """Remove all marks.

    Args:
        store: The engine's prefix in the bucket.
    """
    store.remove([_MARKS_KEY])

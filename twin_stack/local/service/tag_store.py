"""Tags of resources, stored by ARN."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from twin_stack.local.service.errors import ServiceError
from twin_stack.twinmaker.quotas import MAX_TAGS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from twin_stack.local.service.scope import Scope
    from twin_stack.local.service.store import Store


class TagStore:
    """Reads and writes the tags of a resource as one map."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def of(self, scope: Scope, arn: str) -> dict[str, str]:
        """Return the tags of the resource with an ARN."""
        with self._store.reading() as db:
            row = db.execute("SELECT body FROM tags WHERE scope = ? AND arn = ?", (scope.key, arn)).fetchone()
        tags: dict[str, str] = json.loads(row[0]) if row else {}
        return tags

    def set(self, scope: Scope, arn: str, tags: Mapping[str, str]) -> None:
        """Replace all tags of a resource.

        Raises:
            ServiceError: There are more than fifty.
        """
        if len(tags) > MAX_TAGS:
            raise ServiceError(
                "TooManyTagsException", f"{arn} would have {len(tags)} tags, allowed are {MAX_TAGS}"
            )
        with self._store.transaction() as db:
            db.execute("DELETE FROM tags WHERE scope = ? AND arn = ?", (scope.key, arn))
            if tags:
                db.execute("INSERT INTO tags VALUES (?, ?, ?)", (scope.key, arn, json.dumps(tags)))

"""Tags of asset models and assets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin_stack.local.service.sitewise.context import not_found
from twin_stack.local.service.tag_store import TagStore

if TYPE_CHECKING:
    from twin_stack.local.service.scope import Scope
    from twin_stack.local.service.sitewise.context import Context, Json

_KINDS = {"asset-model": "asset_model", "asset": "asset"}


class Tags(TagStore):
    """TagResource, UntagResource, ListTagsForResource."""

    def __init__(self, context: Context) -> None:
        super().__init__(context.store)
        self._context = context

    def tag_resource(self, scope: Scope, params: Json) -> None:
        """Add tags, or change the values of existing ones."""
        arn = self._require(scope, params["resourceArn"])
        self.set(scope, arn, {**self.of(scope, arn), **params["tags"]})

    def untag_resource(self, scope: Scope, params: Json) -> None:
        """Remove tags; unknown keys are ignored."""
        arn = self._require(scope, params["resourceArn"])
        removed_keys = set(params["tagKeys"])
        self.set(scope, arn, {k: v for k, v in self.of(scope, arn).items() if k not in removed_keys})

    def list_tags_for_resource(self, scope: Scope, params: Json) -> Json:
        """Return all tags in one answer: there are at most fifty."""
        return {"tags": self.of(scope, self._require(scope, params["resourceArn"]))}

    def _require(self, scope: Scope, arn: str) -> str:
        kind, _, identifier = arn.removeprefix(scope.arn("iotsitewise", "")).partition("/")
        if kind in _KINDS and self._context.resources(_KINDS[kind]).get(scope, "", identifier):
            return arn
        raise not_found("resource", arn)

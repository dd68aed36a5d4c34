"""Tags of workspaces, component types, entities, scenes and transfer jobs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin_stack.local.service.errors import ServiceError
from twin_stack.local.service.tag_store import TagStore
from twin_stack.local.service.twinmaker.context import NOT_FOUND

if TYPE_CHECKING:
    from twin_stack.local.service.scope import Scope
    from twin_stack.local.service.twinmaker.context import Context, Json

_KINDS = {"component-type": "component_type", "entity": "entity", "scene": "scene"}


class Tags(TagStore):
    """TagResource, UntagResource, ListTagsForResource, and the ``tags`` of create requests."""

    def __init__(self, context: Context) -> None:
        super().__init__(context.store)
        self._context = context

    def tag_resource(self, scope: Scope, params: Json) -> None:
        """Add tags, or change the values of existing ones."""
        arn = self._require(scope, params["resourceARN"])
        self.set(scope, arn, {**self.of(scope, arn), **params["tags"]})

    def untag_resource(self, scope: Scope, params: Json) -> None:
        """Remove tags; unknown keys are ignored."""
        arn = self._require(scope, params["resourceARN"])
        removed_keys = set(params["tagKeys"])
        kept = {key: value for key, value in self.of(scope, arn).items() if key not in removed_keys}
        self.set(scope, arn, kept)

    def list_tags_for_resource(self, scope: Scope, params: Json) -> Json:
        """Return all tags in one answer: there are at most fifty."""
        return {"tags": self.of(scope, self._require(scope, params["resourceARN"]))}

    def _require(self, scope: Scope, arn: str) -> str:
        """Return the ARN if its resource exists here."""
        parts = arn.split(":", 5)[5].split("/", 3)
        if parts[0] == "workspace" and len(parts) == 2:
            resource = self._context.resources("workspace").get(scope, "", parts[1])
        elif parts[0] == "workspace" and len(parts) == 4 and parts[2] in _KINDS:
            resource = self._context.resources(_KINDS[parts[2]]).get(scope, parts[1], parts[3])
        elif parts[0] == "metadata-transfer-job" and len(parts) == 2:
            resource = self._context.resources("metadata_transfer_job").get(scope, "", parts[1])
        else:
            resource = None
        if resource is None or not arn.startswith(scope.arn("iottwinmaker", "")):
            raise ServiceError(NOT_FOUND, f"no resource has the ARN {arn}")
        return arn

"""AWS IoT TwinMaker on this machine: the control plane and the data plane."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin_stack.local.service.rest_json import ErrorCodes, RestJsonService
from twin_stack.local.service.twinmaker.component_types import ComponentTypes
from twin_stack.local.service.twinmaker.context import Context
from twin_stack.local.service.twinmaker.entities import Entities
from twin_stack.local.service.twinmaker.pricing import Pricing
from twin_stack.local.service.twinmaker.property_values import PropertyValues
from twin_stack.local.service.twinmaker.scenes import Scenes
from twin_stack.local.service.twinmaker.tags import Tags
from twin_stack.local.service.twinmaker.transfer_jobs import TransferJobs
from twin_stack.local.service.twinmaker.workspaces import Workspaces

if TYPE_CHECKING:
    from twin_stack.local.service.rest_json import Refusal
    from twin_stack.local.service.throttle import Throttle
    from twin_stack.local.service.twinmaker.context import Json

__all__ = ["Context", "TwinMaker"]

_CODES = ErrorCodes(invalid="ValidationException", internal="InternalServerException")


class TwinMaker:
    """The service ``iottwinmaker``.

    ExecuteQuery and sync jobs are not available; their answer is a ValidationException that says so.

    Args:
        context: Shared by its parts.
        throttle: Limits requests per second; None for no limit.
        refusal: Returns why a user or role may not make a call; None if everyone may make all calls.

    Attributes:
        api: The server of the service.
    """

    def __init__(
        self, context: Context, *, throttle: Throttle | None, refusal: Refusal | None = None
    ) -> None:
        tags = Tags(context)
        workspaces = Workspaces(context, tags)
        types = ComponentTypes(context, workspaces, tags)
        entities = Entities(context, workspaces, types, tags)
        self._jobs = TransferJobs(
            context,
            workspaces=workspaces,
            types=types,
            entities=entities,
            tags=tags,
            check=self._check,
        )
        self.api = RestJsonService(
            "iottwinmaker",
            parts=(
                workspaces,
                types,
                entities,
                Scenes(context, workspaces, tags),
                PropertyValues(context, entities),
                self._jobs,
                Pricing(context),
                tags,
            ),
            codes=_CODES,
            throttle=throttle,
            refusal=refusal,
        )

    def _check(self, operation: str, params: Json) -> Json:
        return self.api.check(operation, params)

    def start(self) -> None:
        """Continue the metadata transfer jobs that had not ended."""
        self._jobs.resume()

    def close(self) -> None:
        """Stop the background work."""
        self._jobs.close()

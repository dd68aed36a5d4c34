"""Settings of the ``bulk`` engine."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from twin_stack.definition.schema.shape import Shape
from twin_stack.twinmaker.quotas import MAX_WORKSPACE_ENTITIES, MODEL_REQUESTS_PER_SECOND


class Bulk(Shape):
    """Settings of the ``bulk`` engine.

    Attributes:
        on_drift: What becomes of changes by hand in entities of the twin: ``report`` keeps and reports them,
            ``overwrite`` puts the entities back.
        adopt: Whether entities that exist in the workspace and have the id of one of the twin become the
            twin's. If false, they are refused.
        requests_per_second: Model calls a second, of the ten that an account has.
        max_entities: The quota of entities of the workspace, where AWS has raised it.
    """

    on_drift: Literal["report", "overwrite"] = "report"
    adopt: bool = False
    requests_per_second: int = Field(default=8, ge=1, le=MODEL_REQUESTS_PER_SECOND)
    max_entities: int = Field(default=MAX_WORKSPACE_ENTITIES, ge=MAX_WORKSPACE_ENTITIES)

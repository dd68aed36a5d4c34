"""Findings that ``twin.yaml`` accepts."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from twin_stack.definition.schema.shape import Shape


class IgnoreEntry(Shape):
    """A finding that is accepted in a file without comments: JSON, CSV, a model.

    Attributes:
        file: The file of the finding, relative to the folder of the definition.
        code: Code of the finding, such as ``TWIN029``.
        reason: Why it is accepted.
    """

    file: Annotated[str, Field(min_length=1)]
    code: Annotated[str, Field(min_length=1)]
    reason: Annotated[str, Field(min_length=1)]

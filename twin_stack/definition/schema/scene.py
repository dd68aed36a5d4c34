"""Scenes."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from twin_stack.definition.rules.members import VALUE_NOT_ALLOWED
from twin_stack.definition.schema.names import IN_ONE_LINE, Description, Name, SceneId
from twin_stack.definition.schema.shape import Shape, Unique
from twin_stack.definition.schema.string_rule import StringRule
from twin_stack.twinmaker import patterns
from twin_stack.twinmaker.quotas import MAX_SCENE_CAPABILITIES, MAX_SCENE_METADATA

Capability = Annotated[
    str, StringRule(VALUE_NOT_ALLOWED, "capability", *patterns.SCENE_CAPABILITY, IN_ONE_LINE)
]
SceneMetadataValue = Annotated[
    str, StringRule(VALUE_NOT_ALLOWED, "metadata value", *patterns.SCENE_METADATA_VALUE, IN_ONE_LINE)
]


class Scene(Shape):
    """A scene: the viewer's own document, and what the service stores beside it.

    Attributes:
        scene_id: Its id, by default the name of its file.
        document: The viewer's JSON document, nodes numbered.
        description: At most 512 characters (CloudFormation).
        capabilities: At most 50 of at most 256 characters, each once.
        scene_metadata: At most 50 values of at most 2,048 characters, by name.
    """

    scene_id: SceneId
    document: dict[str, Any]
    description: Description | None = None
    capabilities: Annotated[list[Capability], Field(max_length=MAX_SCENE_CAPABILITIES), Unique] = Field(
        default=[]
    )
    scene_metadata: dict[Name, SceneMetadataValue] = Field(default={}, max_length=MAX_SCENE_METADATA)

"""The file ``twin.yaml``."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from twin_stack.definition.schema.bulk import Bulk  # noqa: TC001
from twin_stack.definition.schema.connector import Connector  # noqa: TC001
from twin_stack.definition.schema.existing import Existing
from twin_stack.definition.schema.ignore_entry import IgnoreEntry  # noqa: TC001
from twin_stack.definition.schema.ingest import Ingest  # noqa: TC001
from twin_stack.definition.schema.names import DataName, Description, Name, SceneFolder, WorkspaceId  # noqa: TC001
from twin_stack.definition.schema.renames import Renames
from twin_stack.definition.schema.shape import Shape
from twin_stack.definition.schema.tags import Tags  # noqa: TC001
from twin_stack.twinmaker.quotas import MAX_TAGS


class TwinFile(Shape):
    """``twin.yaml``.

    Attributes:
        workspace_id: Id of the workspace.
        data_name: Name that the names of table, bucket, log groups and topic rules begin with. If absent: the
            id of the workspace.
        description: At most 512 characters (CloudFormation).
        scene_folder: Folder of the workspace's bucket for scenes and models; ``.`` for its top, where AWS's
            ``tmdt init`` looks for them. If absent: the id of the workspace.
        engine: How entities are deployed. ``cloudformation``: one resource each, 400 at most. ``bulk``:
            by one custom resource, any number.
        bulk: Settings of the ``bulk`` engine.
        hand_over: Whether entities stay in the workspace when their engine leaves the stack: for a change of
            the engine.
        tags: Of the workspace, at most 50.
        connectors: By the name that functions use.
        existing: What exists already and is attached: workspace, bucket, telemetry table, alarm topic.
        ingest: What devices publish, by a name of your own.
        renames: Former ids of what was renamed.
        sensitive: Names of members and properties whose values `twin plan` masks; ``*`` stands for any text.
        ignore: Findings that are accepted, where the file cannot hold a comment.
    """

    workspace_id: WorkspaceId
    data_name: DataName | None = None
    description: Description | None = None
    scene_folder: SceneFolder | None = None
    engine: Literal["cloudformation", "bulk"] = "cloudformation"
    bulk: Bulk | None = None
    hand_over: bool = False
    tags: Tags = Field(default={}, max_length=MAX_TAGS)
    connectors: dict[Name, Connector] = Field(default={})
    existing: Existing = Existing()
    ingest: dict[Name, Ingest] = Field(default={})
    renames: Renames = Field(default=Renames())
    sensitive: list[Annotated[str, Field(min_length=1)]] = Field(default=[])
    ignore: list[IgnoreEntry] = Field(default=[])

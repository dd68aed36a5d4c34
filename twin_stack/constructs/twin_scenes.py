"""The scenes of a twin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin_stack.constructs.scene import Scene
from twin_stack.constructs.scene_assets import SceneAssets
from twin_stack.definition.former_ids import former_scene_ids

if TYPE_CHECKING:
    from constructs import Construct

    from twin_stack.constructs.interfaces import IWorkspace
    from twin_stack.definition.twin_definition import TwinDefinition


def build_scenes(scope: Construct, definition: TwinDefinition, workspace: IWorkspace) -> dict[str, Scene]:
    """Create the scenes of a definition, after the files that they show.

    Args:
        scope: The parent construct.
        definition: A checked definition.
        workspace: The workspace.

    Returns:
        The scenes by the id under which they are deployed.
    """
    folder = definition.twin.scene_folder
    assets = (
        [SceneAssets(scope, "Assets", workspace=workspace, path=definition.assets, key_prefix=folder)]
        if definition.assets is not None
        else []
    )
    return {
        deployed_id: Scene(
            scope,
            deployed_id,
            workspace=workspace,
            scene_id=deployed_id,
            document=scene.document,
            assets=assets,
            description=scene.description,
            capabilities=scene.capabilities,
            scene_metadata=scene.scene_metadata or None,
            key_prefix=folder,
        )
        for scene_id, scene in definition.scenes.items()
        # Links may still have a former id.
        for deployed_id in (scene_id, *former_scene_ids(definition, scene_id))
    }

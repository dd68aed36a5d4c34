"""Types of the custom resources of a twin's template: a convention of this project, not of AWS.

Constructs create the resources; ``twin plan``, ``twin import`` and ``twin orphans`` find them by their type.
The functions of ``lambdas`` have these names too; a test holds them equal.
"""

from __future__ import annotations

from typing import Final

ENTITIES: Final = "Custom::TwinStackEntities"
"""All entities of a twin, with the ``bulk`` engine."""
ASSETS: Final = "Custom::TwinStackAssets"
"""All assets of a twin, with the ``bulk`` engine."""
ASSET_MODEL: Final = "Custom::SiteWiseAssetModel"
ASSET: Final = "Custom::SiteWiseAsset"
SCENE_FILES: Final = "Custom::TwinSceneFiles"
"""Files of scenes in the workspace's bucket."""
SCENE_FILES_CLEANUP: Final = "Custom::TwinSceneFilesCleanup"
"""Deletes the files that the update of a stack removed."""

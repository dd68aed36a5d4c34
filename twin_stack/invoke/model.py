"""The definition in which names of connectors and entities are looked up."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from twin_stack.client import TwinClientError
from twin_stack.definition import TwinDefinition, load
from twin_stack.definition.files import read
from twin_stack.settings import CONTEXT_KEY, read_stage

if TYPE_CHECKING:
    from pathlib import Path

    from twin_stack.settings import Stage


class Model(NamedTuple):
    """A definition, and the workspace it is deployed as.

    Attributes:
        definition: The definition.
        workspace_id: Id of its workspace in the default stage.
    """

    definition: TwinDefinition
    workspace_id: str


def find_model(folder: Path, model: Path | None) -> Model | None:
    """Load a definition, by default that of the app's default stage.

    Args:
        folder: Folder of the CDK app.
        model: Folder of the definition, or None for that of the app.

    Returns:
        The definition; None if ``model`` is None and the folder has no app of this package.

    Raises:
        TwinClientError: If ``model`` is not a folder.
        DefinitionError: If the settings or the definition have mistakes.
    """
    stage = _default_stage(folder)
    if model is not None and not model.is_dir():
        raise TwinClientError(
            f"{model} is not a folder; name the folder of a definition, the one with twin.yaml"
        )
    if model is None:
        if stage is None:
            return None
        model = folder / stage.settings.model
    definition = load(model)
    workspace_id = definition.workspace_id
    return Model(definition, workspace_id if stage is None else stage.workspace_id(workspace_id))


def find_model_folder(folder: Path) -> Path | None:
    """Return the folder of the definition of the app's default stage.

    Args:
        folder: Folder of the CDK app.

    Returns:
        The folder; None if ``folder`` has no app of this package.

    Raises:
        DefinitionError: If the settings have mistakes.
    """
    stage = _default_stage(folder)
    return folder / stage.settings.model if stage is not None else None


def _default_stage(folder: Path) -> Stage | None:
    file = folder / "cdk.json"
    settings = read(file).get("context", {}).get(CONTEXT_KEY) if file.is_file() else None
    return None if settings is None else read_stage(settings, None, file=file)

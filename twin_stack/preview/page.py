"""The page of a definition in one file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from twin_stack.errors import TwinError
from twin_stack.package_data import PAGE_NOT_BUILT, built_page
from twin_stack.preview.document import page_document
from twin_stack.preview.scene_files import scene_files
from twin_stack.preview.twin_data import twin_data

if TYPE_CHECKING:
    from twin_stack.definition import TwinDefinition


@dataclass(frozen=True, slots=True)
class RenderedPage:
    """A page in one file.

    Attributes:
        html: Content of the file.
        problems: Files of scenes that the page does not contain, one message each.
    """

    html: str
    problems: tuple[str, ...]


def render_page(definition: TwinDefinition) -> RenderedPage:
    """Render the page of a twin. Equal definitions give equal bytes.

    Args:
        definition: A checked definition.

    Raises:
        TwinError: The page is not built; the message says what to do.
    """
    folder = built_page()
    if folder is None:
        raise TwinError(PAGE_NOT_BUILT)
    paths, problems = scene_files(definition.scenes, definition.entities, definition.asset_files)
    files = {name: path.read_bytes() for name, path in paths.items()}
    data = twin_data(definition, files)
    return RenderedPage(page_document(folder, definition.workspace_id, data, files), tuple(problems))

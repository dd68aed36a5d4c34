"""The page of a definition in one file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from twin_stack.errors import TwinError
from twin_stack.package_data import PAGE_NOT_BUILT, built_page
from twin_stack.preview.document import page_document
from twin_stack.preview.scene_files import scene_files
from twin_stack.preview.twin_data import twin_data

if TYPE_CHECKING:
    from collections.abc import Callable

    from twin_stack.definition import TwinDefinition


@dataclass(frozen=True, slots=True)
class PlannedChange:
    """A change of a twin that its page shows.

    Attributes:
        before: The definition before the change; None if everything is added.
        review: What differs, as JSON: the members of ``Review`` in ``viewer/src/data/review.ts``.
        hides: Whether the values of properties of a name are masked.
    """

    before: TwinDefinition | None
    review: dict[str, Any]
    hides: Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class RenderedPage:
    """A page in one file.

    Attributes:
        html: Content of the file.
        problems: Files of scenes that the page does not contain, one message each.
    """

    html: str
    problems: tuple[str, ...]


def render_page(definition: TwinDefinition, change: PlannedChange | None = None) -> RenderedPage:
    """Render the page of a twin. Equal definitions give equal bytes.

    Args:
        definition: A checked definition.
        change: The change that leads to the definition. The page then shows the twin before and after it.

    Raises:
        TwinError: The page is not built; the message says what to do.
    """
    folder = built_page()
    if folder is None:
        raise TwinError(PAGE_NOT_BUILT)
    hides = change.hides if change is not None else _hide_nothing
    data, files, problems = _read_twin(definition, hides)
    if change is not None:
        data["review"] = change.review
    if change is not None and change.before is not None:
        before, before_files, before_problems = _read_twin(change.before, hides)
        shared = data["objects"].items() & before["objects"].items()
        before["objects"] = dict(sorted(before["objects"].items() - shared))
        data["before"] = before
        files = {f"before/{name}": content for name, content in before_files.items()} | files
        problems += [problem for problem in before_problems if problem not in problems]
    return RenderedPage(page_document(folder, definition.workspace_id, data, files), tuple(problems))


def _hide_nothing(_name: str) -> bool:
    return False


def _read_twin(
    definition: TwinDefinition, hides: Callable[[str], bool]
) -> tuple[dict[str, Any], dict[str, bytes], list[str]]:
    """Return the data of a twin for the page, the files of its scenes, and problems of other files."""
    paths, problems = scene_files(definition.scenes, definition.entities, definition.asset_files)
    files = {name: path.read_bytes() for name, path in paths.items()}
    return twin_data(definition, files, hides), files, problems

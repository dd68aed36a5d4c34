"""Read one side of a plan: a folder, or the folder of a git revision."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from twin_stack.definition import load
from twin_stack.definition.findings import DefinitionError, Finding, Location
from twin_stack.errors import TwinError
from twin_stack.plan.revisions import Repository

if TYPE_CHECKING:
    from collections.abc import Iterator

    from twin_stack.definition import TwinDefinition
    from twin_stack.plan.changes import Change, Plan, Risk

Placed = TypeVar("Placed", "Change", "Risk", Finding)


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a plan.

    Attributes:
        label: Its name, such as ``main:models/factory``.
        definition: The definition; None if the revision has no such folder.
        folder: The folder that it was read from.
        template: The template of its stack, if it is a synthesized one.
    """

    label: str
    definition: TwinDefinition | None
    folder: Path
    template: dict[str, Any] | None = None

    def relabel(self, plan: Plan) -> Plan:
        """Return a plan whose places in the folder of this side have its label.

        Args:
            plan: The plan.
        """
        return replace(
            plan,
            changes=tuple(self._place(change) for change in plan.changes),
            risks=tuple(self._place(risk) for risk in plan.risks),
        )

    def _place(self, thing: Placed) -> Placed:
        location = thing.location
        if location is None or not location.file.is_relative_to(self.folder):
            return thing
        # A path has no "//": workspace://plant becomes workspace:plant.
        file = Path(self.label.replace("://", ":")) / location.file.relative_to(self.folder)
        return replace(thing, location=Location(file, location.line, location.column))


@contextmanager
def open_side(text: str, *, repository: Path | None = None) -> Iterator[Side]:
    """Read a side, and keep its files until the block ends.

    Args:
        text: The folder of a definition, or ``REVISION:FOLDER`` of a git repository.
        repository: A folder in the repository of the revision. Default: the working folder.

    Raises:
        TwinError: It is neither.
        DefinitionError: The definition has mistakes.
    """
    if Path(text).is_dir():
        yield Side(text, load(Path(text)), Path(text))
        return
    revision, colon, path = text.partition(":")
    if not colon or not revision:
        raise TwinError(
            f'"{text}" is neither a folder nor a git revision of one; name a folder that holds twin.yaml, or '
            "REVISION:FOLDER such as main:models/factory"
        )
    with tempfile.TemporaryDirectory(prefix="twin-plan-") as temporary:
        folder = Path(temporary, "definition")
        side = Side(text, None, folder)
        if Repository(repository or Path()).write_folder(revision, path, folder):
            try:
                side = replace(side, definition=load(folder))
            except DefinitionError as error:
                raise DefinitionError([side._place(finding) for finding in error.findings]) from None
        yield side


def default_base(folder: Path) -> str:
    """Return the side that a change of a folder starts from: where the branch left the default branch.

    Args:
        folder: The folder of the definition after the change.

    Raises:
        TwinError: The folder is in no git repository, or the repository has no default branch.
    """
    repository = Repository(folder)
    path = repository.path_of_folder()
    return f"{repository.branch_point()[:12]}:{path}"

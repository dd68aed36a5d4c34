"""Read one side of a plan: a folder, or the folder of a git revision."""

from __future__ import annotations

import subprocess
import tarfile
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from twin_stack.definition import load
from twin_stack.definition.findings import DefinitionError, Finding, Location
from twin_stack.errors import TwinError

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
def open_side(text: str) -> Iterator[Side]:
    """Read a side, and keep its files until the block ends.

    Args:
        text: The folder of a definition, or ``REVISION:FOLDER`` of the git repository of the working folder.

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
        folder = Path(temporary)
        side = Side(text, None, folder)
        if _extract(revision, path, folder):
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
    prefix = _git("rev-parse", "--show-prefix", folder=folder).strip().rstrip("/")
    for branch in ("origin/HEAD", "origin/main", "origin/master", "main", "master"):
        base = _try_git("merge-base", "HEAD", branch, folder=folder)
        if base is not None:
            return f"{base.decode().strip()[:12]}:{prefix}"
    raise TwinError(
        "the repository has no branch origin/HEAD, main or master to compare with; name the side before the "
        "change with --from"
    )


def _extract(revision: str, path: str, folder: Path) -> bool:
    """Write the files of a folder of a revision; False if the revision has no such folder."""
    if _try_git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}") is None:
        raise TwinError(f'"{revision}" is no revision of this repository; name a branch, tag or commit')
    tree = _try_git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}:{path}")
    if tree is None:
        return False
    name = tree.decode().strip()
    archive = _try_git("archive", "--format=tar", name) if _type_of(name) == "tree" else None
    if archive is None:
        raise TwinError(f'"{revision}:{path}" is not a folder; name the folder that holds twin.yaml')
    with tarfile.open(fileobj=BytesIO(archive)) as files:
        files.extractall(folder, filter="data")
    return True


def _type_of(name: str) -> str:
    return (_try_git("cat-file", "-t", name) or b"").decode().strip()


def _git(*arguments: str, folder: Path | None = None) -> str:
    output = _try_git(*arguments, folder=folder)
    if output is None:
        raise TwinError(
            f"{folder or Path()} is in no git repository; name the side before the change with --from"
        )
    return output.decode()


def _try_git(*arguments: str, folder: Path | None = None) -> bytes | None:
    """Return the output of git, None if it fails."""
    try:
        result = subprocess.run(  # noqa: S603 (arguments are checked or follow --end-of-options)
            ["git", *arguments],  # noqa: S607
            cwd=folder,
            capture_output=True,
            check=False,
        )
    except FileNotFoundError:
        raise TwinError(
            "git is not installed; install it, or name two folders with --from and --to"
        ) from None
    return result.stdout if result.returncode == 0 else None

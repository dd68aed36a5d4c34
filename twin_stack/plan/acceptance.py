"""Risks that were accepted with a reason, in a file of the repository."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from twin_stack.definition.files import read
from twin_stack.definition.findings import DefinitionError
from twin_stack.definition.format import dump_yaml
from twin_stack.definition.source import LocatedList, LocatedMap, at
from twin_stack.errors import TwinError, translate_os_errors
from twin_stack.output_files import replace_file
from twin_stack.plan.registry import risk_rules

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from twin_stack.definition.findings import Location
    from twin_stack.plan.changes import Plan

FILE: Final = "accepted-risks.yaml"
"""Name of the file, in the folder of the app."""
_MEMBERS: Final = ("code", "id", "reason")


@dataclass(frozen=True, slots=True)
class Acceptance:
    """A risk that was accepted.

    Attributes:
        code: Code of its rule.
        id: Id of the thing that it concerns.
        reason: Why it is accepted.
    """

    code: str
    id: str
    reason: str

    @property
    def key(self) -> tuple[str, str]:
        """Code and id."""
        return self.code, self.id


def read_acceptances(file: Path) -> list[Acceptance]:
    """Return the risks that a file accepts; none where there is no file.

    Args:
        file: A YAML file with a list of mappings of ``code``, ``id`` and ``reason``.

    Raises:
        TwinError: The file has mistakes; names each with its place.
    """
    if not file.exists():
        return []
    try:
        root = read(file)
    except DefinitionError as error:
        raise TwinError(str(error)) from error
    if root is None:
        return []
    mistakes: list[str] = []
    acceptances = [item for item in _read_list(file, root, mistakes) if item is not None]
    if mistakes:
        raise TwinError("\n".join(mistakes))
    return acceptances


def _read_list(file: Path, root: Any, mistakes: list[str]) -> Iterator[Acceptance | None]:
    if not isinstance(root, LocatedList):
        mistakes.append(f"{file}:1:1: write a list of mappings with {', '.join(_MEMBERS)}")
        return
    for index, entry in enumerate(root):
        yield _read_entry(entry, at(root, index), mistakes)


def _read_entry(entry: Any, place: Location, mistakes: list[str]) -> Acceptance | None:
    if not isinstance(entry, LocatedMap):
        mistakes.append(f"{place}: write a mapping with {', '.join(_MEMBERS)}")
        return None
    values = {key: entry.get(key) for key in _MEMBERS}
    missing = [key for key, value in values.items() if not isinstance(value, str) or not value.strip()]
    mistakes += [f"{at(entry, key)}: {key} is missing or no text; write it" for key in missing]
    mistakes += [
        f'{at(entry, key, of_key=True)}: "{key}" is not a key; use {", ".join(_MEMBERS)}'
        for key in entry
        if key not in _MEMBERS
    ]
    code = entry.get("code")
    if isinstance(code, str) and code and code not in risk_rules():
        mistakes.append(f'{at(entry, "code")}: "{code}" is not a code of a risk; `twin plan` prints them')
    return Acceptance(*(str(values[key]) for key in _MEMBERS)) if not missing else None


def add_acceptances(file: Path, acceptances: Sequence[Acceptance]) -> None:
    """Add accepted risks to a file; one that is there gets the new reason.

    Args:
        file: The file, which may be missing.
        acceptances: The risks.

    Raises:
        TwinError: The file has mistakes, or cannot be written.
    """
    merged = {item.key: item for item in (*read_acceptances(file), *acceptances)}
    entries = [{"code": item.code, "id": item.id, "reason": item.reason} for item in merged.values()]
    with translate_os_errors(f"correct the permissions of {file}"):
        replace_file(file, dump_yaml(entries).encode())


def accept(plan: Plan, acceptances: Sequence[Acceptance]) -> tuple[Plan, list[Acceptance]]:
    """Return a plan whose accepted risks have their reason, and the acceptances that no risk has.

    Args:
        plan: The plan.
        acceptances: Accepted risks.
    """
    reasons = {item.key: item.reason for item in acceptances}
    risks = tuple(replace(risk, accepted=reasons.get((risk.code, risk.id))) for risk in plan.risks)
    present = {(risk.code, risk.id) for risk in plan.risks}
    return replace(plan, risks=risks), [item for item in acceptances if item.key not in present]

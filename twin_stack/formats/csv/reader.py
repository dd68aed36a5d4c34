"""A register as a definition: a ``forEach`` that reads the register, so that a later export replaces it."""

from __future__ import annotations

import re
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from twin_stack.definition.budget import Budget
from twin_stack.definition.csv_rows import names_separator
from twin_stack.definition.csv_text import decode
from twin_stack.definition.findings import DefinitionError
from twin_stack.definition.format.formatting import definition_text
from twin_stack.definition.phases.read import Document, ModelFiles
from twin_stack.definition.unchecked import LostIds
from twin_stack.definition.yaml_reader import YamlReader
from twin_stack.formats.csv.proposal import propose
from twin_stack.formats.csv.register import read_register
from twin_stack.formats.frame import ImportedTwin

if TYPE_CHECKING:
    from twin_stack.definition.findings import Finding
    from twin_stack.formats.csv.proposal import Proposal
    from twin_stack.formats.csv.register import Register
    from twin_stack.formats.kinds import ImportOptions

_NO_FILE_NAME: Final = re.compile(r"[^A-Za-z0-9_.-]")
_ANY_WORKSPACE: Final = "register"


def import_twin(source: str, options: ImportOptions) -> ImportedTwin:
    """Return a register as a definition.

    Args:
        source: The file.
        options: What the user chose.

    Raises:
        DefinitionError: The file cannot be read, or is no table.
    """
    losses: list[Finding] = []
    file = Path(source)
    register, proposal = _propose(file, losses)
    stem = _NO_FILE_NAME.sub("_", file.stem).lstrip(".") or "register"
    template = _template(register, proposal, f"{stem}.csv")
    return ImportedTwin(
        twin={"workspaceId": options.workspace_id},
        component_types=proposal.component_types,
        entities=proposal.others,
        files={
            f"entities/{stem}.csv": register.content,
            f"entities/{stem}.yaml": definition_text(template, "entities"),
        },
        losses=losses,
    )


def read(source: Path, findings: list[Finding]) -> ModelFiles | None:
    """Return the proposal for a register with the places of the register, for ``loader.check_files``.

    Args:
        source: The file.
        findings: Receives every mistake of reading.

    Returns:
        The content, None where the file is no table.
    """
    try:
        register, proposal = _propose(source, [])
    except DefinitionError as error:
        findings += error.findings
        return None
    types = {own.pop("componentTypeId"): own for own in map(dict, proposal.component_types)}
    contents = {
        "twin": {"workspaceId": _ANY_WORKSPACE},
        "component_types": types,
        "entities": _template(register, proposal, source.name),
    }
    documents = {
        name: Document(source, YamlReader(source, definition_text(content, name), findings).read())
        for name, content in contents.items()
    }
    return ModelFiles(
        folder=source.parent,
        twin_file=documents["twin"],
        documents=MappingProxyType(
            {
                "component_types": (documents["component_types"],),
                "entities": (documents["entities"],),
                "scenes": (),
            }
        ),
        assets_folder=source.parent / "assets",
        assets=MappingProxyType({}),
        lost=LostIds(patterns=("*",)),
        budget=Budget(source.parent),
    )


def _propose(file: Path, losses: list[Finding]) -> tuple[Register, Proposal]:
    register = read_register(file, losses)
    return register, propose(register, file.stem, losses)


def _template(register: Register, proposal: Proposal, csv: str) -> dict[str, Any]:
    """Return the content of the file with ``forEach``."""
    members: dict[str, Any] = {"csv": csv, **proposal.for_each}
    if register.encoding is not None:
        members["encoding"] = register.encoding
    text = decode(register.content, register.encoding or "utf-8")
    if register.separator != "," and names_separator(text) is None:
        members["separator"] = register.separator
    return {"forEach": members, "entity": proposal.entity}

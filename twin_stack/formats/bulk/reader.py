"""A bulk file as the files of a definition, and as an imported twin."""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from twin_stack.definition.budget import Budget
from twin_stack.definition.document_builder import reading_error, value_size
from twin_stack.definition.findings import DefinitionError
from twin_stack.definition.phases.read import Document, ModelFiles
from twin_stack.definition.rules.imports import NEEDS_A_DECISION, NOT_IMPORTED
from twin_stack.definition.rules.members import UNKNOWN_KEY, WRONG_TYPE
from twin_stack.definition.source import LocatedList, LocatedMap
from twin_stack.definition.unchecked import LostIds
from twin_stack.definition.wording import did_you_mean, quote_value
from twin_stack.formats.connectors import LambdaConnectors
from twin_stack.formats.frame import ImportedTwin
from twin_stack.formats.json_items import JsonItem, JsonItems
from twin_stack.formats.members import MemberFilter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from twin_stack.definition.findings import Finding
    from twin_stack.formats.kinds import ImportOptions

TYPES: Final = "componentTypes"
ENTITIES: Final = "entities"
COMPONENTS: Final = "entityComponents"
SECTIONS: Final = (TYPES, ENTITIES, COMPONENTS)

_ANY_WORKSPACE: Final = "bulk"
"""A file names no workspace: a job takes it as its destination."""

_ENTITY_OF_COMPONENT: Final = ("entityId", "componentName")


def read(source: Path, findings: list[Finding]) -> ModelFiles | None:
    """Return the content of a file with its own places, for ``loader.check_files``.

    Args:
        source: The file.
        findings: Receives every mistake of reading.

    Returns:
        The content, None where the file cannot be read.

    Raises:
        ModelTooLargeError: The file is larger than a definition may be.
    """
    budget = Budget(source)
    budget.spend_file(source)
    lists = {section: LocatedList(source, (1, 1)) for section in (TYPES, ENTITIES)}
    added: list[LocatedMap] = []
    try:
        for item in JsonItems(source):
            if item.section not in SECTIONS:
                findings.append(_unknown_section(item))
                continue
            _require_mapping(item)
            located = item.located()
            budget.spend_values(value_size(located))
            if item.section == COMPONENTS:
                added.append(located)
            else:
                lists[item.section].append(located)
                lists[item.section].value_marks.append(item.mark)
    except DefinitionError as error:
        findings += error.findings
        return None
    lost = frozenset(str(component.get("entityId")) for component in added)
    twin = LocatedMap(source, (1, 1))
    twin["workspaceId"] = _ANY_WORKSPACE
    documents = {
        "component_types": (Document(source, lists[TYPES]),),
        "entities": (Document(source, lists[ENTITIES]),),
        "scenes": (),
    }
    return ModelFiles(
        folder=source,
        twin_file=Document(source, twin),
        documents=MappingProxyType(documents),
        assets_folder=source,
        assets=MappingProxyType({}),
        lost=LostIds(lost),
        budget=budget,
    )


def import_twin(source: str, options: ImportOptions) -> ImportedTwin:
    """Return a file as a definition. Memory holds a few items at a time.

    Args:
        source: The file.
        options: What the user chose.
    """
    losses: list[Finding] = []
    twin: dict[str, Any] = {"workspaceId": options.workspace_id}
    content = _Content(JsonItems(Path(source)), twin, losses)
    return ImportedTwin(
        twin=twin, component_types=content.component_types(), entities=content.entities(), losses=losses
    )


class _Content:
    """The content of a file, which is read once for its component types and once for its entities."""

    def __init__(self, items: JsonItems, twin: dict[str, Any], losses: list[Finding]) -> None:
        self._items = items
        self._losses = losses
        self._connectors = LambdaConnectors(twin)
        self._added: dict[str, list[JsonItem]] = {}

    def component_types(self) -> Iterator[dict[str, Any]]:
        members = MemberFilter(is_cloudformation_spelling=True)
        for item in self._items:
            if item.section == TYPES:
                own = members.component_type(item.require_id("componentTypeId"), item.place_of)
                yield self._connectors.use(own)
            elif item.section == COMPONENTS:
                item.require_id("componentName")
                self._added.setdefault(item.require_id("entityId")["entityId"], []).append(item)
            elif item.section not in SECTIONS:
                message = f"{quote_value(item.section)} is not imported: a bulk file has no such list"
                self._losses.append(NOT_IMPORTED.finding(item.place, message))
        self._losses += members.findings()

    def entities(self) -> Iterator[dict[str, Any]]:
        members = MemberFilter(is_cloudformation_spelling=True)
        for item in self._items:
            if item.section == ENTITIES:
                entity = members.entity(item.require_id("entityId"), item.place_of)
                added = self._added.pop(entity["entityId"], None)
                if added is not None:
                    entity["components"] = {
                        **entity.get("components", {}),
                        **self._components(added, members),
                    }
                yield entity
        for entity_id, added in self._added.items():
            message = f"entity {quote_value(entity_id)} is not in the file, which adds components to it"
            remedy = "write its name and parent into the definition, or move the components to its entity"
            self._losses.append(NEEDS_A_DECISION.finding(added[0].place, message, remedy))
            components = self._components(added, members)
            yield {"entityId": entity_id, "entityName": entity_id, "components": components}
        self._losses += members.findings()

    def _components(self, added: list[JsonItem], members: MemberFilter) -> dict[str, Any]:
        components = {}
        for item in added:
            own = members.component(item.value, item.place_of, _READ_ONLY)
            components[item.value["componentName"]] = {
                name: value for name, value in own.items() if name not in _ENTITY_OF_COMPONENT
            }
        return components


_READ_ONLY: Final = frozenset({"componentExternalId"})


def _require_mapping(item: JsonItem) -> None:
    if not isinstance(item.value, dict):
        message = f'an item of "{item.section}" is {quote_value(item.value)}'
        raise reading_error(item.file, item.mark, WRONG_TYPE, message, "write a mapping of its members")


def _unknown_section(item: JsonItem) -> Finding:
    message = f"{quote_value(item.section)} is not a list of a bulk file"
    return UNKNOWN_KEY.finding(item.place, message, did_you_mean(str(item.section), SECTIONS))

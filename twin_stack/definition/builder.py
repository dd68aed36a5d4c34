"""Definitions written in Python: the same members, checks and findings as definition files.

A finding names the line of the Python file that adds what is wrong.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from twin_stack.definition.budget import Budget
from twin_stack.definition.document_builder import MAX_DEPTH, value_size
from twin_stack.definition.loader import check_files, require_definition
from twin_stack.definition.phases.read import Document, ModelFiles, read_assets
from twin_stack.definition.rules.members import DUPLICATE_ID, VALUE_NOT_ALLOWED, WRONG_TYPE
from twin_stack.definition.rules.reading import UNSUPPORTED_YAML
from twin_stack.definition.source import LocatedList, LocatedMap, at
from twin_stack.definition.unchecked import LostIds
from twin_stack.definition.wording import quote_value

if TYPE_CHECKING:
    from typing import Unpack

    from twin_stack.definition.builder_members import (
        ComponentTypeMembers,
        ConnectorMembers,
        EntityMembers,
        IngestMembers,
        SceneMembers,
        TwinMembers,
    )
    from twin_stack.definition.findings import Finding, Findings, Location
    from twin_stack.definition.rule import Rule
    from twin_stack.definition.source import Mark
    from twin_stack.definition.twin_definition import TwinDefinition

_ALLOWED: Final = "text, numbers, booleans, None, mappings and lists"


class DefinitionBuilder:
    """Builds the definition of a twin from Python values.

    Members have the names of definition files, which are the service's own, and the values of definition
    files: mappings, lists, text, numbers, booleans. ``build`` applies the same checks as ``load``.

    Example:
        ```python
        from twin_stack import DefinitionBuilder, DigitalTwin

        builder = DefinitionBuilder(workspaceId="plant")
        builder.add_connector("telemetry", kind="dynamodb")
        builder.add_component_type(
            "com.example.Pump",
            propertyDefinitions={"pressure": {"dataType": "DOUBLE", "isTimeSeries": True}},
            functions={"dataReader": {"connector": "telemetry"}},
        )
        for number in range(1, 9):
            builder.add_entity(
                f"pump-{number}",
                entityName=f"Pump {number}",
                components={"pump": {"componentTypeId": "com.example.Pump"}},
            )
        DigitalTwin(self, "Twin", definition=builder.build())
        ```

    Args:
        assets: The folder of models and textures. Default: none.
        **members: The members of ``twin.yaml``: ``workspaceId``, ``description``, ``tags`` and so on.
            Connectors and ingests are added by ``add_connector`` and ``add_ingest``.
    """

    def __init__(self, *, assets: Path | None = None, **members: Unpack[TwinMembers]) -> None:
        self._call = _calling_line()
        self._assets = assets
        self._members: Mapping[str, object] = members
        self._parts = {"connectors": list[_Addition](), "ingest": list[_Addition]()}
        self._items = {
            "component_types": list[_Addition](),
            "entities": list[_Addition](),
            "scenes": list[_Addition](),
        }

    def add_connector(self, name: str, **members: Unpack[ConnectorMembers]) -> None:
        """Add a data connector.

        Args:
            name: The name that functions of component types use.
            **members: The members of a connector in ``twin.yaml``, such as ``kind``.
        """
        self._parts["connectors"].append(_Addition(_calling_line(), name, members))

    def add_ingest(self, name: str, **members: Unpack[IngestMembers]) -> None:
        """Add messages of devices that AWS IoT Core writes to the twin's telemetry.

        Args:
            name: A name of your own.
            **members: The members of an ingest in ``twin.yaml``, such as ``topic``.
        """
        self._parts["ingest"].append(_Addition(_calling_line(), name, members))

    def add_component_type(self, component_type_id: str, **members: Unpack[ComponentTypeMembers]) -> None:
        """Add a component type.

        Args:
            component_type_id: The id of the component type.
            **members: The members of a component type, such as ``propertyDefinitions``.
        """
        self._items["component_types"].append(_Addition(_calling_line(), component_type_id, members))

    def add_entity(self, entity_id: str, **members: Unpack[EntityMembers]) -> None:
        """Add an entity. Parents may be added after their children.

        Args:
            entity_id: The id of the entity.
            **members: The members of an entity, such as ``entityName`` and ``components``.
        """
        self._items["entities"].append(_Addition(_calling_line(), entity_id, members))

    def add_scene(self, scene_id: str, **members: Unpack[SceneMembers]) -> None:
        """Add a scene.

        Args:
            scene_id: The id of the scene.
            **members: The members of the viewer's document, such as ``nodes``, and ``description``,
                ``capabilities`` and ``sceneMetadata``.
        """
        self._items["scenes"].append(_Addition(_calling_line(), scene_id, {"sceneId": scene_id, **members}))

    def build(self) -> TwinDefinition:
        """Check what was added and return the definition.

        The builder can be used further; a definition that was returned does not change.

        Raises:
            DefinitionError: With every mistake, each with the line that adds it.
        """
        return require_definition(*self.check())

    def check(self) -> tuple[TwinDefinition | None, list[Finding]]:
        """Check what was added, without raising.

        Returns:
            The definition, None when there are errors, and all findings in the order of files and lines.
        """
        return check_files(self._content, self._call.file)

    def _content(self, findings: Findings) -> ModelFiles | None:
        refusals: list[Finding] = []
        documents = {
            kind: [_document(kind, addition, refusals) for addition in additions]
            for kind, additions in self._items.items()
        }
        duplicates: list[Finding] = []
        twin_file = self._twin_file(refusals, duplicates)
        findings += [*refusals, *duplicates]
        if refusals:  # as with a file that cannot be read, the rest would follow from them
            return None
        budget = Budget(self._call.file)
        budget.fit_engine(twin_file.root)
        for document in (twin_file, *(document for listed in documents.values() for document in listed)):
            budget.spend_values(value_size(document.root))
        assets = {} if self._assets is None else read_assets(self._assets, findings)
        return ModelFiles(
            folder=self._call.file.parent,
            twin_file=twin_file,
            documents=MappingProxyType(documents),
            assets_folder=self._assets or self._call.file.parent / "assets",
            assets=assets,
            lost=LostIds(),
            budget=budget,
        )

    def _twin_file(self, refusals: list[Finding], duplicates: list[Finding]) -> Document:
        converter = _Converter(self._call, refusals)
        root = converter.map(self._members)
        for part, additions in self._parts.items():
            if not additions:
                continue
            container = root.setdefault(part, LocatedMap(self._call.file, self._call.mark))
            if not isinstance(container, LocatedMap):
                continue  # the schema refuses the value that was passed
            for addition in additions:
                place = addition.call
                if addition.item_id in container:
                    first = at(container, addition.item_id, of_key=True)
                    message = f"{part} {quote_value(addition.item_id)} is added twice, first at {first}"
                    duplicates.append(DUPLICATE_ID.finding(place.location, message, "rename or remove one"))
                    continue
                value = _Converter(place, refusals).map(addition.members)
                converter.put(container, addition.item_id, value, place.mark)
        return Document(self._call.file, root)


@dataclass(frozen=True, slots=True)
class _Call:
    """The place of a call in the caller's file."""

    file: Path
    mark: Mark

    @property
    def location(self) -> Location:
        return at(LocatedMap(self.file, self.mark))


@dataclass(frozen=True, slots=True)
class _Addition:
    """What one call adds."""

    call: _Call
    item_id: str
    members: Mapping[str, object]


def _calling_line() -> _Call:
    """Return the place of the call of a method of the builder."""
    frame = sys._getframe(2)
    positions = next(islice(frame.f_code.co_positions(), frame.f_lasti // 2, None))
    line, column = positions[0] or frame.f_lineno, (positions[2] or 0) + 1
    return _Call(Path(frame.f_code.co_filename), (line, column))


def _document(kind: str, addition: _Addition, refusals: list[Finding]) -> Document:
    """Return an addition as the content of a file of its own."""
    converter = _Converter(addition.call, refusals)
    members = converter.map(addition.members)
    if kind == "scenes":
        return Document(addition.call.file, members)
    root = LocatedMap(addition.call.file, addition.call.mark)
    converter.put(root, addition.item_id, members, addition.call.mark)
    return Document(addition.call.file, root)


class _Converter:
    """Gives Python values the form of values that were read, with the place of the call."""

    def __init__(self, call: _Call, refusals: list[Finding]) -> None:
        self._call = call
        self._refusals = refusals

    def map(self, members: Mapping[Any, object]) -> LocatedMap:
        return self._map(members, 1)

    def put(self, target: LocatedMap, key: str, value: object, mark: Mark) -> None:
        target[key] = value
        target.key_marks[key] = target.value_marks[key] = mark
        target.size += 1 + value_size(value)

    def _value(self, value: object, depth: int) -> object:
        """Return a value as a reader returns it; None, with a finding, where no file can hold it."""
        if depth > MAX_DEPTH:
            self._refuse(UNSUPPORTED_YAML, f"a value is nested deeper than {MAX_DEPTH} levels", "flatten it")
            return None
        if isinstance(value, Mapping):
            return self._map(value, depth)
        if isinstance(value, Sequence) and not isinstance(value, str | bytes):
            return self._list(value, depth)
        if isinstance(value, float) and not math.isfinite(value):
            self._refuse(VALUE_NOT_ALLOWED, f"a number is {value}", "leave it out")
        elif not (value is None or isinstance(value, str | int | float)):
            message = f"a value is of type {type(value).__name__}, allowed are {_ALLOWED}"
            self._refuse(WRONG_TYPE, message, "convert it")
        return value

    def _map(self, values: Mapping[Any, object], depth: int) -> LocatedMap:
        container = LocatedMap(self._call.file, self._call.mark)
        for key, value in values.items():
            if isinstance(key, str):
                self.put(container, key, self._value(value, depth + 1), self._call.mark)
            else:
                self._refuse(WRONG_TYPE, f"a key is {quote_value(key)}, not text", "write it as text")
        return container

    def _list(self, values: Sequence[object], depth: int) -> LocatedList:
        items = LocatedList(self._call.file, self._call.mark)
        for value in values:
            items.append(self._value(value, depth + 1))
            items.value_marks.append(self._call.mark)
            items.size += value_size(items[-1])
        return items

    def _refuse(self, rule: Rule, message: str, remedy: str) -> None:
        self._refusals.append(rule.finding(self._call.location, message, remedy))

"""Component types and entities as requests of the API take them: what exports write."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from twin_stack.definition.resolve import stored_externally
from twin_stack.definition.rules.imports import NEEDS_A_DECISION, NOT_EXPORTED
from twin_stack.definition.source import at, locate
from twin_stack.formats.losses import GatheredLosses

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import BinaryIO

    from twin_stack.definition.findings import Finding, Location
    from twin_stack.definition.schema import (
        ComponentType,
        Entity,
        Function,
        PropertyDefinition,
        TwinFile,
    )
    from twin_stack.definition.source import LocatedMap

_OWN_PROPERTY_MEMBERS: Final = ("expression", "window", "variables")
_RESPONSE_FLAGS: Final = {"is_inherited", "is_imported", "is_final"}
_TARGET_MEMBERS: Final = {"targetEntityId", "targetComponentName"}
_BY_STACK: Final = "the stack of this definition does it"
_OF_WORKSPACE: Final = "it belongs to the workspace, which exists before the file is used"
_TWIN_MEMBERS: Final = {
    "dataName": _BY_STACK,
    "description": _OF_WORKSPACE,
    "ingest": _BY_STACK,
    "existing": _BY_STACK,
    "sceneFolder": _BY_STACK,
    "tags": _OF_WORKSPACE,
    "renames": "the file holds ids, and no former ones",
}


class ServiceJson:
    """Writes component types and entities in the members of the API, and notes what they cannot hold.

    Args:
        twin: Content of ``twin.yaml``.
        source: What was read of it, with places.
        has_parts: Whether the form holds composite components.
    """

    def __init__(self, twin: TwinFile, source: LocatedMap, *, has_parts: bool) -> None:
        self._twin = twin
        self._source = source
        self._has_parts = has_parts
        self._losses = GatheredLosses(NOT_EXPORTED, "is not exported")
        self._placeholders: dict[str, str] = {}
        for name, reason in _TWIN_MEMBERS.items():
            if name in source:
                self.lose(name, at(source, name, of_key=True), reason)

    def findings(self) -> list[Finding]:
        """Return a finding for each thing that was left out."""
        return [*self._losses.findings(), *map(self._placeholder_finding, self._placeholders)]

    def lose(self, name: str, place: Location, reason: str) -> None:
        """Note a thing that the form cannot hold.

        Args:
            name: Its name in the definition.
            place: Its place.
            reason: Why it is lost.
        """
        self._losses.add(name, lambda: place, reason)

    def component_type(self, own: ComponentType, source: LocatedMap) -> dict[str, Any]:
        """Return the members of a component type.

        Args:
            own: The type, without what it inherits.
            source: What was read of it, with places.
        """
        document = _dump(own, exclude={"property_definitions", "functions", "alarms"})
        if own.property_definitions:
            document["propertyDefinitions"] = {
                name: self._property_definition(name, definition, source)
                for name, definition in own.property_definitions.items()
            }
        if own.functions:
            document["functions"] = {
                name: self._function(function) for name, function in own.functions.items()
            }
        if own.alarms:
            self.lose("alarms", at(source, "alarms", of_key=True), _BY_STACK)
        if not self._has_parts and document.pop("compositeComponentTypes", None):
            reason = "the form has no composite components"
            self.lose("compositeComponentTypes", at(source, "compositeComponentTypes", of_key=True), reason)
        return document

    def entity(self, entity: Entity, source: LocatedMap) -> dict[str, Any]:
        """Return the members of an entity.

        Args:
            entity: The entity, with typed values.
            source: What was read of it, with places.
        """
        document = _without_empty(_dump(entity), ("components", "compositeComponents"))
        for name in ("components", "compositeComponents"):
            for key, component in document.get(name, {}).items():
                document[name][key] = _without_empty(component, ("properties", "propertyGroups"))
        if not self._has_parts and document.pop("compositeComponents", None):
            reason = "the form has no composite components"
            self.lose("compositeComponents", at(source, "compositeComponents", of_key=True), reason)
        return document

    def _property_definition(
        self, name: str, definition: PropertyDefinition, source: LocatedMap
    ) -> dict[str, Any]:
        for member in _OWN_PROPERTY_MEMBERS:
            if getattr(definition, member) is not None:
                self.lose(member, locate(source, ["propertyDefinitions", name, member]), _BY_STACK)
        document = _dump(definition, exclude={*_OWN_PROPERTY_MEMBERS, *_RESPONSE_FLAGS})
        if stored_externally(definition):
            document["isStoredExternally"] = True
        return document

    def _function(self, function: Function) -> dict[str, Any]:
        document = _dump(function, exclude={"connector", "is_inherited"})
        if function.connector is not None:
            return {"implementedBy": {"lambda": {"arn": self._arn(function.connector)}}, **document}
        return document

    def _arn(self, connector: str) -> str:
        arn = self._twin.connectors[connector].arn if connector in self._twin.connectors else None
        if arn is not None:
            return arn
        words = "".join(letter if letter.isalnum() else "_" for letter in connector).upper()
        return self._placeholders.setdefault(connector, f"__TO_FILL_IN_{words}_LAMBDA_ARN__")

    def _placeholder_finding(self, connector: str) -> Finding:
        place = locate(self._source, ["connectors", connector])
        message = f'the function of connector "{connector}" exists only where this definition is deployed'
        remedy = f"replace {self._placeholders[connector]} in the export by the ARN of a function"
        return NEEDS_A_DECISION.finding(place, message, remedy)


def _dump(model: Any, exclude: set[str] | None = None) -> dict[str, Any]:
    """Return the members of a model that were written, in the service's spelling."""
    document: dict[str, Any] = model.model_dump(
        by_alias=True, exclude_unset=True, exclude_none=True, exclude=exclude
    )
    return document


def _without_empty(document: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: value for name, value in document.items() if name not in names or value}


def capital_targets(value: Any) -> Any:
    """Return a document with the targets of relationships in CloudFormation's spelling, as bulk files have.

    Args:
        value: A document of the API.
    """
    if isinstance(value, dict):
        target = value.get("relationshipValue")
        if isinstance(target, dict) and target.keys() <= _TARGET_MEMBERS:
            return {
                "relationshipValue": {f"{name[:1].upper()}{name[1:]}": item for name, item in target.items()}
            }
        return {name: capital_targets(item) for name, item in value.items()}
    if isinstance(value, list):
        return [capital_targets(item) for item in value]
    return value


def write_list(file: BinaryIO, items: Iterable[dict[str, Any]]) -> None:
    """Write a JSON list, one item a line.

    Args:
        file: Where to write.
        items: The items.
    """
    separator = b"[\n"
    for item in items:
        file.write(separator + json.dumps(item, ensure_ascii=False).encode())
        separator = b",\n"
    file.write(b"[]" if separator == b"[\n" else b"\n]")

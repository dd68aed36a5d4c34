"""Rule of entries of ``renames`` that have no effect."""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin_stack.definition.alarms import inherited_alarms
from twin_stack.definition.devices import device_of
from twin_stack.definition.findings import Severity
from twin_stack.definition.ingest import history_reader
from twin_stack.definition.managed_types import managed_types
from twin_stack.definition.renamed import RenameMap, key_place, renamed_entries
from twin_stack.definition.resolve import stored_externally
from twin_stack.definition.rule import rule
from twin_stack.definition.wording import quote_value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from twin_stack.definition.findings import Finding
    from twin_stack.definition.resolve import ResolvedType
    from twin_stack.definition.schema import TwinFile
    from twin_stack.definition.unchecked import UncheckedDefinition

_REASONS = {
    "entities": "no component of it has history under the id of the entity",
    "components": "neither rows nor assets have names of components, so they keep their history without it",
    "properties": "no store that the twin reads has values under its name",
    "parts": "only assets of AWS IoT SiteWise that the twin manages have names of parts",
    "component_types": "no store that the twin reads has the id of the type",
    "connectors": "the twin creates no function for it",
    "ingests": "it has no basicIngest, so devices do not name its rule",
}


@rule("TWIN104", "rename-without-effect", severity=Severity.WARNING)
def rename_without_effect(definition: UncheckedDefinition) -> Iterator[Finding]:
    """Note entries of ``renames`` that do nothing.

    An entry of `renames` has no effect, because nothing is stored under the old id that something reads.

    It is a warning. An entry that may still find rows of a table, an asset, a rule that devices name or a
    scene is never reported, because only you know whether old rows, old firmware or old links exist.

    Bad:
        entities/e.yaml:
            machine-1:
              entityName: Machine 1
        twin.yaml:
            workspaceId: my-twin
            renames:
              entities: {press: machine-1}

    Finding:
        twin.yaml:3:14 TWIN104 warning: this entry has no effect on entity "machine-1": no component of it has
        history under the id of the entity; remove it

    Fix:
        Remove the entry.

    Good:
        twin.yaml:
            workspaceId: my-twin

    Args:
        definition: The definition.
    """
    if definition.twin is None:
        return
    effects = _Effects(definition, definition.twin)
    for renamed, old, new in renamed_entries(definition):
        present = renamed.present_id(new)
        if renamed.declared is None or present not in renamed.declared:
            continue  # another rule reports it
        if not effects.has_effect(renamed, old, present):
            place = key_place(definition, renamed.path, old)
            message = (
                f"this entry has no effect on {renamed.label} {quote_value(present)}: "
                f"{_REASONS[renamed.kind]}"
            )
            yield rename_without_effect.finding(place, message, "remove it")


class _Effects:
    """Answers whether an entry has an effect.

    Args:
        definition: The definition.
        twin: Its twin file.
    """

    def __init__(self, definition: UncheckedDefinition, twin: TwinFile) -> None:
        self._definition = definition
        self._managed = managed_types(definition)
        self._connectors = twin.connectors
        self._ingests = twin.ingest
        self._alarms = inherited_alarms(definition.component_types)

    def has_effect(self, renamed: RenameMap, old: str, present: str) -> bool:
        """Return whether an entry has an effect.

        Args:
            renamed: The entries of its kind.
            old: The old id.
            present: The present id.
        """
        if self._definition.has_lost("connectors") or self._definition.has_lost("ingest"):
            return True  # what it has an effect on is not known
        effects: dict[str, Callable[[], bool]] = {
            "entities": lambda: self._has_history(present),
            "components": lambda: False,
            "properties": lambda: any(
                self._reads(type_id, present, old) for type_id in self._heirs(renamed.owner)
            ),
            "parts": lambda: bool(self._managed),
            "component_types": lambda: self._has_rows_of_type(present),
            "connectors": lambda: self._connectors[present].kind in {"dynamodb", "sitewise"},
            "ingests": lambda: self._ingests[present].basic_ingest,
            "scenes": lambda: True,  # the old id stays
        }
        return effects[renamed.kind]()

    def _heirs(self, type_id: str) -> Iterator[str]:
        """Yield a component type and those that extend it."""
        for heir in self._definition.component_types:
            if heir == type_id or type_id in self._definition.ancestors.get(heir, ()):
                yield heir

    def _has_history(self, entity_id: str) -> bool:
        entity = self._definition.entities.get(entity_id)
        if entity is None:
            return True  # it has mistakes
        types = self._definition.resolved_types
        pending = [(component.component_type_id, component) for component in entity.components.values()]
        for type_id, component in pending:
            resolved = types.get(type_id)
            if resolved is None or type_id in self._managed or resolved.parts:
                return True  # parts of a component have no external id, unless the entity gives them one
            reader = self._connectors.get(history_reader(resolved) or "")
            key_property = reader.key_property if reader is not None else None
            if device_of(component, resolved, key_property) is None and self._has_rows(resolved):
                return True
        return False

    def _has_rows(self, resolved: ResolvedType) -> bool:
        """Return whether a DynamoDB connector reads a type, or alarms evaluate its rows."""
        return bool(self._tables(resolved)) or resolved.component_type_id in self._alarms

    def _tables(self, resolved: ResolvedType) -> list[str]:
        names = {function.connector for function in resolved.functions.values() if function.connector}
        return [
            name
            for name in sorted(names)
            if name in self._connectors and self._connectors[name].kind == "dynamodb"
        ]

    def _reads(self, type_id: str, name: str, former: str) -> bool:
        resolved = self._definition.resolved_types[type_id]
        own = resolved.properties.get(name)
        if own is None or type_id in self._managed:
            return True
        attribute = (own.configuration or {}).get("attribute", name)
        return stored_externally(own) and attribute != former and self._has_rows(resolved)

    def _has_rows_of_type(self, type_id: str) -> bool:
        resolved = self._definition.resolved_types[type_id]
        has_index = any(
            self._connectors[name].reads_telemetry_table or self._connectors[name].component_type_index
            for name in self._tables(resolved)
        )
        return type_id in self._managed or has_index or type_id in self._alarms

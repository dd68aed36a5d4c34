"""A whole twin, checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from twin_stack.definition.source import locate

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from twin_stack.definition.findings import Finding, Location
    from twin_stack.definition.graph import Ancestors
    from twin_stack.definition.resolve import ResolvedType
    from twin_stack.definition.schema.component_type import ComponentType
    from twin_stack.definition.schema.connector import Connector
    from twin_stack.definition.schema.entity import Entity
    from twin_stack.definition.schema.renames import Renames
    from twin_stack.definition.schema.scene import Scene
    from twin_stack.definition.schema.twin_file import TwinFile
    from twin_stack.definition.source import LocatedMap


@dataclass(frozen=True, slots=True)
class TwinDefinition:
    """A whole twin, checked: references resolve, values are in the service's form, parents precede children.

    Attributes:
        twin: Content of ``twin.yaml``.
        component_types: By id, parents first.
        entities: By id, parents first.
        scenes: By id.
        resolved_types: Component types with all that they inherit, by id, those of AWS among them.
        ancestors: Ids of the types that a component type extends, directly or not, by id, nearest first.
        assets: Folder of models and textures, None where the twin has none.
        asset_files: Files of that folder by their path in it: regular files that are inside of it.
        warnings: Findings that do not stop a deployment.
        sources: What was written, by kind (``component_types``, ``entities``, ``scenes``) and id.
    """

    twin: TwinFile
    component_types: Mapping[str, ComponentType]
    entities: Mapping[str, Entity]
    scenes: Mapping[str, Scene]
    resolved_types: Mapping[str, ResolvedType]
    ancestors: Ancestors
    assets: Path | None
    asset_files: Mapping[str, Path]
    warnings: tuple[Finding, ...]
    sources: Mapping[tuple[str, str], LocatedMap]

    @property
    def workspace_id(self) -> str:
        """Id of the workspace."""
        return self.twin.workspace_id

    @property
    def connectors(self) -> Mapping[str, Connector]:
        """Connectors by the name that functions use."""
        return self.twin.connectors

    @property
    def created_connectors(self) -> list[str]:
        """Names of connectors whose functions a twin creates."""
        return [
            name for name, connector in self.connectors.items() if connector.kind in ("dynamodb", "sitewise")
        ]

    @property
    def renames(self) -> Renames:
        """Former ids, which ``twin_stack.definition.former_ids`` reads."""
        return self.twin.renames

    def location(self, kind: str, item_id: str, *path: str | int) -> Location:
        """Return where a value was written.

        Args:
            kind: ``component_types``, ``entities`` or ``scenes``.
            item_id: Id of the component type, entity or scene.
            path: Keys from there to the value, in the service's spelling, such as
                ``"components", "temperatureSensor", "properties", "sensorModel"``.

        Returns:
            File, line and column; of the nearest container where the value itself was not written.

        Raises:
            KeyError: There is no such item.
        """
        return locate(self.sources[kind, item_id], path)

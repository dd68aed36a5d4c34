"""A twin of thousands of entities from registers, with what GetEntity has to say of each."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from aws_cdk import App, CfnResource

from tests.support.deployments import deploy_app, destroy_stack
from tests.support.templates import cdk_context
from twin_stack import TwinStack, load
from twin_stack.client.access import pages

if TYPE_CHECKING:
    from pathlib import Path

    from twin_stack.definition import TwinDefinition
    from twin_stack.pytest_plugin import LocalTwin

_READERS = 4
_TYPES = """
com.example.Pump:
  propertyDefinitions:
    serial: STRING
    power: {dataType: DOUBLE, defaultValue: 5}
"""


class RegisterPlant:
    """A twin with ``engine: bulk`` of pumps on lines, from registers that a test changes.

    Args:
        twin: The embedded AWS.
        folder: Where the definition is written.
        pumps: Number of pumps.
        lines: Number of lines.

    Attributes:
        twin: The embedded AWS, which may be another one that has the same state.
        lines: The parent of each line.
        pumps: Line, name, serial number and power of each pump.
        renames: Ids of the present definition by former ids.
        description: Of the workspace.
    """

    def __init__(self, twin: LocalTwin, folder: Path, *, pumps: int, lines: int) -> None:
        self.workspace = f"ws-{uuid.uuid4().hex[:8]}"
        self.lines = {f"line-{number}": "plant" for number in range(lines)}
        self.pumps = {
            f"pump-{number:05}": [f"line-{number % lines}", f"Pump {number}", f"S{number}", str(number)]
            for number in range(pumps)
        }
        self.renames: dict[str, str] = {}
        self.description = "Pumps"
        self.twin = twin
        self._folder = folder
        for name in ("component_types", "entities"):
            (folder / name).mkdir()
        (folder / "component_types" / "pump.yaml").write_text(_TYPES)
        (folder / "entities" / "plant.yaml").write_text("plant: {entityName: Plant}\n")
        (folder / "entities" / "lines.yaml").write_text(
            'forEach: {csv: lines.csv}\nentity: {entityId: "${row.id}", entityName: "${row.id}",'
            ' parentEntityId: "${row.parent}"}\n'
        )
        (folder / "entities" / "pumps.yaml").write_text(
            'forEach: {csv: pumps.csv}\nentity:\n  entityId: "${row.id}"\n  entityName: "${row.name}"\n'
            '  parentEntityId: "${row.line}"\n  components:\n    pump:\n'
            "      componentTypeId: com.example.Pump\n"
            '      properties: {serial: "${row.serial}", power: "${row.power}"}\n'
        )

    def deploy(self, *, broken: bool = False) -> None:
        """Deploy the twin; when ``broken``, with a resource that fails after the entities."""
        deploy_app(self.twin, self.synthesize(broken=broken))

    def synthesize(self, *, broken: bool = False) -> str:
        """Return the folder of the twin's cloud assembly; for ``broken`` see ``deploy``."""
        definition = self._write()
        app = App(context=cdk_context())
        stack = TwinStack(app, self.workspace, definition=definition, operations=None)
        if broken:
            failing = CfnResource(
                stack,
                "Broken",
                type="AWS::IoTTwinMaker::Scene",
                properties={
                    "WorkspaceId": "missing",
                    "SceneId": "broken",
                    "ContentLocation": "s3://missing/scene.json",
                },
            )
            failing.node.add_dependency(stack.twin.bulk_entities)
        return str(app.synth().directory)

    def destroy(self) -> str:
        """Destroy the stack and return its status."""
        return destroy_stack(self.twin, self.workspace)

    def expected(self) -> dict[str, Any]:
        """Return what GetEntity has to say of each entity of the registers."""
        rows: dict[str, Any] = {"plant": ("$ROOT", "Plant", None)}
        rows |= {line: (parent, line, None) for line, parent in self.lines.items()}
        rows |= {
            pump: (line, name, (serial, float(power)))
            for pump, (line, name, serial, power) in self.pumps.items()
        }
        return rows

    def live(self) -> dict[str, Any]:
        """Return the same from the service."""
        client = self.twin.client("iottwinmaker")
        scope = {"workspaceId": self.workspace}
        ids = [
            summary["entityId"]
            for summary in pages(client.list_entities, "entitySummaries", **scope, maxResults=200)
        ]
        with ThreadPoolExecutor(_READERS) as readers:
            entities = list(readers.map(lambda name: client.get_entity(**scope, entityId=name), ids))
        rows = {}
        for entity in entities:
            values = None
            if "pump" in entity["components"]:
                properties = entity["components"]["pump"]["properties"]
                values = (
                    properties["serial"]["value"]["stringValue"],
                    properties["power"]["value"]["doubleValue"],
                )
            rows[entity["entityId"]] = (entity["parentEntityId"], entity["entityName"], values)
        return rows

    def _write(self) -> TwinDefinition:
        renames = "".join(f"    {old}: {new}\n" for old, new in self.renames.items())
        (self._folder / "twin.yaml").write_text(
            f"workspaceId: {self.workspace}\ndescription: {self.description}\nengine: bulk\n"
            + (f"renames:\n  entities:\n{renames}" if renames else "")
        )
        lines = "".join(f"{line},{parent}\n" for line, parent in self.lines.items())
        (self._folder / "entities" / "lines.csv").write_text(f"id,parent\n{lines}")
        pumps = "".join(f"{pump},{','.join(row)}\n" for pump, row in self.pumps.items())
        (self._folder / "entities" / "pumps.csv").write_text(f"id,line,name,serial,power\n{pumps}")
        return load(self._folder)

"""A twin of 600 entities: sites, halls, lines and machines of types that extend each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

SITES: Final = 4
HALLS: Final = 4
"""Of each site."""
LINES: Final = 4
"""Of each hall."""
MACHINES: Final = 8
"""Of each line. With the entities above them and the 12 of the yard, the twin has 608 entities."""

_TWIN: Final = """\
workspaceId: generated
connectors: {telemetry: {kind: dynamodb}}
ingest:
  flows: {topic: site/+/flow, deviceId: topic(2), componentTypeId: com.example.Pump}
"""
_TYPES: Final = """\
com.example.Asset:
  propertyDefinitions:
    serial: STRING
    limit: {dataType: DOUBLE, defaultValue: 80}
com.example.Machine:
  extendsFrom: [com.example.Asset]
  propertyDefinitions: {feeds: RELATIONSHIP}
com.example.Rotating:
  extendsFrom: [com.example.Machine]
  propertyDefinitions: {speed: {dataType: DOUBLE, isTimeSeries: true}}
  functions: {dataReader: {connector: telemetry}}
  alarms: {fast: {property: speed, above: 3000}}
com.example.Pump:
  extendsFrom: [com.example.Rotating]
  propertyDefinitions: {flow: {dataType: DOUBLE, isTimeSeries: true}}
com.example.Fan: {extendsFrom: [com.example.Rotating]}
com.example.Alarm:
  extendsFrom: [com.amazon.iottwinmaker.alarm.basic]
  functions: {dataReader: {connector: telemetry}}
"""


def write_generated_twin(folder: Path) -> None:
    """Write the files of the twin.

    Args:
        folder: The folder, which exists.
    """
    files = {"twin.yaml": _TWIN, "component_types/machines.yaml": _TYPES}
    for site in range(1, SITES + 1):
        files[f"entities/site-{site}.yaml"] = "\n".join(_site(f"s{site}")) + "\n"
        files[f"scenes/site-{site}.yaml"] = "\n".join(_scene(f"s{site}")) + "\n"
    files["entities/yard.yaml"] = "".join(
        f"tank-{number}: {{entityName: Tank {number}}}\n" for number in range(12)
    )
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")


def _site(site: str) -> list[str]:
    lines = [f"{site}: {{entityName: Site {site[1:]}}}"]
    for hall in (f"{site}-h{number}" for number in range(1, HALLS + 1)):
        lines.append(f"{hall}: {{entityName: Hall {hall}, parentEntityId: {site}}}")
        for line in (f"{hall}-l{number}" for number in range(1, LINES + 1)):
            lines.append(f"{line}: {{entityName: Line {line}, parentEntityId: {hall}}}")
            for number in range(1, MACHINES + 1):
                machine, kind = f"{line}-m{number:02}", "Pump" if number % 2 else "Fan"
                properties = f"serial: {machine.upper()}, feeds: {line}-m{number % MACHINES + 1:02}"
                lines += [
                    f"{machine}:",
                    f"  entityName: {kind} {machine}",
                    f"  parentEntityId: {line}",
                    "  components:",
                    f"    machine: {{componentTypeId: com.example.{kind}, properties: {{{properties}}}}}",
                    *(
                        [
                            "    alarm:",
                            "      componentTypeId: com.example.Alarm",
                            f"      properties: {{alarm_key: {machine}-alarm}}",
                        ]
                        if number == 1
                        else []
                    ),
                ]
    return lines


def _scene(site: str) -> list[str]:
    lines = [
        "nodes:",
        f"  - name: Site {site[1:]}",
        "    components: [{type: Light, lightType: Ambient}]",
        "    children:",
    ]
    for hall in range(1, HALLS + 1):
        for line in range(1, LINES + 1):
            context = f"{{entityId: {site}-h{hall}-l{line}-m01, componentName: machine, propertyName: flow}}"
            lines += [
                f"      - name: Line {hall}.{line}",
                f"        transform: {{position: [{hall * 10}, 0, {line * 5}]}}",
                f"        components: [{{type: Tag, valueDataBinding: {{dataBindingContext: {context}}}}}]",
            ]
    return lines

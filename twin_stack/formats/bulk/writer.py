"""A definition as a bulk file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twin_stack.definition.findings import Location
from twin_stack.formats.definition_source import DefinitionStream
from twin_stack.formats.kinds import Exported
from twin_stack.formats.service_json import ServiceJson, capital_targets, write_list
from twin_stack.output_files import replacing_file

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from twin_stack.formats.kinds import ExportOptions

_PROGRESS_ENTITIES = 10_000


def export_twin(model: Path, target: Path, options: ExportOptions) -> Exported:
    """Write a definition as a bulk file, one item a line. Memory holds one file of entities at a time.

    Args:
        model: The folder of the definition.
        target: The file to write.
        options: What the user chose.

    Raises:
        DefinitionError: The definition has mistakes; nothing is written.
        OSError: The file cannot be written.
    """
    definition = DefinitionStream(model)
    service = ServiceJson(definition.twin, definition.sources["twin", ""], has_parts=False)

    def component_types() -> Iterable[dict[str, Any]]:
        for own in definition.component_types():
            source = definition.sources["component_types", own.component_type_id]
            yield service.component_type(own, source)

    def entities() -> Iterable[dict[str, Any]]:
        for number, (entity, source) in enumerate(definition.entities(), start=1):
            yield capital_targets(service.entity(entity, source))
            if number % _PROGRESS_ENTITIES == 0:
                options.progress(f"entities: {number:,}")

    with replacing_file(target) as file:
        file.write(b'{\n"componentTypes": ')
        write_list(file, map(capital_targets, component_types()))
        file.write(b',\n"entities": ')
        write_list(file, entities())
        file.write(b"\n}\n")
    for folder in ("scenes", "assets"):
        for path in definition.files(folder):
            service.lose(folder, Location(path, 1, 1), "the form holds component types and entities only")
    return Exported([target], service.findings())

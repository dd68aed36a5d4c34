"""The language server and the formatter on 5,000 entities."""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from pathlib import Path

from lsprotocol import types as lsp

from tests.bench.model import entities
from tests.support.editor import Editor, editor
from twin_stack.definition.format import definition_text, dump_yaml, format_text
from twin_stack.lsp.folder import TwinFolder

COUNT = 5_000
IN_A_FILE = 1_000
KEYSTROKES = 40
_TYPES = """\
com.example.Sensor:
  propertyDefinitions:
    temperature: {dataType: {type: DOUBLE, unitOfMeasure: Celsius}, isTimeSeries: true}
    humidity: {dataType: DOUBLE, isTimeSeries: true}
    sensorModel: STRING
    installDate: STRING
  functions: {dataReader: telemetry}
com.example.Place:
  propertyDefinitions: {hall: STRING, row: INTEGER, x: DOUBLE, y: DOUBLE}
"""


def write_model(folder: Path) -> Path:
    """Write a definition of 5,000 entities in five files; return the first of them.

    Args:
        folder: The twin's folder.
    """
    for name in ("component_types", "entities"):
        (folder / name).mkdir()
    (folder / "twin.yaml").write_text("workspaceId: plant-1\nconnectors: {telemetry: {kind: dynamodb}}\n")
    (folder / "component_types" / "types.yaml").write_text(_TYPES)
    rows = entities(COUNT)
    for first in range(0, COUNT, IN_A_FILE):
        chunk = {
            row["entityId"]: {**row, "entityId": row["entityId"]} for row in rows[first : first + IN_A_FILE]
        }
        file = folder / "entities" / f"{first:05d}.yaml"
        file.write_text(definition_text(chunk, "entities"))
    return folder / "entities" / "00000.yaml"


async def keystrokes(folder: Path, name: str) -> tuple[list[float], float]:
    """Return the seconds from each keystroke to the answer of a completion, and the server's CPU seconds.

    Args:
        folder: The twin's folder.
        name: The file that is typed in.
    """
    text = (folder / name).read_text(encoding="utf-8")
    line = text.count("\n")
    typed = "      componentTypeId: com.example.Sensor"
    seconds: list[float] = []
    processor_seconds = 0.0
    async with editor(folder) as client:
        client.open(name)
        start = f"{text}typed-1:\n  entityName: T\n  components:\n    c:\n"
        client.replace(name, start)
        await _analyzed(client, name)
        before = client.processor_seconds()
        for count in range(KEYSTROKES):
            column = count % len(typed)
            position = lsp.Position(line + 4, column)
            begin = time.perf_counter()
            client.versions[name] += 1
            document = lsp.VersionedTextDocumentIdentifier(client.versions[name], client.uri(name))
            change = lsp.TextDocumentContentChangePartial(
                lsp.Range(position, position), typed[column] if column else f"{typed[0]}"
            )
            client.text_document_did_change(lsp.DidChangeTextDocumentParams(document, [change]))
            await client.text_document_completion_async(
                lsp.CompletionParams(client.document(name), lsp.Position(line + 4, column + 1))
            )
            seconds.append(time.perf_counter() - begin)
            # Every fourth pause is long enough for an analysis to begin, which the next answers compete with.
            await asyncio.sleep(0.25 if count % 4 == 3 else 0.05)
        processor_seconds = client.processor_seconds() - before
    return seconds, processor_seconds / KEYSTROKES


async def _analyzed(client: Editor, name: str) -> None:
    """Wait for an analysis of the present text."""
    await client.text_document_definition_async(
        lsp.DefinitionParams(client.document(name), lsp.Position(0, 0))
    )


def section() -> str:
    """Return the section of the page."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        file = write_model(folder)
        text = file.read_text(encoding="utf-8")
        twin = TwinFolder(folder)
        first = _cpu(lambda: twin.analyze({}))
        changed = _cpu(lambda: twin.analyze({file: text.replace("Machine 1\n", "Machine one\n")}))
        formatting = _cpu(lambda: format_text(text, "entities"))
        answers, processor = asyncio.run(keystrokes(folder, "entities/00000.yaml"))
    rows = {f"machine-{index:06d}": row for index, row in enumerate(entities(100_000))}
    dumping = _cpu(lambda: dump_yaml(rows))
    median, worst = statistics.median(answers), max(answers)
    return f"""## Editors

`twin lsp` on {COUNT:,} entities of six values in files of {IN_A_FILE:,}; {KEYSTROKES} keystrokes, each with a
completion, some while an analysis of the whole definition runs in the background.

| what | time |
|---|---|
| keystroke to completion, median | {median * 1000:.0f} ms |
| keystroke to completion, CPU of the server | {processor * 1000:.0f} ms |
| keystroke to completion, longest | {worst * 1000:.0f} ms |
| first analysis of the definition, CPU | {first:.2f} s |
| analysis after a change of one file, CPU | {changed:.2f} s |
| `twin fmt` of a file of {IN_A_FILE:,} entities, CPU | {formatting:.2f} s |
| 100,000 entities written as YAML, CPU | {dumping:.1f} s |
"""


def _cpu(run: object) -> float:
    """Return the CPU seconds of a call."""
    assert callable(run)
    begin = time.process_time()
    run()
    return time.process_time() - begin

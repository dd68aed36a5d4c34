"""An editor's client, by pygls, drives the server as editors do: as a process, over its standard input."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException

from tests.definition.models import write
from tests.lsp.definitions import ENTITIES, FILES, SCENE
from tests.support.coroutines import run_in_thread
from tests.support.editor import Editor, editor
from twin_stack.definition import check

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow


def place(text: str, words: str, offset: int = 0) -> lsp.Position:
    """The position of words in a text."""
    index = text.index(words) + offset
    return lsp.Position(text.count("\n", 0, index), index - text.rfind("\n", 0, index) - 1)


def words_at(locations: Any, folder: Path) -> list[tuple[str, int, str]]:
    """File, line and words of locations."""
    result = []
    for location in locations:
        name = location.uri.removeprefix(f"{folder.as_uri()}/")
        first, last = location.range.start, location.range.end
        line = (folder / name).read_text(encoding="utf-8").split("\n")[first.line]
        result.append((name, first.line + 1, line[first.character : last.character]))
    return sorted(result)


async def labels(client: Editor, name: str, position: lsp.Position) -> list[str]:
    answer = await client.text_document_completion_async(
        lsp.CompletionParams(client.document(name), position)
    )
    assert isinstance(answer, lsp.CompletionList)
    return [item.label for item in answer.items]


async def check_mistakes(client: Editor) -> None:
    """Mistakes are shown while typing."""
    client.replace("entities/e.yaml", ENTITIES.replace("com.example.Booster", "com.example.Boster"))
    (diagnostic,) = await client.codes("entities/e.yaml", ["TWIN014"])
    assert diagnostic.range == lsp.Range(lsp.Position(4, 23), lsp.Position(4, 41))
    assert 'did you mean "com.example.Booster"?' in diagnostic.message
    assert diagnostic.severity is lsp.DiagnosticSeverity.Error
    client.replace("entities/e.yaml", "pump-1: {")
    await client.codes("entities/e.yaml", ["TWIN002"])
    client.replace("entities/e.yaml", ENTITIES)
    await client.codes("entities/e.yaml", [])


async def check_places(client: Editor) -> None:
    """Definitions and references are found in all files."""
    target = place(ENTITIES, "feeds: pump-2", 8)
    locations = await client.text_document_definition_async(
        lsp.DefinitionParams(client.document("entities/e.yaml"), target)
    )
    assert words_at(locations, client.folder) == [("entities/e.yaml", 7, "pump-2")]
    locations = await client.text_document_references_async(
        lsp.ReferenceParams(lsp.ReferenceContext(True), client.document("entities/e.yaml"), target)
    )
    assert words_at(locations, client.folder) == [
        ("entities/e.yaml", 6, "pump-2"),
        ("entities/e.yaml", 7, "pump-2"),
        ("entities/e.yaml", 8, "pump-2"),
        ("scenes/hall.yaml", 6, "pump-2"),
    ]
    bound = place(SCENE, "propertyName: flow", 15)
    locations = await client.text_document_references_async(
        lsp.ReferenceParams(lsp.ReferenceContext(False), client.document("scenes/hall.yaml"), bound)
    )
    assert words_at(locations, client.folder) == [
        ("component_types/t.yaml", 11, "flow"), ("scenes/hall.yaml", 6, "flow"),
    ]  # fmt: skip


async def rename(client: Editor) -> dict[str, Any]:
    """Return the changes of a rename by file; names that are in use or not allowed are refused."""
    document, position = client.document("entities/e.yaml"), place(ENTITIES, "pump-2: {")
    prepared = await client.text_document_prepare_rename_async(lsp.PrepareRenameParams(document, position))
    assert isinstance(prepared, lsp.PrepareRenamePlaceholder)
    assert prepared.placeholder == "pump-2"
    for name, message in (("pump-1", "in use"), ("pump 9", "not allowed")):
        with pytest.raises(JsonRpcException, match=message):
            await client.text_document_rename_async(lsp.RenameParams(document, position, name))
    edit = await client.text_document_rename_async(lsp.RenameParams(document, position, "pump-9"))
    assert edit is not None
    assert edit.changes is not None
    return dict(edit.changes)


async def check_help(client: Editor) -> None:
    """Completion, hover and formatting follow what is typed."""
    name = "entities/e.yaml"
    await client.text_document_definition_async(
        lsp.DefinitionParams(client.document(name), lsp.Position(0, 0))
    )
    unfinished = "  components:\n    c:\n      componentTypeId: com.example.\n"
    client.replace(name, f"{ENTITIES}pump-4:\n  entityName: P\n{unfinished}")
    assert await labels(client, name, lsp.Position(12, 35)) == [
        "com.example.Pump",
        "com.example.Booster",
    ]
    client.replace(name, f"{ENTITIES}pump-4:\n  entityName: P\n  par\n")
    assert "parentEntityId" in await labels(client, name, lsp.Position(10, 5))
    hover = await client.text_document_hover_async(
        lsp.HoverParams(client.document(name), place(ENTITIES, "entityName"))
    )
    assert hover is not None
    assert "letters, digits" in str(hover.contents)
    hover = await client.text_document_hover_async(
        lsp.HoverParams(client.document(name), place(ENTITIES, "com.example.Pump}"))
    )
    assert hover is not None
    assert "A pump." in str(hover.contents)
    client.replace(name, f"{ENTITIES}#  \n")
    edits = await client.text_document_formatting_async(
        lsp.DocumentFormattingParams(client.document(name), lsp.FormattingOptions(2, True))
    )
    assert edits
    assert edits[0].new_text.startswith("# yaml-language-server: $schema=../.schemas/entities.json\n")


def apply(file: Path, changes: Any) -> None:
    """Apply the changes of an editor to a file."""
    lines = file.read_text(encoding="utf-8").split("\n")
    for change in sorted(changes, key=lambda change: change.range.start, reverse=True):
        first, last = change.range.start, change.range.end
        assert first.line == last.line
        line = lines[first.line]
        lines[first.line] = line[: first.character] + change.new_text + line[last.character :]
    file.write_text("\n".join(lines), encoding="utf-8")


# One session, because the server takes a second to start.
def test_editor_has_mistakes_places_renames_and_help(tmp_path: Path) -> None:
    changes: dict[str, Any] = {}

    async def session() -> None:
        async with editor(tmp_path) as client:
            client.open("entities/e.yaml")
            client.open("scenes/hall.yaml")
            await check_mistakes(client)
            await check_places(client)
            changes.update(await rename(client))
            await check_help(client)

    write(tmp_path, FILES)
    assert check(tmp_path)[1] == []
    run_in_thread(session())

    # The rename changes all files, and writes what was renamed.
    for uri, edits in changes.items():
        apply(tmp_path / uri.removeprefix(f"{tmp_path.as_uri()}/"), edits)
    definition, findings = check(tmp_path)
    assert [str(finding) for finding in findings] == []
    assert definition is not None
    assert dict(definition.twin.renames.entities) == {"pump-2": "pump-9"}

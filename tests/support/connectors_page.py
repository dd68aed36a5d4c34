"""The code and the JSON of docs/connectors.md."""

from __future__ import annotations

import importlib.util
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.support.code_blocks import code_blocks

if TYPE_CHECKING:
    from types import ModuleType

PAGE = Path(__file__).parents[2] / "docs" / "connectors.md"


def blocks(language: str) -> list[str]:
    """Return the fenced blocks of a language, in their order."""
    return [block.text for block in code_blocks("docs/connectors.md", language)]


def pairs() -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Events and their answers: they take turns on the page."""
    documents = [json.loads(block) for block in blocks("json")]
    return list(zip(documents[::2], documents[1::2], strict=True))


def write_files(folder: Path) -> None:
    """Write the blocks that begin with a file's name to that file."""
    for block in blocks("python"):
        named = re.match(r"# (\S+\.py)\n", block)
        if named:
            file = folder / named[1]
            file.parent.mkdir(exist_ok=True)
            file.write_text(block, encoding="utf-8")


def load(file: Path) -> ModuleType:
    """Import a written file."""
    spec = importlib.util.spec_from_file_location(f"page_{file.stem}", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module

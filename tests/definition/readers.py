"""Reading a single file of a definition."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from twin_stack.definition import DefinitionError
from twin_stack.definition.files import read

if TYPE_CHECKING:
    from pathlib import Path


def reads(folder: Path, text: str | bytes, name: str = "a.yaml") -> Any:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read(path)


def refusal(folder: Path, text: str | bytes, name: str = "a.yaml") -> str:
    with pytest.raises(DefinitionError) as caught:
        reads(folder, text, name)
    return str(caught.value).removeprefix(f"{folder}/")

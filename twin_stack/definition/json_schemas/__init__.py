"""JSON Schemas of the definition files: what editors complete and show, and the order of keys.

They are generated from the models of ``twin_stack.definition.schema`` and the facts of scene documents, and
kept as package data, so that reading one imports no model.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any, Final

KINDS: Final = ("twin", "component_types", "entities", "scenes")
"""Kinds of definition files: ``twin.yaml``, and the folders of the others."""

FOLDER: Final = Path(__file__).parent


def schema_file(kind: str) -> Path:
    """Return the file of a JSON Schema.

    Args:
        kind: One of ``KINDS``.
    """
    return FOLDER / f"{kind}.json"


@cache
def json_schema(kind: str) -> dict[str, Any]:
    """Return the JSON Schema (draft 7) of the files of a kind.

    Args:
        kind: One of ``KINDS``.
    """
    schema: dict[str, Any] = json.loads(schema_file(kind).read_text(encoding="utf-8"))
    return schema

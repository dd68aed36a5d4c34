"""One form for definition files: what ``twin fmt`` writes, and what generated files have."""

from __future__ import annotations

from twin_stack.definition.format.dump import dump_yaml
from twin_stack.definition.format.formatting import (
    SCHEMA_FOLDER,
    MeaningChangedError,
    definition_text,
    format_text,
    schema_reference,
)

__all__ = [
    "SCHEMA_FOLDER",
    "MeaningChangedError",
    "definition_text",
    "dump_yaml",
    "format_text",
    "schema_reference",
]

"""The reference of the definition files, ``docs/definition.md``."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from twin_stack.definition import schema

if TYPE_CHECKING:
    from pydantic import BaseModel

DOC = Path(__file__).parents[2] / "docs" / "definition.md"


@pytest.mark.parametrize(
    "model",
    [
        schema.TwinFile, schema.Connector, schema.ComponentType, schema.PropertyDefinition, schema.DataType,
        schema.Relationship, schema.Function, schema.Implementation, schema.PropertyGroup, schema.Entity,
        schema.Component, schema.CompositeComponent, schema.Ingest, schema.Alarm, schema.Renames,
        schema.ForEach, schema.Bulk, schema.Existing, schema.ExistingTable, schema.ExistingWorkspace, schema.ExistingBucket,
        schema.ExistingTopic, schema.StageExisting,
    ],
)  # fmt: skip
def test_reference_names_every_key(model: type[BaseModel]) -> None:
    words = set(re.findall(r"\w+", DOC.read_text(encoding="utf-8")))
    keys = {field.alias or name for name, field in model.model_fields.items()}
    assert keys
    assert keys <= words

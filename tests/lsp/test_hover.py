"""What a key or a name means."""

from __future__ import annotations

import pytest

from tests.lsp.definitions import split
from twin_stack.lsp.hover import key_text, symbol_text
from twin_stack.lsp.index import Names, PropertyFacts
from twin_stack.lsp.occurrences import Symbol

PUMP = "com.example.Pump"
NAMES = Names(
    entities={"pump-1": "Pump 1"},
    component_types={
        PUMP: {
            "flow": PropertyFacts("DOUBLE", "m3/h", is_time_series=True),
            "tag": PropertyFacts("", "", False),
        }
    },
    descriptions={"pump-1": "In the yard.", PUMP: "A pump."},
    connectors={"telemetry": "dynamodb"},
)


@pytest.mark.parametrize(
    ("kind", "text", "words"),
    [
        ("entities", "p:\n  entity|Name: P\n", "letters, digits"),
        ("entities", "p: {comp|onents: {}}\n", "By name"),
        ("twin", "connectors:\n  a: {kind: dynamodb, table|Name: b}\n", "An existing DynamoDB table"),
        ("entities", "p|: {}\n", ""),
        ("entities", "p: {entityName: na|me}\n", ""),
    ],
)
def test_key_has_the_text_of_the_schema(kind: str, text: str, words: str) -> None:
    described = key_text(kind, *split(text))
    assert words in described
    assert bool(words) == bool(described)


@pytest.mark.parametrize(
    ("symbol", "text"),
    [
        (Symbol("entity", "pump-1"), "**Pump 1**\n\nentity `pump-1`\n\nIn the yard."),
        (Symbol("entity", "pump-9"), "**pump-9**\n\nentity `pump-9`"),
        (
            Symbol("component_type", PUMP),
            f"component type `{PUMP}`\n\nA pump.\n\nproperties: `flow`, `tag`",
        ),
        (Symbol("component_type", "com.example.Other"), "component type `com.example.Other`"),
        (Symbol("property", "flow", PUMP), f"property `flow` of `{PUMP}`\n\nDOUBLE m3/h\n\na time series"),
        (Symbol("property", "tag", PUMP), f"property `tag` of `{PUMP}`"),
        (Symbol("property", "head", PUMP), "property `head`"),
        (Symbol("connector", "telemetry"), "connector `telemetry` of kind `dynamodb`"),
        (Symbol("connector", "other"), "connector `other` of kind `?`"),
        (Symbol("component", "pump", "pump-1"), "component `pump`"),
    ],
)
def test_name_has_the_text_of_what_the_twin_declares(symbol: Symbol, text: str) -> None:
    assert symbol_text(symbol, NAMES) == text

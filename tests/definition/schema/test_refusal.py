"""Errors of validators become findings of the rule that they name."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, field_validator

from twin_stack.definition.findings import Findings, Location
from twin_stack.definition.rules.settings import INVALID_TOPIC
from twin_stack.definition.schema.refusal import refusal
from twin_stack.definition.source import LocatedMap
from twin_stack.definition.validation import validate


class Door(BaseModel):
    width: int

    @field_validator("width")
    @classmethod
    def _check_width(cls, width: int) -> int:
        raise refusal(INVALID_TOPIC, "{width} cm is too {size}", width=width, size="narrow")


def test_message_is_filled_with_its_values() -> None:
    error = refusal(INVALID_TOPIC, "{width} cm is too {size}", width=5, size="narrow")
    assert error.message() == "5 cm is too narrow"
    assert error.type == INVALID_TOPIC.code


def test_error_of_a_validator_becomes_a_finding_of_its_rule() -> None:
    source = LocatedMap(Path("d.yaml"), (1, 1))
    source["width"] = 5
    source.value_marks["width"] = (1, 9)
    findings = Findings()
    assert validate(Door, source, source, Location(Path("d.yaml"), 1, 1), findings) is None
    assert findings == [INVALID_TOPIC.finding(Location(Path("d.yaml"), 1, 9), "5 cm is too narrow")]

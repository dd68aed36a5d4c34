"""Thresholds: out of range ones are refused, and the page of operations lists each with its default."""

from __future__ import annotations

import re
from dataclasses import asdict

import pytest
from pydantic.alias_generators import to_camel

from tests.support.templates import ROOT
from twin_stack.constructs import OperationsThresholds
from twin_stack.settings import OperationsSettings


@pytest.mark.parametrize(
    ("thresholds", "message"),
    [
        ({"connector_errors": 0}, "connector_errors must be at least 1, got 0"),
        ({"cold_starts": 0}, "cold_starts must be at least 1, got 0"),
        ({"connector_duration_percent": 101}, "connector_duration_percent must be 1 to 100, got 101"),
        ({"stream_lag_seconds": 59}, "stream_lag_seconds must be at least 60, got 59"),
    ],
)
def test_thresholds_out_of_range_are_refused(thresholds: dict[str, int], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}$"):
        OperationsThresholds(**thresholds)


def test_page_has_every_threshold_with_its_default() -> None:
    text = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    written = {name: int(default) for name, default in re.findall(r"^\| `(\w+)` \| (\d+) \|", text, re.M)}

    defaults = {to_camel(name): value for name, value in asdict(OperationsThresholds()).items()}
    assert written == defaults
    settings = {to_camel(name) for name in OperationsSettings.model_fields}
    assert settings == {*defaults, "enabled", "topicArn"}

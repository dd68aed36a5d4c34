"""Requests: malformed events switch rules off."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.contract_answers import (
    history,
    item,
    point,
)
from twin_stack.contract import check_answer


@pytest.mark.parametrize("event", [{}, {"selectedProperties": 5, "startTime": 7, "properties": []}])
def test_malformed_event_disables_rules(event: Any) -> None:
    answer = history(item(point(1)))
    assert check_answer(event, answer, function="dataReader") is not None

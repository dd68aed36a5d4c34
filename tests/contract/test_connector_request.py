"""Requests: malformed events switch rules off."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.contract_answers import (
    history,
    item,
    point,
)
from twin_stack.contract import Code, check_answer


@pytest.mark.parametrize("event", [{}, {"selectedProperties": 5, "startTime": 7, "properties": []}])
def test_malformed_event_disables_rules_about_the_request(event: Any) -> None:
    answer = history(item(point(1)))
    violations = check_answer(event, answer, function="dataReader")
    # Without an entity, the event is one of a component type, whose points need an external id.
    assert [violation.code for violation in violations] == [Code.NO_EXTERNAL_ID]

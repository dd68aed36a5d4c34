"""Reports: violations as lines and as a document."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.invocations import EVENT, documented, twin


def test_every_broken_rule_is_named() -> None:
    result = twin("code/mine.py:wrong", "--event", EVENT)
    assert result.exit_code == 1
    lines = result.stdout.rpartition("\n\n")[2].splitlines()
    assert [line.split()[:2] for line in lines[:-1]] == [
        ["$.propertyValues[0].values[0].value.intValue", "UDQ021"],
        ["$.propertyValues[0].values[0].time", "UDQ031"],
    ]
    assert lines[-1] == "dataReaderByEntity: 2 errors"


@pytest.mark.slow
def test_rule_broken_at_many_places_is_shown_at_the_first() -> None:
    lines = twin("code/mine.py:many", "--event", EVENT).stdout.splitlines()
    assert sum(" UDQ030 " in line for line in lines) == 5
    assert "... and 44 more of UDQ030; --json has them all" in lines
    violations = documented("code/mine.py:many", "--event", EVENT)["violations"]
    assert [violation["code"] for violation in violations] == ["UDQ030"] * 49


def test_document_contains_the_whole_report() -> None:
    document = documented("code/mine.py:wrong", "--event", EVENT)
    assert document["function"] == "dataReaderByEntity"
    assert document["event"] == json.loads(Path(EVENT).read_text(encoding="utf-8"))
    assert document["error"] is None
    assert document["violations"][0] == {
        "code": "UDQ021",
        "severity": "error",
        "path": "$.propertyValues[0].values[0].value.intValue",
        "value": "7",
        "allowed": "one of booleanValue, doubleValue, expression, integerValue, listValue, longValue, "
        "mapValue, relationshipValue, stringValue",
        "remedy": "name the member for the property's declared type",
    }

"""What a plan says of a change of each property of each resource type in the accepted templates.

``tests/plan/edits/resource_properties.txt`` has a line for each, which `make snapshots` writes.
"""

from __future__ import annotations

import pytest

from tests.support.resource_properties import FILE, lines


@pytest.mark.slow
def test_each_property_of_each_resource_type_has_its_reviewed_line() -> None:
    assert FILE.read_text(encoding="utf-8").splitlines() == lines(), "run `make snapshots`"
    assert len(lines()) > 150

"""Alarms that cannot work."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.definition.message_models import findings

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("alarm", "finding"),
    [
        (", property: word", 'TWIN008 key "property" is duplicated'),
        (", below: 0", "TWIN084 both above and below are given"),
        (", alarmTypeId: com.e.S", 'TWIN084 component type "com.e.S" is no alarm type'),
        (", alarmKey: alarm", 'TWIN084 alarm key "alarm" is not allowed'),
        (", hysteresis: -1", "TWIN005"),
    ],
)
def test_alarms_that_cannot_work_are_found(tmp_path: Path, alarm: str, finding: str) -> None:
    (one,) = findings(tmp_path, alarm=alarm)
    assert one.partition(" ")[2].startswith(finding)


def test_alarm_on_what_is_not_in_a_table_of_the_twin_is_found(tmp_path: Path) -> None:
    (one,) = findings(tmp_path, ", connectors: [spare]", reader="spare")
    assert 'TWIN084 no rows of component type "com.e.S" are in a table of the twin' in one
    # Read from SiteWise, and written to the table as well.
    assert findings(tmp_path / "both", ", connectors: [telemetry, plant]", reader="plant") == []
    (one,) = findings(tmp_path / "alone", ", connectors: [plant]", reader="plant")
    assert "or its ingest write there too" in one

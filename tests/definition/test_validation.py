"""Items of a definition against their shape."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.definition.models import SENSOR, found, write

if TYPE_CHECKING:
    from pathlib import Path


def test_one_mistake_in_a_thing_hides_no_other(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "component_types/t.yaml": SENSOR.replace("isOn: BOOLEAN", "isOn: BOOL"),
        "entities/e.yaml": "m-1:\n  entityName: Machine (1)\n  components:\n    sensor:\n"
        "      componentTypeId: com.example.Sensor\n      properties: {count: many, isOn: 7, model: 1}\n",
    }
    codes = [re.findall(r"TWIN\d+", finding)[0] for finding in found(write(tmp_path, files))]
    assert codes == ["TWIN005", "TWIN012", "TWIN021", "TWIN021"]

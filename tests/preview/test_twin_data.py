from __future__ import annotations

import shutil
from pathlib import Path

from tests.support.page_data import read_twin
from twin_stack.definition import load
from twin_stack.preview import render_page

MODELS = Path(__file__).parents[2] / "models"


def test_twin_has_the_entities_of_the_definition(factory_html: str) -> None:
    twin = read_twin(factory_html)

    assert [entity["entityId"] for entity in twin["entities"]] == [
        "zone-a",
        "machine-001",
        "machine-002",
        "press-001",
    ]
    machine = twin["entities"][1]
    assert machine["parentEntityId"] == "zone-a"
    sensor = machine["components"]["temperatureSensor"]["properties"]
    assert sensor["temperature"]["definition"]["dataType"] == {"type": "DOUBLE", "unitOfMeasure": "Celsius"}
    assert sensor["sensorModel"]["value"] == {"stringValue": "TMP-117"}
    # Inherited from AWS's own type.
    assert machine["components"]["alarm"]["properties"]["alarm_status"]["definition"]["isTimeSeries"] is True


def test_twin_has_the_types_that_extend_others(factory_html: str) -> None:
    twin = read_twin(factory_html)
    assert twin["extendingTypes"] == {"com.amazon.iottwinmaker.alarm.basic": ["com.example.EquipmentAlarm"]}


def test_markup_in_a_description_stays_text(tmp_path: Path) -> None:
    model = Path(shutil.copytree(MODELS / "minimal", tmp_path / "model"))
    file = next(iter((model / "entities").iterdir()))
    lines = file.read_text(encoding="utf-8").splitlines()
    index = next(index for index, line in enumerate(lines) if line.lstrip().startswith("entityName:"))
    indent = " " * (len(lines[index]) - len(lines[index].lstrip()))
    lines.insert(index + 1, f"{indent}description: '</script><!--<script>'")
    file.write_text("\n".join(lines), encoding="utf-8")
    html = render_page(load(model)).html

    assert "</script><!--" not in html
    assert "</script><!--<script>" in [entity["description"] for entity in read_twin(html)["entities"]]

"""A folder of files becomes a checked twin, or an error with every mistake."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.definition.models import finding_lines, types_of, values, write
from twin_stack.definition import DefinitionError, check, load

ROOT = Path(__file__).parents[2]


def test_documentation_is_a_model_that_loads(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "definition.md").read_text(encoding="utf-8")
    files: dict[str, str | bytes] = {}
    for number, block in enumerate(re.findall(r"^```(?:yaml|csv)\n(.*?)^```", text, re.M | re.S)):
        name, content = block.split("\n", 1)
        if files.setdefault(name.removeprefix("# "), content) != content:  # another twin
            assert finding_lines(write(tmp_path / str(number), {name.removeprefix("# "): content})) == []
    folder = write(tmp_path / "twin", files)
    assert finding_lines(folder) == []
    definition = load(folder)
    assert set(definition.entities) == {
        *("hall-1", "pump-1", "pump-2", "sensor-01", "sensor-02"),
        *("ahu-1", "ahu-2", "plant", "tank-1", "mixer-1", "line-1", "line-2"),
    }
    assert values(definition, "sensor-01", "motor") == {"power": {"doubleValue": 0.5}}
    assert values(definition, "sensor-02", "motor") == {}
    assert values(definition, "pump-1", "pump")["feeds"] == {
        "relationshipValue": {"targetEntityId": "pump-2"}
    }
    assert [node["name"] for node in definition.scenes["pumps"].document["nodes"]] == [
        "Pumps", "Pump 1", "Pump 1 flow", "Pump 2", "Pump 2 flow"
    ]  # fmt: skip
    scene = definition.scenes["hall"]
    assert scene.document["rootNodeIndexes"] == [0, 2]
    assert scene.document["nodes"][0]["children"] == [1]
    assert scene.document["nodes"][2]["components"] == [{"type": "Camera", "cameraIndex": 0}]
    assert scene.document["cameras"][0]["fov"] == 50


def test_parents_stand_before_children_whatever_the_order(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "entities/a.yaml": "c-1: {entityName: C1, parentEntityId: b-1}\nb-1: {entityName: B1, parentEntityId: a-1}",
        "entities/z.json": '{"a-1": {"entityName": "A1"}}',
    }
    assert list(load(write(tmp_path, files)).entities) == ["a-1", "b-1", "c-1"]


@pytest.mark.parametrize("name", ["twin.yaml", "entities/e.yaml", "component_types/t.yaml", "scenes/s.yaml"])
@pytest.mark.parametrize(
    "text", ["", "null", "[]", "17", "text", "a: 1", "[1, 2]", "{a: {b: [c]}}", "- - - 1"]
)
def test_file_of_any_shape_ends_in_findings_or_in_nothing(name: str, text: str, tmp_path: Path) -> None:
    folder = write(tmp_path, {name: text})
    findings = finding_lines(folder)
    assert findings or check(folder)[0] is not None
    for finding in findings:
        assert re.match(r"\S+:\d+:\d+ TWIN\d{3} ", finding)


def test_parts_stand_before_what_holds_them(tmp_path: Path) -> None:
    text = "com.A: {compositeComponentTypes: {b: {componentTypeId: com.B}}}\ncom.B: {}\n"
    assert list(types_of(tmp_path, text)) == ["com.B", "com.A"]


def test_error_holds_every_mistake_and_no_warning(tmp_path: Path) -> None:
    entities = "".join(f"m-{number}: {{entityName: M1}}\n" for number in range(300))
    with pytest.raises(DefinitionError) as caught:
        load(
            write(
                tmp_path,
                {"entities/e.yaml": f"{entities}a(1): {{entityName: M1}}\nb(1): {{entityName: M1}}\n"},
            )
        )
    assert [finding.code for finding in caught.value.findings] == ["TWIN011", "TWIN011"]
    assert str(caught.value).splitlines() == [str(finding) for finding in caught.value.findings]

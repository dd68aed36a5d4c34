"""Items of a definition against their shape."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from tests.definition.models import SENSOR, finding_lines, write
from tests.definition.readers import reads
from twin_stack.definition import validation
from twin_stack.definition.findings import Findings, Location
from twin_stack.definition.schema import Entity, Function
from twin_stack.definition.validation import salvage, validate

if TYPE_CHECKING:
    import pytest


def test_one_mistake_in_a_thing_hides_no_other(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "component_types/t.yaml": SENSOR.replace("isOn: BOOLEAN", "isOn: BOOL"),
        "entities/e.yaml": "m-1:\n  entityName: Machine (1)\n  components:\n    sensor:\n"
        "      componentTypeId: com.example.Sensor\n      properties: {count: many, isOn: 7, model: 1}\n",
    }
    codes = [re.findall(r"TWIN\d+", finding)[0] for finding in finding_lines(write(tmp_path, files))]
    assert codes == ["TWIN005", "TWIN012", "TWIN021", "TWIN021"]


PLACE = Location(Path("e.yaml"), 1, 1)


def validated(folder: Path, text: str) -> tuple[Entity | None, list[str]]:
    """The entity of a file, and what is wrong with it."""
    source = reads(folder, text, "e.yaml")
    findings = Findings()
    entity = validate(Entity, source, source, PLACE, findings)
    return entity, [
        f"{finding.location.line}:{finding.location.column} {finding.code} {finding.message}; {finding.remedy}"
        for finding in findings
    ]


def test_valid_item_is_returned_without_findings(tmp_path: Path) -> None:
    entity, findings = validated(tmp_path, "entityId: m-1\nentityName: M1\n")
    assert findings == []
    assert entity is not None
    assert entity.entity_id == "m-1"


def test_missing_key_is_reported_at_the_item(tmp_path: Path) -> None:
    entity, findings = validated(tmp_path, "entityId: m-1\n")
    assert entity is None
    assert findings == ['1:1 TWIN006 "entityName" is missing; add it']


def test_misspelt_required_key_is_one_mistake(tmp_path: Path) -> None:
    _, findings = validated(tmp_path, "entityId: m-1\nentityNam: M1\n")
    assert findings == ['2:1 TWIN003 "entityNam" is not a known key; did you mean "entityName"?']


def test_keys_and_values_are_reported_where_each_stands(tmp_path: Path) -> None:
    _, findings = validated(
        tmp_path,
        "entityId: m-1\nentityName: 5\ncomponents:\n  c d: {componentTypeId: com.e.A}\n"
        "  e: {componentTypeId: com.e.A, propertis: {}}\ntags: [a]\n",
    )
    assert findings == [
        '2:13 TWIN004 "entityName" is 5; write text; quote it',
        '4:3 TWIN012 name "c d" is not allowed, it has " " (U+0020 SPACE): 1 to 256 characters, letters a-z without '
        'accents, digits, "-" and "_"; rename it',
        '5:33 TWIN003 "propertis" is not a known key; did you mean "properties"?',
        '6:7 TWIN004 "tags" is a list; write a mapping',
    ]


def test_word_that_is_not_one_of_some_suggests_the_closest(tmp_path: Path) -> None:
    source = reads(tmp_path, "scope: ENTTIY\n")
    findings = Findings()
    validate(Function, source, source, PLACE, findings)
    assert [(finding.message, finding.remedy) for finding in findings] == [
        ('"scope" is "ENTTIY", which is not allowed', 'did you mean "ENTITY"?')
    ]


def test_too_many_mistakes_are_one_finding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(validation, "MAX_FINDINGS", 2)
    _, findings = validated(tmp_path, "entityId: m-1\nentityName: M1\na: 1\nb: 1\nc: 1\n")
    assert findings == [
        "1:1 TWIN099 holds 3 mistakes, more than 2 are not listed; check what kind of file it is"
    ]


def test_salvaged_item_lacks_just_the_parts_with_mistakes() -> None:
    entity = salvage(
        Entity,
        {
            "entityId": "m-1",
            "entityName": "M(1)",
            "unknown": 1,
            "tags": {"a": "b", "c": 5},
            "components": {
                "good": {"componentTypeId": "com.e.A", "properties": {"p": 1, "q r": 2}},
                "bad": {"componentTypeId": 5},
            },
        },
    )
    assert entity is not None
    assert (entity.entity_name, entity.tags) == ("Unnamed", {"a": "b"})
    assert {name: list(component.properties) for name, component in entity.components.items()} == {
        "good": ["p"]
    }


def test_item_with_a_mistake_in_its_id_is_salvaged_with_another() -> None:
    rest = salvage(Entity, {"entityId": "m(1)", "entityName": "M1"})
    assert rest is not None
    assert (rest.entity_id, rest.entity_name) == ("unnamed", "M1")

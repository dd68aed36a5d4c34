"""A thing with a mistake hides no others, and a missing thing is one finding."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.definition.models import finding_lines, write
from twin_stack.definition import check

if TYPE_CHECKING:
    from pathlib import Path

TYPE = "propertyDefinitions: {m: STRING}"
TWO_MISTAKES: dict[str, tuple[dict[str, str | bytes], list[str]]] = {
    "type with a bad id and an unknown connector": (
        {"component_types/t.yaml": "com e: {functions: {dataReader: telemetri}}\n"},
        ["TWIN011", "TWIN016"],
    ),
    "type with a bad id and an unknown parent": (
        {"component_types/t.yaml": "com e: {extendsFrom: [com.e.X]}\n"},
        ["TWIN011", "TWIN014"],
    ),
    "type without an id and an unknown connector": (
        {"component_types/t.yaml": "- {description: a, functions: {dataReader: telemetri}}\n"},
        ["TWIN006", "TWIN016"],
    ),
    "entity with a bad id and a wrong value": (
        {
            "component_types/t.yaml": f"com.e.S: {{{TYPE}}}\n",
            "entities/e.yaml": "m 1: {entityName: M1, components: {c: {componentTypeId: com.e.S, properties: {m: 5}}}}\n",
        },
        ["TWIN011", "TWIN021"],
    ),
    "entity without an id and an unknown type": (
        {"entities/e.yaml": "- {entityName: M1, components: {c: {componentTypeId: com.e.S}}}\n"},
        ["TWIN006", "TWIN014"],
    ),
    "second entity of an id with an unknown parent": (
        {"entities/a.yaml": "m-1: {entityName: M1}\n", "entities/b.yaml": "m-1: {entityName: M1, parentEntityId: x-1}\n"},
        ["TWIN010", "TWIN015"],
    ),
    "scene with a bad id and a missing model": (
        {"scenes/h.yaml": "nodes: [{components: [{type: ModelRef, modelType: GLB, uri: a.glb}, {type: Light, lightType: Ambient}]}]\n"},
        ["TWIN011", "TWIN043"],
    ),
    "scene with a bad capability and a missing model": (
        {
            "scenes/hall.yaml": "capabilities: [5]\n"
            "nodes: [{components: [{type: ModelRef, modelType: GLB, uri: a.glb}, {type: Light, lightType: Ambient}]}]\n"
        },
        ["TWIN004", "TWIN043"],
    ),
    "twin file with a bad description and a needless renaming": (
        {"twin.yaml": "workspaceId: my-twin\ndescription: 5\nrenames: {entities: {a-1: a-2}}\n"},
        ["TWIN004", "TWIN100"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TWO_MISTAKES)
def test_mistake_hides_no_other(name: str, tmp_path: Path) -> None:
    files, expected = TWO_MISTAKES[name]
    assert sorted(line.split()[1] for line in finding_lines(write(tmp_path, files))) == expected


def test_every_wrong_member_of_a_list_is_reported_where_it_is(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "component_types/t.yaml": "com.e.S:\n  extendsFrom: [com.e.T, com.e.T, com.e.T]\n"
        "  propertyDefinitions: {l: {dataType: {type: LIST, nestedType: INTEGER}}}\ncom.e.T: {}\n",
        "entities/e.yaml": "m-1:\n  entityName: M1\n  components:\n    a: {componentTypeId: com.e.S, properties: {l: [1, x, y]}}\n"
        "m-2:\n  entityName: M1\n  components:\n    a:\n      componentTypeId: com.e.S\n      properties:\n"
        "        l: {value: {listValue: [{integerValue: 1}, {integerValue: x}]}}\n",
    }  # fmt: skip
    assert [line.split(" ")[:2] for line in finding_lines(write(tmp_path, files))] == [
        ["component_types/t.yaml:2:26", "TWIN005"],
        ["component_types/t.yaml:2:35", "TWIN005"],
        ["entities/e.yaml:4:55", "TWIN021"],
        ["entities/e.yaml:4:58", "TWIN021"],
        ["entities/e.yaml:11:67", "TWIN021"],
    ]


def test_missing_thing_is_one_finding_with_the_number_of_its_places(tmp_path: Path) -> None:
    entities = "".join(
        f"m-{number}: {{entityName: M1, components: {{c: {{componentTypeId: com.e.S}}}}}}\n"
        for number in range(63)
    )
    folder = write(tmp_path, {"entities/e.yaml": entities})
    (finding,) = check(folder)[1]
    assert 'e.yaml:1:57 TWIN014 component type "com.e.S" is not defined (and in 62 other places); ' in str(
        finding
    )
    assert [place.line for place in finding.other_places] == list(range(2, 64))


def test_mistakes_that_are_many_and_alike_are_listed_each(tmp_path: Path) -> None:
    folder = write(tmp_path, {"entities/e.yaml": "m-1: {}\nm-2: {}\nm-3: {}\n"})
    assert [line.split()[1] for line in finding_lines(folder)] == ["TWIN006"] * 3


@pytest.mark.parametrize(
    ("files", "remedy"),
    [
        ({"entities/e.yaml": "m-1: {entityName: M1, entityPart: a}\n"}, "use one of: "),
        ({"entities/e.yaml": "m-1: {entityName: M1, parentEntityId: m-2}\n"}, "did you mean"),
    ],
)
def test_name_is_suggested_where_it_is_plausible(
    files: dict[str, str | bytes], remedy: str, tmp_path: Path
) -> None:
    (line,) = finding_lines(write(tmp_path, files))
    if remedy == "did you mean":
        assert '"m-1"' not in line, "the entity itself is no parent of it"
    else:
        assert remedy in line

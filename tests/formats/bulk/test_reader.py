"""A bulk file is checked in its own places, and imported with a note of what is lost."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.round_trips import no_client, silent
from twin_stack.definition import DefinitionError, load
from twin_stack.formats import bulk
from twin_stack.formats.check_path import check_path
from twin_stack.formats.frame import write_definition
from twin_stack.formats.kinds import KINDS, ImportOptions, detect_kind

MEMBERS = (
    "componentTypeId",
    "componentName",
    "components",
    "entityId",
    "entityName",
    "extendsFrom",
    "functions",
    "implementedBy",
    "lambda",
    "arn",
    "isInherited",
    "properties",
    "propertyDefinitions",
    "definition",
    "dataType",
    "type",
    "nestedType",
    "allowedValues",
    "value",
    "defaultValue",
    "listValue",
    "mapValue",
    "stringValue",
    "relationshipValue",
    "TargetEntityId",
)

TYPES = [
    {"componentTypeId": "com.example.T", "propertyDefinitions": {"size": {"dataType": {"type": "DOUBLE"}}}}
]
ENTITY = {"entityId": "e-1", "entityName": "E 1"}
COMPONENT = {"componentTypeId": "com.example.T", "properties": {"size": {"value": {"doubleValue": 2.5}}}}


def bulk_file(folder: Path, **lists: Any) -> Path:
    file = folder / "bulk.json"
    file.write_text(json.dumps(lists), encoding="utf-8")
    return file


def checked(file: Path) -> list[str]:
    return [str(finding).replace(f"{file.parent}/", "") for finding in check_path(file).findings]


def imported(file: Path) -> tuple[list[str], list[str]]:
    """Import a file into the folder ``out`` and return losses and findings."""
    options = ImportOptions(workspace_id="my-twin", client=no_client, progress=silent)
    twin = bulk.import_twin(str(file), options)
    written = write_definition(twin, file.parent / "out")
    return (
        [str(finding).replace(f"{file.parent}/", "") for finding in sorted(twin.losses)],
        [str(finding).replace(f"{file.parent}/", "") for finding in written.findings],
    )


@pytest.mark.parametrize("first", ["componentTypes", "entities", "entityComponents"])
def test_file_is_known_by_its_first_list(tmp_path: Path, first: str) -> None:
    assert detect_kind(bulk_file(tmp_path, **{first: []})) == KINDS["bulk"]


def test_file_without_mistakes_has_no_findings(tmp_path: Path) -> None:
    file = bulk_file(tmp_path, componentTypes=TYPES, entities=[{**ENTITY, "components": {"c": COMPONENT}}])
    assert checked(file) == []


@pytest.mark.parametrize(
    ("lists", "findings"),
    [
        ({"entities": [{**ENTITY, "parentEntityId": "e-2"}]}, ["bulk.json:1:74 TWIN015 "]),
        ({"entities": [4]}, ['bulk.json:1:15 TWIN004 an item of "entities" is 4']),
        ({"entities": [], "entitys": []}, []),
        (
            {"entities": [], "entitys": [4]},
            ['bulk.json:1:30 TWIN003 "entitys" is not a list of a bulk file; did you mean "entities"?'],
        ),
        ({"entities": [], "componentTypes": [{"componentTypeId": "com.amazon.T"}]}, ["bulk.json:1:"]),
    ],
)
def test_mistake_of_a_file_has_its_own_place(
    lists: dict[str, Any], findings: list[str], tmp_path: Path
) -> None:
    lines = checked(bulk_file(tmp_path, **lists))
    assert len(lines) == len(findings)
    for line, finding in zip(lines, findings, strict=True):
        assert line.startswith(finding)


def test_components_of_the_third_list_join_their_entity(tmp_path: Path) -> None:
    file = bulk_file(
        tmp_path,
        entityComponents=[{"entityId": "e-1", "componentName": "c", **COMPONENT}],
        componentTypes=TYPES,
        entities=[ENTITY],
    )
    assert imported(file) == ([], [])
    component = load(tmp_path / "out").entities["e-1"].components["c"]
    assert component.properties["size"].value == {"doubleValue": 2.5}


def test_components_of_an_entity_that_is_not_in_the_file_need_a_decision(tmp_path: Path) -> None:
    file = bulk_file(
        tmp_path,
        componentTypes=TYPES,
        entityComponents=[{"entityId": "e-1", "componentName": "c", "componentExternalId": "x", **COMPONENT}],
    )
    losses, findings = imported(file)
    assert [line.split(" warning: ")[1].split(";")[0] for line in losses] == [
        'entity "e-1" is not in the file, which adds components to it',
        '"componentExternalId" is not imported: only a metadata transfer job takes it',
    ]
    assert findings == []
    assert load(tmp_path / "out").entities["e-1"].entity_name == "e-1"


def test_members_of_jobs_alone_are_noted_once_with_their_number(tmp_path: Path) -> None:
    entities = [{**ENTITY, "entityId": f"e-{number}", "entityExternalId": "x"} for number in range(3)]
    losses, findings = imported(bulk_file(tmp_path, entities=entities))
    assert losses == [
        'bulk.json:1:56 TWIN230 warning: "entityExternalId" (3 times) is not imported: only a metadata '
        "transfer job takes it; no action is needed"
    ]
    assert findings == []


def test_import_stops_at_a_syntax_error_with_its_place(tmp_path: Path) -> None:
    file = tmp_path / "bulk.json"
    file.write_text('{"entities": [\n {"entityId": "e-1"\n')
    with pytest.raises(DefinitionError, match=r"bulk\.json:3:1 TWIN002"):
        imported(file)
    assert not (tmp_path / "out").exists()


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(MEMBERS) | st.text(max_size=3), inner, max_size=4)
    ),
    max_leaves=12,
)


@pytest.mark.slow
@given(
    lists=st.dictionaries(
        st.sampled_from(["componentTypes", "entities", "entityComponents", "others"]),
        st.lists(st.fixed_dictionaries({}, optional=dict.fromkeys(MEMBERS, ANY)) | ANY, max_size=3),
        max_size=4,
    )
)
def test_any_file_is_imported_or_refused_with_a_place(lists: dict[str, Any]) -> None:
    with TemporaryDirectory() as temporary:
        file = bulk_file(Path(temporary), **lists)
        try:
            imported(file)
        except DefinitionError as error:
            assert error.findings
        else:
            assert (Path(temporary) / "out" / "twin.yaml").is_file()
        check_path(file)

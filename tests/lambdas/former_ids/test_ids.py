"""The former ids that a deployment writes beside the code of its functions."""

import json
from pathlib import Path

import pytest

from former_ids import FILE_NAME, NOTHING_RENAMED, FormerIds, TypeFormerIds

DOCUMENT = {
    "types": {
        "com.e.Press": {
            "typeIds": ["com.e.Machine"],
            "attributes": {"pressure": ["p"]},
            "devices": {"press-1": ["machine-1", "m-1"]},
        },
        "com.e.Fan": {"attributes": {"pressure": ["flow"]}},
    },
    "components": {"press-1": {"press": "com.e.Press"}},
}


@pytest.fixture
def former_ids() -> FormerIds:
    return FormerIds.parse(json.dumps(DOCUMENT))


def test_function_without_the_file_has_no_former_ids(tmp_path: Path) -> None:
    assert FormerIds.load(tmp_path / FILE_NAME) is NOTHING_RENAMED
    assert NOTHING_RENAMED.of_component("e", "c", None, set()) == TypeFormerIds()


def test_file_beside_the_code_is_read(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_text(json.dumps(DOCUMENT))
    press = FormerIds.load(tmp_path / FILE_NAME).of_type("com.e.Press")
    assert press.type_ids == ("com.e.Machine",)
    assert press.attributes == {"pressure": ("p",)}
    assert press.devices == {"press-1": ("machine-1", "m-1")}


@pytest.mark.parametrize("text", ["[]", '{"types": []}', '{"types": {"a": []}}', "no json"])
def test_file_of_another_form_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"expected form|Expecting"):
        FormerIds.parse(text)


def test_former_ids_lead_to_the_present_ones(former_ids: FormerIds) -> None:
    assert former_ids.present_type("com.e.Machine") == "com.e.Press"
    assert former_ids.present_type("com.e.Other") == "com.e.Other"
    assert former_ids.present_device("com.e.Press", "m-1") == "press-1"
    assert former_ids.present_device("com.e.Fan", "m-1") == "m-1"


def test_event_that_does_not_name_the_type_gets_it_from_its_component(former_ids: FormerIds) -> None:
    press = former_ids.of_component("press-1", "press", None, {"pressure"})
    assert press == former_ids.of_type("com.e.Press")
    assert former_ids.of_component("press-1", "press", "com.e.Fan", set()) == former_ids.of_type("com.e.Fan")
    assert former_ids.of_component(None, None, "com.e.Other", set()) == TypeFormerIds()


def test_component_of_an_unknown_type_has_the_former_ids_of_all_types(former_ids: FormerIds) -> None:
    unknown = former_ids.of_component("fan-1", "fan", None, {"pressure", "p"})
    assert unknown.attributes == {"pressure": ("flow",)}  # "p" is the present name of a property
    assert unknown.devices == {"press-1": ("machine-1", "m-1")}
    assert unknown.type_ids == ()

"""The constraints of botocore's models, checked and reported."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Any

import botocore.session
import pytest
from hypothesis import given
from hypothesis import strategies as st

from twin_stack.local.service import LocalServices, ServiceError
from twin_stack.local.service.shapes import _compiled, compile_reader

if TYPE_CHECKING:
    from botocore.model import Shape

Json = dict[str, Any]


def test_every_problem_is_named_when_a_request_breaks_several_constraints(services: LocalServices) -> None:
    with pytest.raises(ServiceError) as caught:
        services.call(
            "iottwinmaker",
            "CreateEntity",
            {
                "workspaceId": "my factory",
                "components": {"Mixer (1)": {"properties": {"x": {"value": {"integerValue": 2**31}}}}},
                "colour": "red",
            },
        )
    assert (caught.value.code, caught.value.status) == ("ValidationException", 400)
    message = caught.value.message
    assert message.startswith("5 validation errors detected: ")
    assert "Value 'null' at 'entityName' failed to satisfy constraint: Member must not be null" in message
    assert "Value 'my factory' at 'workspaceId'" in message
    assert "Value 'Mixer (1)' at 'components.key'" in message
    assert "at 'components.Mixer (1).properties.x.value.integerValue'" in message
    assert "Member at 'colour' is not known" in message


@pytest.mark.parametrize(
    ("operation", "params", "rule"),
    [
        ("CreateWorkspace", {"workspaceId": "F1", "s3Location": "arn:aws:s3:::a.b"}, "regular expression"),
        ("CreateWorkspace", {"workspaceId": "F1", "s3Location": "arn:aws:s3:::ab\n"}, "regular expression"),
        ("CreateWorkspace", {"workspaceId": "F"}, "regular expression"),
        ("CreateWorkspace", {"workspaceId": "F1", "description": "x" * 2049}, "less than or equal to 2048"),
        ("CreateWorkspace", {"workspaceId": "F1", "tags": {"a": ""}}, "greater than or equal to 1"),
        ("CreateWorkspace", {"workspaceId": 1}, "must be a string"),
        ("CreateWorkspace", {"workspaceId": "F1", "tags": ["a"]}, "must be a map"),
        ("ListWorkspaces", {"maxResults": 201}, "less than or equal to 200"),
        ("ListWorkspaces", {"maxResults": True}, "must be an integer"),
        ("UpdatePricingPlan", {"pricingMode": "FREE"}, "enum value set: [BASIC, STANDARD, TIERED_BUNDLE]"),
        ("ListEntities", {"workspaceId": "F1", "filters": [{}]}, "exactly one member set"),
    ],
)
def test_a_validation_error_is_answered_when_a_value_breaks_the_model(
    services: LocalServices, operation: str, params: Json, rule: str
) -> None:
    with pytest.raises(ServiceError) as caught:
        services.call("iottwinmaker", operation, params)
    assert caught.value.code == "ValidationException"
    assert rule in caught.value.message


def test_text_with_line_breaks_is_taken_when_the_pattern_is_any_text(services: LocalServices) -> None:
    params = {"workspaceId": "F1", "description": "one\ntwo"}
    services.call("iottwinmaker", "CreateWorkspace", params)
    workspace = services.call("iottwinmaker", "GetWorkspace", {"workspaceId": "F1"})
    assert workspace["description"] == "one\ntwo"


def test_tag_keys_of_any_alphabet_are_taken_when_they_are_letters(services: LocalServices) -> None:
    params = {"workspaceId": "F1", "tags": {"größe/ 規模": "x"}}
    assert services.call("iottwinmaker", "CreateWorkspace", params)["arn"]
    with pytest.raises(ServiceError, match="regular expression"):
        services.call("iottwinmaker", "CreateWorkspace", {"workspaceId": "F2", "tags": {"a#b": "x"}})


def patterned_shapes(services: LocalServices) -> list[Shape]:
    """Return the strings with a pattern that requests can hold, each pattern and length once."""
    shapes: dict[tuple[str, int], Shape] = {}

    def collect(shape: Any, above: tuple[str, ...]) -> None:
        if shape.name in above:
            return
        inner = list(getattr(shape, "members", {}).values())
        inner += [getattr(shape, name) for name in ("member", "key", "value") if hasattr(shape, name)]
        for part in inner:
            collect(part, (*above, shape.name))
        if shape.type_name == "string" and "pattern" in shape.metadata:
            shapes[shape.metadata["pattern"], shape.metadata.get("max", 0)] = shape

    for service in ("iottwinmaker", "iotsitewise"):
        model = botocore.session.get_session().get_service_model(service)
        for name in services.implemented(service):
            collect(model.operation_model(name).input_shape, ())
    return list(shapes.values())


STARTS = ("", "$", "arn:aws:s3:::a", "externalId:")
REPEATED = ("a", "0", "-", "a.", "a-", "A/", "é", " ", ":", "arn:aws:")


@pytest.mark.slow
def test_text_is_checked_in_no_time_whatever_its_length(services: LocalServices) -> None:
    shapes = patterned_shapes(services)
    assert len(shapes) > 20
    slow: list[tuple[str, float]] = []
    for shape in shapes:
        read = compile_reader(shape)
        limit = shape.metadata.get("max", 60_000)
        texts = [
            (start + part * length)[: length - 1] + end
            for length in (limit, 100_000)
            for start in STARTS
            for part in REPEATED
            for end in "\n!"
        ]
        begun = time.process_time()
        for text in texts:
            read(text, "id", [])
        slow.append((shape.name, (time.process_time() - begun) / len(texts)))
    assert [item for item in slow if item[1] > 0.01] == []


FASTER = [
    r"[a-zA-Z_0-9][a-zA-Z_\-0-9]*[a-zA-Z0-9]+",
    r".*[^\u0000-\u001F\u007F]*.*",
    r".*[a-zA-Z0-9_][a-zA-Z_\-0-9.:]*[a-zA-Z0-9_]+.*",
    r"[a-zA-Z_0-9][a-zA-Z_\-0-9]*[a-zA-Z0-9]+$|^arn:x",
    r"^externalId:[a-zA-Z0-9_][a-zA-Z_\-0-9.:]*[a-zA-Z0-9_]+",
]


@pytest.mark.parametrize("pattern", FASTER)
@given(data=st.data())
def test_faster_pattern_matches_what_that_of_the_model_matches(pattern: str, data: st.DataObject) -> None:
    text = data.draw(st.text(alphabet="aZ0-_.:/$ é\n\0", max_size=8) | st.from_regex(pattern))

    assert _compiled(pattern).pattern != pattern
    assert bool(_compiled(pattern).fullmatch(text)) == bool(re.fullmatch(pattern, text))


def test_reading_ends_after_a_hundred_problems_in_a_short_message(services: LocalServices) -> None:
    members = {f"m{number}": 1 for number in range(100_000)}
    begun = time.process_time()

    with pytest.raises(ServiceError) as caught:
        services.call("iottwinmaker", "CreateEntity", {"workspaceId": "w", "entityName": "e", **members})

    assert caught.value.message.startswith("100 validation errors detected: ")
    assert len(caught.value.message) < 50_000
    assert time.process_time() - begun < 1


def test_message_names_a_long_key_by_its_beginning(services: LocalServices) -> None:
    with pytest.raises(ServiceError) as caught:
        services.call("iottwinmaker", "TagResource", {"resourceARN": "a" * 30, "tags": {"x" * 1_000_000: 1}})

    assert "at 'tags.xxx" in caught.value.message
    assert len(caught.value.message) < 5_000

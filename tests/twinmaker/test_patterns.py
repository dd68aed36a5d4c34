from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.botocore_models import limits
from twin_stack.twinmaker import patterns
from twin_stack.twinmaker.patterns import StringFormat

TWINMAKER = {
    "Id": patterns.WORKSPACE_ID,
    "EntityId": patterns.ENTITY_ID,
    "ParentEntityId": patterns.PARENT_ENTITY_ID,
    "EntityName": patterns.ENTITY_NAME,
    "ComponentTypeId": patterns.COMPONENT_TYPE_ID,
    "Name": patterns.NAME,
    "ComponentPath": patterns.COMPONENT_PATH,
    "Description": patterns.DESCRIPTION,
    "String": patterns.SHORT_TEXT,
    "PropertyDisplayName": patterns.DISPLAY_NAME,
    "SceneCapability": patterns.SCENE_CAPABILITY,
    "SceneMetadataValue": patterns.SCENE_METADATA_VALUE,
    "TagValue": patterns.TAG_VALUE,
    "LambdaArn": patterns.LAMBDA_ARN,
    "Uuid": patterns.UUID,
    "Expression": patterns.VALUE_EXPRESSION,
}
SAMPLES = {
    "LambdaArn": "arn:aws:lambda:eu-west-1:111122223333:function:reader",
    "Uuid": "0f8fad5b-d9cb-469f-a165-70867728950e",
    "Expression": "${Parameters.limit}",
}


def taken_by_the_api(shape: str, text: str) -> bool:
    rules: dict[str, Any] = limits(shape)
    is_long_enough = rules.get("min", 0) <= len(text) <= rules.get("max", 10**9)
    return is_long_enough and re.fullmatch(rules.get("pattern", ".*"), text) is not None


@pytest.mark.parametrize("shape", TWINMAKER)
def test_format_allows_a_usual_text(shape: str) -> None:
    sample = SAMPLES.get(shape, "pump-1")
    assert TWINMAKER[shape].fits(sample)
    assert taken_by_the_api(shape, sample)


@pytest.mark.parametrize("shape", TWINMAKER)
@given(end=st.text(alphabet="aZ0-_.:/ ${}é\n", max_size=6))
def test_format_allows_nothing_that_the_api_refuses(shape: str, end: str) -> None:
    text = SAMPLES.get(shape, "") + end
    assert TWINMAKER[shape].fits(text) <= taken_by_the_api(shape, text)


@pytest.mark.parametrize("shape", TWINMAKER)
def test_length_is_within_that_of_the_api(shape: str) -> None:
    rules = limits(shape)
    assert rules.get("min", 0) <= TWINMAKER[shape].min_length
    assert TWINMAKER[shape].max_length <= rules["max"]


@pytest.mark.parametrize(
    ("rule", "text", "fits"),
    [
        (patterns.PARENT_ENTITY_ID, "$ROOT", True),
        (patterns.ENTITY_ID, "$ROOT", False),
        (patterns.ENTITY_ID, "a", False),
        (patterns.ENTITY_NAME, "Pump (1)", False),
        (patterns.ENTITY_NAME, "Pump 1", True),
        (patterns.COMPONENT_PATH, "pump/motor", True),
        (patterns.NAME, "pump/motor", False),
        (patterns.DESCRIPTION, "", True),
        (patterns.DESCRIPTION, "two\nlines", False),
        (patterns.CONFIGURATION_VALUE, "a/b", False),
        (patterns.TAG_KEY, "cost centre", True),
        (patterns.TAG_KEY, "cost#centre", False),
        (patterns.LAMBDA_ARN, SAMPLES["LambdaArn"] + ":live", False),
        (patterns.QUALIFIED_LAMBDA_ARN, SAMPLES["LambdaArn"] + ":live", True),
        (patterns.QUALIFIED_LAMBDA_ARN, SAMPLES["LambdaArn"], False),
        (patterns.ROLE_ARN, "arn:aws:iam::111122223333:role/service/grafana", True),
        (patterns.ROLE_ARN, "arn:aws:iam::111122223333:user/grafana", False),
        (patterns.ROLE_EXTERNAL_ID, "x", False),
        (patterns.ROLE_EXTERNAL_ID, "plant-1:grafana", True),
        (patterns.METRIC_WINDOW, "5m", True),
        (patterns.METRIC_WINDOW, "05m", False),
        (patterns.METRIC_WINDOW, "5s", False),
        (patterns.SQL_MEMBER, "device.id", True),
        (patterns.SQL_MEMBER, "device-id", False),
        (patterns.SQL_NAME, "device.id", False),
        (patterns.SQL_TOPIC_SEGMENT, "topic(3)", True),
        (patterns.SQL_TOPIC_SEGMENT, "topic(9)", False),
        (patterns.TOPIC_FILTER, "plant/+/telemetry/#", True),
        (patterns.TOPIC_FILTER, "/".join("abcdefgh"), True),
        (patterns.TOPIC_FILTER, "/".join("abcdefghi"), False),
        (patterns.TOPIC_FILTER, "plant/#/telemetry", False),
        (patterns.TOPIC_FILTER, "$aws/rules", False),
    ],
)
def test_format_fits(rule: StringFormat, text: str, *, fits: bool) -> None:
    assert rule.fits(text) is fits


def test_text_of_a_wrong_length_is_not_matched() -> None:
    rule = StringFormat(2, 3, r"a+")
    assert [rule.fits("a" * length) for length in range(5)] == [False, False, True, True, False]

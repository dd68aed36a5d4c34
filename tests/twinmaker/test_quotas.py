from __future__ import annotations

import pytest

from tests.support.botocore_models import limits
from twin_stack.twinmaker import quotas

TWINMAKER = {
    "TagMap": quotas.MAX_TAGS,
    "SceneCapabilities": quotas.MAX_SCENE_CAPABILITIES,
    "SceneMetadataMap": quotas.MAX_SCENE_METADATA,
    "S3Url": quotas.MAX_CONTENT_LOCATION,
    "MaxResults": quotas.MAX_PAGE,
    "NextToken": quotas.MAX_NEXT_TOKEN,
    "SelectedPropertyList": quotas.MAX_SELECTED_PROPERTIES,
}


@pytest.mark.parametrize("shape", TWINMAKER)
def test_limit_is_that_of_the_twinmaker_model(shape: str) -> None:
    assert limits(shape)["max"] == TWINMAKER[shape]


def test_length_of_a_name_is_that_of_the_sitewise_model() -> None:
    assert limits("Name", service_name="iotsitewise")["max"] == quotas.MAX_SITEWISE_NAME

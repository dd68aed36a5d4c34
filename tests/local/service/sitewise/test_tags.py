"""Tags of asset models and assets."""

from __future__ import annotations

from typing import Any

import pytest


def test_tags_are_added_changed_and_removed(sitewise: Any, mixer: Any) -> None:
    arn = sitewise.describe_asset(assetId=mixer["id"])["assetArn"]
    sitewise.tag_resource(resourceArn=arn, tags={"a": "1", "b": "2"})
    sitewise.tag_resource(resourceArn=arn, tags={"a": "3"})
    sitewise.untag_resource(resourceArn=arn, tagKeys=["b", "unknown"])

    assert sitewise.list_tags_for_resource(resourceArn=arn)["tags"] == {"a": "3"}


def test_an_unknown_resource_is_refused(sitewise: Any, mixer: Any) -> None:
    arn = sitewise.describe_asset(assetId=mixer["id"])["assetArn"]

    with pytest.raises(sitewise.exceptions.ResourceNotFoundException):
        sitewise.list_tags_for_resource(resourceArn=arn.replace("us-east-1", "eu-west-1"))

"""Tags of buckets in templates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.stacks import Deployed
    from twin_stack.pytest_plugin import LocalTwin


def test_bucket_has_the_tags_of_its_template(deploy: Callable[..., Deployed], local_twin: LocalTwin) -> None:
    s3 = local_twin.client("s3")

    def bucket(**tags: str) -> dict[str, Any]:
        listed = [{"Key": key, "Value": value} for key, value in tags.items()]
        return {"Scenes": {"Type": "AWS::S3::Bucket", "Properties": {"Tags": listed} if listed else {}}}

    stack = deploy(bucket(Team="water", Line="7"))
    name = stack.physical_ids["Scenes"]
    assert {tag["Key"]: tag["Value"] for tag in s3.get_bucket_tagging(Bucket=name)["TagSet"]} == {
        "Team": "water",
        "Line": "7",
    }

    deploy(bucket(Team="air"), name=stack.name)
    assert s3.get_bucket_tagging(Bucket=name)["TagSet"] == [{"Key": "Team", "Value": "air"}]

    deploy(bucket(), name=stack.name)
    with pytest.raises(s3.exceptions.ClientError, match="NoSuchTagSet"):
        s3.get_bucket_tagging(Bucket=name)
    stack.delete()

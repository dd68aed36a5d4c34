"""The limit of requests per second."""

from __future__ import annotations

from typing import Any

import pytest


def test_requests_are_throttled_when_there_are_more_in_a_second(
    start: Any, make_client: Any, clock: Any
) -> None:
    start(throttle=2)
    client = make_client("iottwinmaker")
    client.list_workspaces()
    client.list_workspaces()
    with pytest.raises(client.exceptions.ThrottlingException) as caught:
        client.list_workspaces()
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 429
    make_client("iotsitewise").list_asset_models()
    clock.now += 1
    client.list_workspaces()


@pytest.mark.slow
def test_models_and_data_have_the_rates_of_aws(start: Any, make_client: Any, clock: Any) -> None:
    start(like_aws=True)
    client = make_client("iottwinmaker")
    throttled = client.exceptions.ThrottlingException
    client.create_workspace(
        workspaceId="w1", role="arn:aws:iam::123456789012:role/w", s3Location="arn:aws:s3:::bucket"
    )
    for _ in range(9):
        client.list_workspaces()
    with pytest.raises(throttled, match="Rate exceeded: 10 requests a second are allowed"):
        client.get_workspace(workspaceId="w1")
    # The class of other operations is not documented.
    client.list_metadata_transfer_jobs(sourceType="s3", destinationType="iottwinmaker")
    missing = client.exceptions.ResourceNotFoundException
    read = {"workspaceId": "w1", "entityId": "e1", "componentName": "c", "selectedProperties": ["p"]}
    for _ in range(100):
        with pytest.raises(missing):
            client.get_property_value(**read)
    with pytest.raises(throttled, match="Rate exceeded: 100 requests a second are allowed"):
        client.get_property_value(**read)
    make_client("iottwinmaker", region="eu-central-1").list_workspaces()
    clock.now += 1
    client.list_workspaces()
    with pytest.raises(missing):
        client.get_property_value(**read)


@pytest.mark.slow
def test_models_and_assets_are_created_at_the_rates_of_aws(start: Any, make_client: Any) -> None:
    start(like_aws=True)
    client = make_client("iotsitewise")
    for number in range(10):
        model = client.create_asset_model(assetModelName=f"m{number}", assetModelProperties=[])
    throttled = client.exceptions.ThrottlingException
    with pytest.raises(throttled, match="10 requests a second are allowed; wait and try CreateAssetModel"):
        client.create_asset_model(assetModelName="one more", assetModelProperties=[])
    for number in range(50):
        client.create_asset(assetName=f"a{number}", assetModelId=model["assetModelId"])
    with pytest.raises(throttled, match="50 requests a second are allowed; wait and try CreateAsset again"):
        client.create_asset(assetName="one more", assetModelId=model["assetModelId"])
    client.list_asset_models()

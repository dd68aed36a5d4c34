"""An account is read to the last page, and its composite models with their own properties."""

from __future__ import annotations

from typing import Any

from twin_stack.formats.sitewise.account import SiteWiseAccount


class Paged:
    """A stand-in for SiteWise: one thing a page."""

    def list_asset_models(self, *, nextToken: str = "", **_: Any) -> dict[str, Any]:  # noqa: N803
        if nextToken:
            return {"assetModelSummaries": [{"id": "m-1", "name": "A"}]}
        return {"assetModelSummaries": [{"id": "m-2", "name": "B"}], "nextToken": "x"}

    def describe_asset_model(self, *, assetModelId: str) -> dict[str, Any]:  # noqa: N803
        summaries = [
            {"id": "c-1", "name": "Motor", "type": "CUSTOM", "path": [{"id": "c-1"}]},
            {"id": "c-2", "name": "Gear", "type": "CUSTOM", "path": [{"id": "c-1"}, {"id": "c-2"}]},
        ]
        return {
            "assetModelId": assetModelId,
            "assetModelName": assetModelId,
            "assetModelArn": f"arn:{assetModelId}",
            "assetModelCompositeModels": [{"id": "c-0", "name": "Own", "type": "CUSTOM", "properties": []}],
            "assetModelCompositeModelSummaries": summaries if assetModelId == "m-1" else [],
        }

    def describe_asset_model_composite_model(
        self,
        *,
        assetModelId: str,  # noqa: N803
        assetModelCompositeModelId: str,  # noqa: N803
    ) -> dict[str, Any]:
        return {
            "assetModelCompositeModelProperties": [{"name": f"{assetModelId} {assetModelCompositeModelId}"}]
        }

    def list_assets(self, *, assetModelId: str, nextToken: str = "1", **_: Any) -> dict[str, Any]:  # noqa: N803
        asset = {
            "id": f"{assetModelId} a-{nextToken}",
            "name": f"Asset {3 - int(nextToken)}",
            "arn": "arn:a",
            "assetModelId": assetModelId,
            "hierarchies": [{"id": "h-1"}],
        }
        page: dict[str, Any] = {"assetSummaries": [asset]}
        return page if nextToken == "2" else {**page, "nextToken": "2"}

    def list_associated_assets(self, *, assetId: str, nextToken: str = "2", **_: Any) -> dict[str, Any]:  # noqa: N803
        page: dict[str, Any] = {"assetSummaries": [{"id": f"{assetId} child {nextToken}"}]}
        return page if nextToken == "1" else {**page, "nextToken": "1"}

    def list_tags_for_resource(self, *, resourceArn: str) -> dict[str, Any]:  # noqa: N803
        return {"tags": {"aws:cloudformation:stack-name": "x", "b": "2", "a": "1"} if resourceArn else {}}


def test_models_come_sorted_with_their_composite_models() -> None:
    account = SiteWiseAccount(Paged())
    first, second = account.models()
    assert account.model_ids == ["m-1", "m-2"]
    assert (str(first.place().file), first.value["assetModelName"]) == ("iotsitewise/asset-model/m-1", "m-1")
    assert first.value["tags"] == [{"key": "a", "value": "1"}, {"key": "b", "value": "2"}]
    own, motor, gear = first.value["assetModelCompositeModels"]
    assert (own["id"], motor["id"], gear["id"]) == ("c-0", "c-1", "c-2")
    assert (motor["parentId"], gear["parentId"]) == (None, "c-1")
    assert motor["properties"] == [{"name": "m-1 c-1"}]
    assert [composite["id"] for composite in second.value["assetModelCompositeModels"]] == ["c-0"]


def test_assets_come_with_all_their_children() -> None:
    account = SiteWiseAccount(Paged())
    account.models()
    assets = [asset.value for asset in account.assets()]
    assert [asset["assetId"] for asset in assets] == ["m-1 a-2", "m-1 a-1", "m-2 a-2", "m-2 a-1"]
    assert assets[0]["assetHierarchies"] == [
        {"id": "h-1", "childAssetId": "m-1 a-2 child 1"},
        {"id": "h-1", "childAssetId": "m-1 a-2 child 2"},
    ]

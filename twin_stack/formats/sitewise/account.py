"""Asset models and assets of an account, in the form of metadata transfer files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from twin_stack.client.access import pages
from twin_stack.definition.findings import Location
from twin_stack.formats.calls import in_order
from twin_stack.formats.sitewise.models import SourceItem

if TYPE_CHECKING:
    from collections.abc import Iterator

    Json = dict[str, Any]

MAX_PAGE: Final = 250
"""Source: botocore, iotsitewise, ``MaxResults``."""
_MODEL_TYPES: Final = ["ASSET_MODEL"]


class SiteWiseAccount:
    """Reads the asset models and assets of an account and region.

    Args:
        client: A client of boto3 for ``iotsitewise``.

    Attributes:
        model_ids: Ids of the asset models, once ``models`` has read them.
    """

    def __init__(self, client: Any) -> None:
        self._client = client
        self.model_ids: list[str] = []

    def models(self) -> list[SourceItem]:
        """Return all asset models, sorted by name."""
        summaries = pages(
            self._client.list_asset_models,
            "assetModelSummaries",
            assetModelTypes=_MODEL_TYPES,
            maxResults=MAX_PAGE,
        )
        ordered = sorted(summaries, key=lambda item: (item["name"], item["id"]))
        self.model_ids = [item["id"] for item in ordered]
        models = in_order(lambda item: self._model(item["id"]), ordered)
        return [
            _item("asset-model", summary["id"], model) for summary, model in zip(ordered, models, strict=True)
        ]

    def assets(self) -> Iterator[SourceItem]:
        """Yield the assets of the models, with their children."""
        for summaries in in_order(self._assets_of, self.model_ids):
            ordered = sorted(summaries, key=lambda item: (item["name"], item["id"]))
            for summary, asset in zip(ordered, in_order(self._asset, ordered), strict=True):
                yield _item("asset", summary["id"], asset)

    def _assets_of(self, model_id: str) -> list[Json]:
        return pages(
            self._client.list_assets,
            "assetSummaries",
            assetModelId=model_id,
            filter="ALL",
            maxResults=MAX_PAGE,
        )

    def _model(self, model_id: str) -> Json:
        answer: Json = self._client.describe_asset_model(assetModelId=model_id)
        composites = list(answer.get("assetModelCompositeModels") or ())
        known = {composite.get("id") for composite in composites}
        for summary in answer.get("assetModelCompositeModelSummaries") or ():
            if summary["id"] not in known:
                composites.append(self._composite(model_id, summary))
        return {
            "assetModelId": answer["assetModelId"],
            "assetModelExternalId": answer.get("assetModelExternalId"),
            "assetModelName": answer["assetModelName"],
            "assetModelDescription": answer.get("assetModelDescription"),
            "assetModelProperties": answer.get("assetModelProperties") or [],
            "assetModelCompositeModels": composites,
            "assetModelHierarchies": answer.get("assetModelHierarchies") or [],
            "tags": self._tags(answer["assetModelArn"]),
        }

    def _composite(self, model_id: str, summary: Json) -> Json:
        answer = self._client.describe_asset_model_composite_model(
            assetModelId=model_id, assetModelCompositeModelId=summary["id"]
        )
        path = summary.get("path") or []
        return {
            "id": summary["id"],
            "externalId": summary.get("externalId"),
            "name": summary["name"],
            "type": summary["type"],
            "description": summary.get("description"),
            # The path ends in the composite model itself.
            "parentId": path[-2]["id"] if len(path) > 1 else None,
            "properties": answer.get("assetModelCompositeModelProperties") or [],
        }

    def _asset(self, summary: Json) -> Json:
        hierarchies: list[Json] = []
        for hierarchy in summary.get("hierarchies") or ():
            children = pages(
                self._client.list_associated_assets,
                "assetSummaries",
                assetId=summary["id"],
                hierarchyId=hierarchy["id"],
                traversalDirection="CHILD",
                maxResults=MAX_PAGE,
            )
            hierarchies += [{"id": hierarchy["id"], "childAssetId": child["id"]} for child in children]
        return {
            "assetId": summary["id"],
            "assetExternalId": summary.get("externalId"),
            "assetModelId": summary["assetModelId"],
            "assetName": summary["name"],
            "assetDescription": summary.get("description"),
            "assetHierarchies": sorted(hierarchies, key=lambda item: item["childAssetId"]),
            "tags": self._tags(summary["arn"]),
        }

    def _tags(self, arn: str) -> list[Json]:
        tags = self._client.list_tags_for_resource(resourceArn=arn).get("tags") or {}
        return [{"key": key, "value": tags[key]} for key in sorted(tags) if not key.startswith("aws:")]


def _item(kind: str, item_id: str, value: Json) -> SourceItem:
    place = Location(Path("iotsitewise", kind, item_id), 1, 1)
    return SourceItem({key: content for key, content in value.items() if content}, lambda *_: place)

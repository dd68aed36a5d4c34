"""Asset models and assets of an account, in the form of metadata transfer files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from twin_stack.client.access import pages
from twin_stack.definition.findings import Location
from twin_stack.formats.calls import in_order
from twin_stack.formats.sitewise.models import SourceItem
from twin_stack.twinmaker.quotas import MAX_SITEWISE_PAGE

if TYPE_CHECKING:
    from collections.abc import Iterator

    Json = dict[str, Any]

_MODEL_TYPES: Final = ["ASSET_MODEL"]


class SiteWiseAccount:
    """Reads the asset models and assets of an account and region.

    Args:
        client: A client of boto3 for ``iotsitewise``.

    Attributes:
        model_ids: Ids of the asset models, once ``models`` or ``assets_below`` has found them.
    """

    def __init__(self, client: Any) -> None:
        self._client = client
        self.model_ids: list[str] = []

    def models(self) -> list[SourceItem]:
        """Return the asset models: all of them, sorted by name, or those of ``assets_below``."""
        if not self.model_ids:
            summaries = pages(
                self._client.list_asset_models,
                "assetModelSummaries",
                assetModelTypes=_MODEL_TYPES,
                maxResults=MAX_SITEWISE_PAGE,
            )
            ordered = sorted(summaries, key=lambda item: (item["name"], item["id"]))
            self.model_ids = [item["id"] for item in ordered]
        models = in_order(self._model, self.model_ids)
        return [
            _item("asset-model", model_id, model)
            for model_id, model in zip(self.model_ids, models, strict=True)
        ]

    def assets(self) -> Iterator[SourceItem]:
        """Yield the assets of the models, with their children."""
        for summaries in in_order(self._assets_of, self.model_ids):
            ordered = sorted(summaries, key=lambda item: (item["name"], item["id"]))
            for summary, (asset, _) in zip(ordered, in_order(self._asset, ordered), strict=True):
                yield _item("asset", summary["id"], asset)

    def assets_below(self, asset_id: str) -> Iterator[SourceItem]:
        """Yield an asset and all assets below it, parents first, and note their models.

        Args:
            asset_id: Id of the asset, or ``externalId:`` with its external id.
        """
        answer = self._client.describe_asset(assetId=asset_id, excludeProperties=True)
        level: list[Json] = [
            {
                "id": answer["assetId"],
                "externalId": answer.get("assetExternalId"),
                "arn": answer["assetArn"],
                "name": answer["assetName"],
                "description": answer.get("assetDescription"),
                "assetModelId": answer["assetModelId"],
                "hierarchies": answer.get("assetHierarchies") or [],
            }
        ]
        seen = {answer["assetId"]}
        while level:
            below: list[Json] = []
            for summary, (asset, children) in zip(level, in_order(self._asset, level), strict=True):
                if summary["assetModelId"] not in self.model_ids:
                    self.model_ids.append(summary["assetModelId"])
                yield _item("asset", summary["id"], asset)
                for child in children:
                    if child["id"] not in seen:
                        seen.add(child["id"])
                        below.append(child)
            level = sorted(below, key=lambda item: (item["name"], item["id"]))

    def _assets_of(self, model_id: str) -> list[Json]:
        return pages(
            self._client.list_assets,
            "assetSummaries",
            assetModelId=model_id,
            filter="ALL",
            maxResults=MAX_SITEWISE_PAGE,
        )

    def _model(self, model_id: str) -> Json:
        answer: Json = self._client.describe_asset_model(assetModelId=model_id)
        composites = list(answer.get("assetModelCompositeModels") or ())
        given_ids = {composite.get("id") for composite in composites}
        for summary in answer.get("assetModelCompositeModelSummaries") or ():
            if summary["id"] not in given_ids:
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

    def _asset(self, summary: Json) -> tuple[Json, list[Json]]:
        """Return an asset in the form of transfer files, and the summaries of those below it."""
        hierarchies: list[Json] = []
        below: list[Json] = []
        for hierarchy in summary.get("hierarchies") or ():
            children = pages(
                self._client.list_associated_assets,
                "assetSummaries",
                assetId=summary["id"],
                hierarchyId=hierarchy["id"],
                traversalDirection="CHILD",
                maxResults=MAX_SITEWISE_PAGE,
            )
            hierarchies += [{"id": hierarchy["id"], "childAssetId": child["id"]} for child in children]
            below += children
        asset = {
            "assetId": summary["id"],
            "assetExternalId": summary.get("externalId"),
            "assetModelId": summary["assetModelId"],
            "assetName": summary["name"],
            "assetDescription": summary.get("description"),
            "assetHierarchies": sorted(hierarchies, key=lambda item: item["childAssetId"]),
            "tags": self._tags(summary["arn"]),
        }
        return asset, below

    def _tags(self, arn: str) -> list[Json]:
        tags = self._client.list_tags_for_resource(resourceArn=arn).get("tags") or {}
        return [{"key": key, "value": tags[key]} for key in sorted(tags) if not key.startswith("aws:")]


def _item(kind: str, item_id: str, value: Json) -> SourceItem:
    place = Location(Path("iotsitewise", kind, item_id), 1, 1)
    return SourceItem({key: content for key, content in value.items() if content}, lambda *_: place)

"""Members of asset models and assets that a definition cannot hold: they stay in AWS IoT SiteWise."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from twin_stack.definition.rules.imports import NOT_IMPORTED
from twin_stack.formats.losses import GatheredLosses

if TYPE_CHECKING:
    from collections.abc import Iterator

    from twin_stack.definition.findings import Finding
    from twin_stack.formats.sitewise.models import SourceItem

_COMPUTED: Final = "AWS IoT SiteWise goes on computing it, and the definition reads its values"
_OF_MODEL: Final = {
    "transform": _COMPUTED,
    "metric": _COMPUTED,
    "defaultValue": "the connector reads the values that assets have",
    "processingConfig": "it sets where AWS IoT SiteWise computes, not what a twin reads",
    "assetModelHierarchies": "parents of entities replace it",
    "assetModelName": "the component type has the external id",
}
_OF_ASSET_PROPERTY: Final = {
    "alias": "values are read by asset and property, and devices go on publishing to it",
    "attributeValue": "the connector reads it",
    "unit": "a component type has one unit for all its assets",
    "propertyNotificationState": "a twin does not read notifications",
    "retainDataOnAliasChange": "it is a setting of a transfer job",
}
_REMEDY: Final = "no action is needed: AWS IoT SiteWise keeps it"


class LeftOutMembers:
    """Gathers members that only SiteWise holds, each name once with the number of its places."""

    def __init__(self) -> None:
        self._losses = GatheredLosses(NOT_IMPORTED, "is not imported")

    def findings(self) -> list[Finding]:
        """Return a finding for each name, at its first place."""
        return self._losses.findings()

    def add_model(self, item: SourceItem) -> None:
        """Note what is lost of an asset model.

        Args:
            item: The model.
        """
        model = item.value
        if model.get("assetModelExternalId", model.get("assetModelName")) != model.get("assetModelName"):
            self._lose(item, _OF_MODEL, "assetModelName")
        if model.get("assetModelHierarchies"):
            self._lose(item, _OF_MODEL, "assetModelHierarchies")
        for path, own in _properties(item):
            for kind, settings in (own.get("type") or {}).items():
                if kind in _OF_MODEL:
                    self._lose(item, _OF_MODEL, *path, "type", kind)
                for name in ("defaultValue", "processingConfig"):
                    if name in (settings or {}):
                        self._lose(item, _OF_MODEL, *path, "type", kind, name)

    def add_asset(self, item: SourceItem) -> None:
        """Note what is lost of an asset.

        Args:
            item: The asset.
        """
        for index, own in enumerate(item.value.get("assetProperties") or ()):
            for name in own.keys() & _OF_ASSET_PROPERTY:
                self._lose(item, _OF_ASSET_PROPERTY, "assetProperties", index, name)

    def _lose(self, item: SourceItem, reasons: dict[str, str], *path: str | int) -> None:
        name = str(path[-1])
        self._losses.add(name, partial(item.place, *path), reasons[name], _REMEDY)


def _properties(item: SourceItem) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """Yield the path and the members of each property of a model and of its composite models."""
    for index, own in enumerate(item.value.get("assetModelProperties") or ()):
        yield ("assetModelProperties", index), own
    for number, composite in enumerate(item.value.get("assetModelCompositeModels") or ()):
        for index, own in enumerate(composite.get("properties") or ()):
            yield ("assetModelCompositeModels", number, "properties", index), own

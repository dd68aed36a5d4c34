"""Assets of AWS IoT SiteWise as entities. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from twin_stack.definition.rules.imports import CHANGED_ON_IMPORT, NEEDS_A_DECISION
from twin_stack.definition.schema import ENTITY_ID, ENTITY_NAME
from twin_stack.formats.sitewise.models import references
from twin_stack.formats.sitewise.texts import plain_entity_id, plain_entity_name, unused
from twin_stack.twinmaker.names import SITEWISE_ASSET_ID

if TYPE_CHECKING:
    from twin_stack.definition.findings import Finding
    from twin_stack.formats.sitewise.models import ModelTypes, SourceItem

COMPONENT: Final = "asset"
"""Name of the component that is an asset."""
_EXTERNAL: Final = "externalId:"


@dataclass(slots=True)
class AssetEntities:
    """Makes entities of assets. All assets are added before the first entity is requested.

    Attributes:
        types: Component types of the models.
        losses: Receives what was dropped or changed.
    """

    types: ModelTypes
    losses: list[Finding]
    _entity_ids: dict[str, str] = field(default_factory=dict)
    _taken: set[str] = field(default_factory=set)
    _parents: dict[str, str] = field(default_factory=dict)

    def add(self, item: SourceItem) -> None:
        """Note an asset and the assets below it.

        Args:
            item: The asset.
        """
        asset = item.value
        own_id, external_id = asset.get("assetId"), asset.get("assetExternalId")
        usable = (str(text) for text in (external_id, own_id) if text and ENTITY_ID.fits(str(text)))
        entity_id = unused(next(usable, plain_entity_id(str(asset.get("assetName", "")))), self._taken)
        self._taken.add(entity_id)
        for reference in references(own_id, external_id):
            if reference in self._entity_ids:
                message = f'asset "{reference}" is written twice'
                remedy = f"delete one of them, or the entity {entity_id}"
                self.losses.append(NEEDS_A_DECISION.finding(item.place(), message, remedy))
            else:
                self._entity_ids[reference] = entity_id
        for index, hierarchy in enumerate(asset.get("assetHierarchies") or ()):
            children = references(hierarchy.get("childAssetId"), hierarchy.get("childAssetExternalId"))
            for child in children:
                if self._parents.setdefault(child, entity_id) != entity_id:
                    message = (
                        f'asset "{child}" is below {self._parents[child]}, and below {entity_id} as well'
                    )
                    place = item.place("assetHierarchies", index)
                    self.losses.append(NEEDS_A_DECISION.finding(place, message, "an entity has one parent"))

    def entity(self, item: SourceItem) -> dict[str, Any]:
        """Return an asset in the form of definition files.

        Args:
            item: The asset, which was added.
        """
        asset = item.value
        named = list(references(asset.get("assetId"), asset.get("assetExternalId")))
        entity_id = next((self._entity_ids.pop(name) for name in named if name in self._entity_ids), None)
        name = str(asset.get("assetName", ""))
        entity_name = name if ENTITY_NAME.fits(name) else plain_entity_name(name)
        if entity_name != name:
            message = f'asset "{name}" becomes entity "{entity_name}": CloudFormation takes no other name'
            self.losses.append(CHANGED_ON_IMPORT.finding(item.place("assetName"), message))
        parent = next((self._parents[name] for name in named if name in self._parents), None)
        members = {
            "entityId": entity_id or plain_entity_id(name),
            "entityName": entity_name,
            "description": asset.get("assetDescription"),
            "parentEntityId": parent,
            **self._components(item),
            "tags": {tag["key"]: tag["value"] for tag in asset.get("tags") or ()},
        }
        return {key: content for key, content in members.items() if content}

    def _components(self, item: SourceItem) -> dict[str, Any]:
        model_type = self.types.of_asset(item.value)
        if model_type is None:
            model = item.value.get("assetModelId") or item.value.get("assetModelExternalId")
            message = f'the model "{model}" of asset "{item.value.get("assetName")}" is not in the source'
            remedy = "import its model too, or write the component into the definition"
            self.losses.append(NEEDS_A_DECISION.finding(item.place(), message, remedy))
            return {}
        external_id = item.value.get("assetExternalId")
        asset_id = f"{_EXTERNAL}{external_id}" if external_id else item.value.get("assetId")
        values = {SITEWISE_ASSET_ID: asset_id}
        return {
            "components": {COMPONENT: {"componentTypeId": model_type.type_id, "properties": dict(values)}},
            "compositeComponents": {
                f"{COMPONENT}{path}": {"properties": dict(values)} for path in model_type.part_paths
            },
        }

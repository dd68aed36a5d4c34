"""Asset models of AWS IoT SiteWise as component types. Pure.

A model is a mapping as SiteWise's metadata transfer files have it (user guide, "AWS IoT SiteWise metadata
transfer job schema"). Its assets exist: values are read through a connector of kind ``sitewise``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from twin_stack.definition.rules.imports import CHANGED_ON_IMPORT, NEEDS_A_DECISION, NOT_IMPORTED
from twin_stack.definition.schema import COMPONENT_TYPE_ID
from twin_stack.formats.sitewise.texts import plain_name, plain_type_id, unused
from twin_stack.twinmaker.data_types import SITEWISE_TYPES
from twin_stack.twinmaker.names import (
    ATTRIBUTE_READER,
    DATA_READER,
    RESERVED_NAMESPACE,
    SITEWISE_ASSET_ID,
    SITEWISE_PROPERTY_EXTERNAL_ID,
    SITEWISE_PROPERTY_ID,
)
from twin_stack.twinmaker.patterns import CONFIGURATION_VALUE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from twin_stack.definition.findings import Finding, Location

    Json = Mapping[str, Any]

CONNECTOR: Final = "sitewise"
"""Name of the connector in ``twin.yaml``."""
ALARM: Final = "AWS/ALARM"
COMPONENT_MODEL: Final = "COMPONENT_MODEL"
_ASSET_ID: Final = {"dataType": "STRING", "isExternalId": True, "isRequiredInEntity": True}


@dataclass(frozen=True, slots=True)
class SourceItem:
    """An asset model or an asset, with its places.

    Attributes:
        value: Members as in a metadata transfer file.
        place: Returns the place of a key below it; of itself without a key.
    """

    value: Json
    place: Callable[..., Location]


@dataclass(frozen=True, slots=True)
class ModelType:
    """The component types of one asset model.

    Attributes:
        type_id: The type of its assets.
        part_paths: Paths of its composite models, from the component of an asset.
        types: The types in the form of definition files, those of parts first.
    """

    type_id: str
    part_paths: tuple[str, ...]
    types: tuple[dict[str, Any], ...]


@dataclass(slots=True)
class ModelTypes:
    """Makes component types of asset models.

    Attributes:
        losses: Receives what was dropped or changed.
    """

    losses: list[Finding]
    _by_reference: dict[str, ModelType] = field(default_factory=dict)
    _taken: set[str] = field(default_factory=set)

    def add(self, item: SourceItem) -> tuple[dict[str, Any], ...]:
        """Return the component types of a model.

        Args:
            item: The model.

        Returns:
            The types, those of parts first; none for a component model, which has no assets.
        """
        model = item.value
        name = str(model.get("assetModelName", ""))
        if model.get("assetModelType") == COMPONENT_MODEL:
            message = f'component model "{name}" is not imported by itself: it has no assets'
            remedy = "no action is needed: models that use it have its properties as parts"
            self.losses.append(NOT_IMPORTED.finding(item.place(), message, remedy))
            return ()
        model_type = self._model_type(item, name)
        for reference in references(model.get("assetModelId"), model.get("assetModelExternalId")):
            self._by_reference[reference] = model_type
        return model_type.types

    def of_asset(self, asset: Json) -> ModelType | None:
        """Return the types of an asset's model, None where the source lacks the model.

        Args:
            asset: The asset.
        """
        named = references(asset.get("assetModelId"), asset.get("assetModelExternalId"))
        return next((self._by_reference[name] for name in named if name in self._by_reference), None)

    def _model_type(self, item: SourceItem, name: str) -> ModelType:
        model = item.value
        external_id = str(model.get("assetModelExternalId", ""))
        is_usable = COMPONENT_TYPE_ID.fits(external_id) and not external_id.startswith(RESERVED_NAMESPACE)
        type_id = self._type_id(external_id if is_usable else plain_type_id(name))
        if type_id not in (external_id, name):
            message = f'model "{name}" becomes component type {type_id}'
            self.losses.append(CHANGED_ON_IMPORT.finding(item.place(), message))
        composites = _Composites(self, item, type_id)
        own = self.component_type(
            type_id, model.get("assetModelProperties") or (), item, "assetModelProperties"
        )
        if composites.top:
            own["compositeComponentTypes"] = composites.top
        for key, content in (
            ("description", model.get("assetModelDescription")),
            ("tags", {tag["key"]: tag["value"] for tag in model.get("tags") or ()}),
        ):
            if content:
                own[key] = content
        return ModelType(type_id, tuple(composites.paths), (*composites.types, own))

    def _type_id(self, text: str) -> str:
        type_id = unused(f"model.{text}" if text.startswith(RESERVED_NAMESPACE) else text, self._taken)
        self._taken.add(type_id)
        return type_id

    def part_type_id(self, type_id: str, part: str) -> str:
        """Return the id of the type of a part.

        Args:
            type_id: The type that has the part.
            part: Name of the part.
        """
        return self._type_id(f"{type_id}.{part}")

    def component_type(
        self, type_id: str, properties: Any, item: SourceItem, *path: str | int
    ) -> dict[str, Any]:
        """Return a component type that reads properties of an existing asset.

        Args:
            type_id: Its id.
            properties: Properties of a model or of a composite model.
            item: The model.
            path: Keys from the model to the properties.
        """
        definitions: dict[str, Any] = {SITEWISE_ASSET_ID: dict(_ASSET_ID)}
        for index, own in enumerate(properties):
            definition = self._definition(own, item, (*path, index))
            if definition is None:
                continue
            written = str(own.get("name", ""))
            name = unused(plain_name(written), definitions)
            if name != written:
                message = f'property "{written}" becomes {name}'
                self.losses.append(CHANGED_ON_IMPORT.finding(item.place(*path, index, "name"), message))
            definitions[name] = definition
        has_series = any(own.get("isTimeSeries") for own in definitions.values())
        has_attributes = any(own.get("isStoredExternally") for own in definitions.values())
        functions = {
            name: {"connector": CONNECTOR}
            for name, is_needed in (
                (DATA_READER, has_series),
                (ATTRIBUTE_READER, has_attributes),
            )
            if is_needed
        }
        members = {"componentTypeId": type_id, "propertyDefinitions": definitions, "functions": functions}
        return {name: content for name, content in members.items() if content}

    def _definition(self, own: Json, item: SourceItem, path: tuple[str | int, ...]) -> dict[str, Any] | None:
        name = own.get("name")
        data_type = SITEWISE_TYPES.get(str(own.get("dataType")))
        if data_type is None:
            message = (
                f'property "{name}" is not imported: a definition has no data type {own.get("dataType")}'
            )
            self.losses.append(NOT_IMPORTED.finding(item.place(*path), message))
            return None
        unit = own.get("unit")
        definition: dict[str, Any] = {
            "dataType": {"type": data_type, "unitOfMeasure": unit} if unit else data_type
        }
        is_attribute = "attribute" in (own.get("type") or {})
        definition["isStoredExternally" if is_attribute else "isTimeSeries"] = True
        if own.get("id"):
            definition["configuration"] = {SITEWISE_PROPERTY_ID: own["id"]}
        elif CONFIGURATION_VALUE.fits(str(own.get("externalId", ""))):
            definition["configuration"] = {SITEWISE_PROPERTY_EXTERNAL_ID: own["externalId"]}
        else:
            message = f'property "{name}" has no id that a configuration can hold: {own.get("externalId")}'
            remedy = f"write its id as {SITEWISE_PROPERTY_ID} into its configuration"
            self.losses.append(NEEDS_A_DECISION.finding(item.place(*path), message, remedy))
        return definition


class _Composites:
    """The composite models of a model: parts of the component, each with a type of its own."""

    def __init__(self, types: ModelTypes, item: SourceItem, type_id: str) -> None:
        self.top: dict[str, Any] = {}
        self.paths: list[str] = []
        self.types: list[dict[str, Any]] = []
        self._types = types
        self._item = item
        composites = list(enumerate(item.value.get("assetModelCompositeModels") or ()))
        self._nested: dict[str, list[tuple[int, Json]]] = {}
        own_references = {
            reference
            for _, own in composites
            for reference in references(own.get("id"), own.get("externalId"))
        }
        for index, own in composites:
            parents = [
                reference
                for reference in references(own.get("parentId"), own.get("parentExternalId"))
                if reference in own_references
            ]
            self._nested.setdefault(parents[0] if parents else "", []).append((index, own))
        self._add("", type_id, "", self.top)

    def _add(self, parent: str, type_id: str, path: str, parts: dict[str, Any]) -> None:
        for index, own in self._nested.pop(parent, ()):
            if (problem := self._problem(own)) is not None:
                rule, message, remedy = problem
                place = self._item.place("assetModelCompositeModels", index)
                self._types.losses.append(rule.finding(place, message, remedy))
                continue
            name = unused(plain_name(str(own.get("name", ""))), parts)
            part_type = self._types.part_type_id(type_id, name)
            parts[name] = {"componentTypeId": part_type}
            part_path = f"{path}/{name}"
            self.paths.append(part_path)
            inner: dict[str, Any] = {}
            for reference in references(own.get("id"), own.get("externalId")):
                self._add(reference, part_type, part_path, inner)
            members = self._types.component_type(
                part_type,
                own.get("properties") or (),
                self._item,
                "assetModelCompositeModels",
                index,
                "properties",
            )
            if own.get("description"):
                members["description"] = own["description"]
            if inner:
                members["compositeComponentTypes"] = inner
            self.types.append(members)

    def _problem(self, own: Json) -> tuple[Any, str, str] | None:
        name = own.get("name")
        if own.get("type") == ALARM:
            message = f'alarm "{name}" is not imported: AWS IoT Events, which evaluated it, has ended'
            return NOT_IMPORTED, message, "write it as an alarm of the component type"
        is_composed = own.get("composedAssetModelId") or own.get("composedAssetModelExternalId")
        if is_composed and not own.get("properties"):
            message = f'composite model "{name}" names a component model, and not the ids of its properties'
            return NEEDS_A_DECISION, message, "import from the account, which has the ids"
        return None


def references(own_id: Any, external_id: Any) -> Iterator[str]:
    """Yield the texts by which others refer to something: id and external id, apart from each other.

    Args:
        own_id: Its id, or None.
        external_id: Its external id, or None.
    """
    if own_id:
        yield f"id:{own_id}"
    if external_id:
        yield f"externalId:{external_id}"

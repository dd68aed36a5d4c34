"""The managed assets of a definition as a metadata transfer file of SiteWise."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

from twin_stack.definition.rules.imports import NOT_EXPORTED
from twin_stack.definition.sitewise import (
    asset_external_id,
    managed_connectors,
    model_external_id,
    property_alias,
    sitewise_of,
)
from twin_stack.definition.source import at
from twin_stack.errors import TwinError
from twin_stack.formats.definition_source import checked_definition
from twin_stack.formats.kinds import Exported
from twin_stack.output_files import replacing_file

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from twin_stack.definition import TwinDefinition
    from twin_stack.definition.asset_properties import AssetProperty
    from twin_stack.definition.asset_tree import AssetKey
    from twin_stack.definition.findings import Finding
    from twin_stack.definition.sitewise import Asset, AssetModel
    from twin_stack.formats.kinds import ExportOptions

_OTHER_END: Final = re.compile(r"[^a-zA-Z0-9_]$")


def export_twin(model: Path, target: Path, options: ExportOptions) -> Exported:  # noqa: ARG001
    """Write the asset models and assets that a deployment of a definition makes.

    They have the external ids of a deployment, which therefore adopts what a job made of the file.

    Args:
        model: The folder of the definition.
        target: The file to write.
        options: What the user chose.

    Raises:
        DefinitionError: The definition has mistakes; nothing is written.
        TwinError: The definition manages no assets.
        OSError: The file cannot be written.
    """
    definition = checked_definition(model)
    document = transfer_document(definition)
    if not document["assetModels"]:
        raise TwinError(
            f"{model} has no assets of its own, and it has neither formulas nor aliases and hierarchies of "
            "existing ones; export those by a metadata transfer job of AWS IoT SiteWise, or give a connector "
            "of kind sitewise the member assets: managed"
        )
    with replacing_file(target) as file:
        file.write(f"{json.dumps(document, indent=1, ensure_ascii=False)}\n".encode())
    return Exported([target], list(_losses(definition)))


def transfer_document(definition: TwinDefinition) -> dict[str, Any]:
    """Return the content of the file.

    Args:
        definition: A checked definition.
    """
    data_name = definition.twin.data_name or definition.workspace_id
    derived = sitewise_of(definition)
    children: dict[AssetKey, list[Asset]] = {}
    for asset in derived.assets.values():
        if asset.parent is not None:
            children.setdefault(asset.parent, []).append(asset)
    return {
        "assetModels": [
            _model(definition.workspace_id, data_name, own, derived.models) for own in derived.models.values()
        ],
        "assets": [
            _asset(definition, data_name, own, derived.models[own.component_type_id], children.get(key, []))
            for key, own in derived.assets.items()
        ],
    }


def _model(
    workspace_id: str, data_name: str, model: AssetModel, models: Mapping[str, AssetModel]
) -> dict[str, Any]:
    members: dict[str, Any] = {
        "assetModelExternalId": model_external_id(data_name, model.first_type_id),
        "assetModelName": f"{workspace_id}/{model.component_type_id}",
        "assetModelProperties": [_property(own) for own in model.properties],
    }
    if model.children:
        members["assetModelHierarchies"] = [
            {
                "externalId": _external_id("hierarchy", child),
                "name": child,
                "childAssetModelExternalId": model_external_id(data_name, models[child].first_type_id),
            }
            for child in model.children
        ]
    return members


def _property(own: AssetProperty) -> dict[str, Any]:
    members: dict[str, Any] = {
        "externalId": _external_id("property", own.name),
        "name": own.name,
        "dataType": own.data_type,
    }
    if own.unit is not None:
        members["unit"] = own.unit
    kind: dict[str, Any] = {}
    if own.default_value is not None:
        kind["defaultValue"] = own.default_value
    if own.expression is not None:
        kind["expression"] = own.expression
        kind["variables"] = [
            {
                "name": variable.name,
                "value": {
                    "propertyExternalId": _external_id("property", variable.property_name),
                    **(
                        {"hierarchyExternalId": _external_id("hierarchy", variable.component_type_id)}
                        if variable.component_type_id is not None
                        else {}
                    ),
                },
            }
            for variable in own.inputs
        ]
    if own.window is not None:
        kind["window"] = {"tumbling": {"interval": own.window}}
    return {**members, "type": {own.kind.lower(): kind}}


def _asset(
    definition: TwinDefinition, data_name: str, asset: Asset, model: AssetModel, children: list[Asset]
) -> dict[str, Any]:
    entity_id, path = asset.key
    workspace_id = definition.workspace_id
    members: dict[str, Any] = {
        "assetExternalId": asset_external_id(data_name, *asset.first_identity),
        "assetModelExternalId": model_external_id(data_name, model.first_type_id),
        "assetName": f"{workspace_id}/{entity_id}/{path}",
        "assetProperties": [
            {
                "externalId": _external_id("property", own.name),
                "alias": property_alias(workspace_id, entity_id, own.name, path=path),
            }
            for own in model.properties
        ],
    }
    if children:
        members["assetHierarchies"] = [
            {
                "externalId": _external_id("hierarchy", child.component_type_id),
                "childAssetExternalId": asset_external_id(data_name, *child.first_identity),
            }
            for child in children
        ]
    return members


def _external_id(kind: str, name: str) -> str:
    """Return an external id within a model, which ends with a letter, a digit or ``_``.

    Of a property it has only characters that the configuration of a component type may hold.
    """
    text = f"{kind}_{name}"
    return f"{text}_" if _OTHER_END.search(text) else text


def _losses(definition: TwinDefinition) -> Iterator[Finding]:
    twin = definition.sources["twin", ""]
    managed = managed_connectors(definition.connectors)
    for name in definition.connectors.keys() - managed:
        place = at(twin["connectors"], name, of_key=True)
        message = f'connector "{name}" is not exported: the file holds assets that the definition manages'
        yield NOT_EXPORTED.finding(place, message)
    for name in ("ingest", "tags"):
        if name in twin:
            message = f'"{name}" is not exported: the file holds asset models and assets only'
            yield NOT_EXPORTED.finding(at(twin, name, of_key=True), message)

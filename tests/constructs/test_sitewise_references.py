"""The SiteWise assets and models that a definition names."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from twin_stack import load
from twin_stack.constructs.sitewise_connector import MAX_ASSETS
from twin_stack.constructs.sitewise_references import (
    referenced_assets,
    referenced_models,
    types_with_connector,
)

if TYPE_CHECKING:
    from pathlib import Path

    from twin_stack import TwinDefinition

PUMP, BIG_PUMP = "com.example.Pump", "com.example.BigPump"
ASSET = "0b1e4c0a-9d0d-4b52-9c1f-4be0a7a9f{:03}"


def definition(folder: Path, *asset_ids: str) -> TwinDefinition:
    (folder / "twin.yaml").write_text("workspaceId: plant-1\nconnectors:\n  historian: {kind: sitewise}\n")
    (folder / "component_types").mkdir()
    (folder / "component_types" / "pump.yaml").write_text(
        f"{PUMP}:\n"
        "  propertyDefinitions:\n"
        "    sitewiseAssetId: {dataType: STRING}\n"
        f"    sitewiseAssetModelId: {{dataType: STRING, defaultValue: {ASSET.format(1)}}}\n"
        "    flow: {dataType: DOUBLE, isTimeSeries: true}\n"
        "  functions: {dataReader: historian}\n"
        f"{BIG_PUMP}:\n  extendsFrom: [{PUMP}]\n"
    )
    (folder / "entities").mkdir()
    (folder / "entities" / "pumps.yaml").write_text(
        "".join(
            f"pump-{number}: {{entityName: Pump {number}, components: {{pump: {{componentTypeId: {BIG_PUMP}, "
            f'properties: {{sitewiseAssetId: "{asset_id}"}}}}}}}}\n'
            for number, asset_id in enumerate(asset_ids)
        )
        or "pump: {entityName: Pump}\n"
    )
    return load(folder)


def test_types_that_extend_a_user_of_the_connector_use_it_too(tmp_path: Path) -> None:
    twin = definition(tmp_path)

    assert types_with_connector(twin, "historian") == {PUMP, BIG_PUMP}
    assert types_with_connector(twin, "historian", "dataReader") == {PUMP, BIG_PUMP}
    assert types_with_connector(twin, "historian", "dataWriter") == set()
    assert types_with_connector(twin, "other") == set()


def test_assets_are_sorted_and_named_once(tmp_path: Path) -> None:
    twin = definition(tmp_path, ASSET.format(2), ASSET.format(1), ASSET.format(2))

    assert referenced_assets(twin, {BIG_PUMP}) == [ASSET.format(1), ASSET.format(2)]


@pytest.mark.parametrize(
    "asset_ids",
    [
        (),
        ("externalId:pump-1", ASSET.format(1)),
        tuple(ASSET.format(number) for number in range(MAX_ASSETS + 1)),
    ],
)
def test_assets_are_not_known_if_none_too_many_or_by_external_id(
    tmp_path: Path, asset_ids: tuple[str, ...]
) -> None:
    assert referenced_assets(definition(tmp_path, *asset_ids), {BIG_PUMP}) is None


def test_models_are_those_of_default_values(tmp_path: Path) -> None:
    twin = definition(tmp_path)

    assert referenced_models(twin, {PUMP, BIG_PUMP}) == [ASSET.format(1)]
    assert referenced_models(twin, {BIG_PUMP}) is None

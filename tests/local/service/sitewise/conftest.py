"""An asset with properties of each kind."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.sitewise import ids, model


@pytest.fixture
def mixer(sitewise: Any) -> Any:
    """An asset; `target` and `state` address two of its properties."""
    asset_model = model(sitewise)
    asset_id = sitewise.create_asset(assetName="mixer 1", assetModelId=asset_model["assetModelId"])["assetId"]
    names = ids(asset_model)
    return {
        "model": asset_model,
        "id": asset_id,
        "target": {"assetId": asset_id, "propertyId": names["Temperature"]},
        "state": {"assetId": asset_id, "propertyId": names["State"]},
        "serial": {"assetId": asset_id, "propertyId": names["Serial"]},
        "count": {"assetId": asset_id, "propertyId": names["Count"]},
    }

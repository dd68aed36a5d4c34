"""SiteWise assets that a twin names are made where they do not exist, and left alone where they do."""

from __future__ import annotations

from typing import Any

import boto3
import pytest

from tests.local.service.conftest import (  # noqa: F401 (used by name, as fixtures)
    clock,
    database,
    functions,
    make_client,
    objects,
    server,
    services,
    sitewise,
    start,
)
from twin_stack.client.model import Property
from twin_stack.errors import TwinError
from twin_stack.simulate.placeholder_assets import make_assets
from twin_stack.simulate.plan import Asset
from twin_stack.simulate.signals import Signal

PRESS_1, PRESS_2 = "2b9f4c6e-7a31-4e0d-9b58-6c1d0e8f4a21", "2b9f4c6e-7a31-4e0d-9b58-6c1d0e8f4a22"
PRESSURE, STROKES = "5f0c1f3a-9d55-4b8c-8a0e-3c1f6d2b7e01", "5f0c1f3a-9d55-4b8c-8a0e-3c1f6d2b7e02"


def asset(asset_id: str, **properties: tuple[str, str]) -> Asset:
    """An asset as a component of press-1 names it: data type and id of each property."""
    signals = [
        Signal(
            key=name,
            temperature_key="",
            property=Property(name, {"dataType": {"type": kind, "unitOfMeasure": "bar"}}, None),
            column=property_id,
            is_alarm=False,
            entity_id="press-1",
            component="press",
        )
        for name, (kind, property_id) in properties.items()
    ]
    return Asset(asset_id, "com.example.Press", tuple(signals))


def shown(client: Any, asset_id: str) -> dict[str, tuple[str, str]]:
    """Id and data type of an asset's properties by name."""
    properties = client.describe_asset(assetId=asset_id)["assetProperties"]
    return {item["name"]: (item["dataType"], item["id"]) for item in properties}


def test_asset_takes_values_under_the_ids_of_the_twin_when_it_was_missing(
    sitewise: Any,  # noqa: F811
    clock: Any,  # noqa: F811
) -> None:
    press = asset(PRESS_1, pressure=("DOUBLE", PRESSURE), strokes=("LONG", STROKES))

    assert make_assets(sitewise, [press]) == ([PRESS_1], [])

    assert shown(sitewise, PRESS_1) == {"pressure": ("DOUBLE", PRESSURE), "strokes": ("INTEGER", STROKES)}
    described = sitewise.describe_asset(assetId=PRESS_1)
    assert described["assetName"] == "press-1 press"
    assert described["assetProperties"][0]["unit"] == "bar"
    value = {"value": {"doubleValue": 9.5}, "timestamp": {"timeInSeconds": int(clock())}}
    entry = {"entryId": "1", "assetId": PRESS_1, "propertyId": PRESSURE, "propertyValues": [value]}
    assert sitewise.batch_put_asset_property_value(entries=[entry])["errorEntries"] == []
    # Again, there is nothing to do.
    assert make_assets(sitewise, [press]) == ([], [])


def test_assets_share_a_model_when_they_share_properties(sitewise: Any) -> None:  # noqa: F811
    first = asset(PRESS_1, pressure=("DOUBLE", PRESSURE))
    second = asset(PRESS_2, pressure=("DOUBLE", PRESSURE))
    # Another component of the first asset; its property has a name that is taken.
    more = asset(PRESS_1, pressure=("INTEGER", STROKES))

    created, problems = make_assets(sitewise, [first, second, more])

    assert (sorted(created), problems) == ([PRESS_1, PRESS_2], [])
    (model,) = sitewise.list_asset_models()["assetModelSummaries"]
    for asset_id in (PRESS_1, PRESS_2):
        assert sitewise.describe_asset(assetId=asset_id)["assetModelId"] == model["id"]
        assert {property_id for _, property_id in shown(sitewise, asset_id).values()} == {PRESSURE, STROKES}


def test_model_grows_when_the_twin_names_more_later(sitewise: Any) -> None:  # noqa: F811
    make_assets(sitewise, [asset(PRESS_1, pressure=("DOUBLE", PRESSURE))])
    grown = {"pressure": ("DOUBLE", PRESSURE), "strokes": ("INTEGER", STROKES)}

    assert make_assets(sitewise, [asset(PRESS_1, **grown), asset(PRESS_2, **grown)]) == ([PRESS_2], [])

    assert shown(sitewise, PRESS_1) == shown(sitewise, PRESS_2) == grown


def test_asset_of_another_owner_is_not_changed(sitewise: Any) -> None:  # noqa: F811
    model = sitewise.create_asset_model(assetModelName="Mine")["assetModelId"]
    sitewise.create_asset(assetId=PRESS_1, assetName="My press", assetModelId=model)

    assert make_assets(sitewise, [asset(PRESS_1, pressure=("DOUBLE", PRESSURE))]) == ([], [])

    assert shown(sitewise, PRESS_1) == {}


def test_asset_is_found_by_its_external_id_when_the_twin_names_that(sitewise: Any) -> None:  # noqa: F811
    name = "externalId:press-1"
    press = asset(name, pressure=("DOUBLE", "externalId:pressure"))

    assert make_assets(sitewise, [press]) == ([name], [])
    assert make_assets(sitewise, [press]) == ([], [])

    described = sitewise.describe_asset_property(assetId=name, propertyId="externalId:pressure")
    assert described["assetProperty"]["name"] == "pressure"


def test_problem_names_the_asset_and_others_are_made_when_an_id_cannot_be(sitewise: Any) -> None:  # noqa: F811
    wrong = asset("00000000-0000-0000-0000-000000000000", pressure=("DOUBLE", PRESSURE))

    created, (problem,) = make_assets(sitewise, [wrong, asset(PRESS_2, strokes=("INTEGER", STROKES))])

    assert created == [PRESS_2]
    assert problem.startswith("no placeholder for SiteWise asset 00000000-0000-0000-0000-000000000000: ")
    # A model without an asset would be one more with every try.
    assert len(sitewise.list_asset_models()["assetModelSummaries"]) == 1


def test_nothing_is_created_that_the_twin_creates_or_computes(sitewise: Any) -> None:  # noqa: F811
    by_alias = Asset(None, "com.example.Press", asset(PRESS_1, pressure=("DOUBLE", PRESSURE)).signals)

    assert make_assets(sitewise, [by_alias, asset(PRESS_2)]) == ([], [])
    assert sitewise.list_asset_models()["assetModelSummaries"] == []


def test_nothing_is_created_in_aws() -> None:
    real = boto3.client(
        "iotsitewise", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="y"
    )

    with pytest.raises(TwinError, match="placeholder assets belong in the local twin"):
        make_assets(real, [asset(PRESS_1, pressure=("DOUBLE", PRESSURE))])

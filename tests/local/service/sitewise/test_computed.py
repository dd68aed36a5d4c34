"""Transforms and metrics of SiteWise: computed for values that arrive in any order."""

from __future__ import annotations

import random
from collections import defaultdict
from typing import Any

import pytest

from tests.support.sitewise import NOW, history, ids, put, tqv
from tests.support.soak import repetitions

START = NOW // 300 * 300 - NOW
"""A window's end, in seconds before NOW."""


def computed(name: str, kind: str, expression: str, **variables: Any) -> dict[str, Any]:
    """A property that is a transform, or a metric of five minutes."""
    how: dict[str, Any] = {
        "expression": expression,
        "variables": [{"name": key, "value": value} for key, value in variables.items()],
    }
    if kind == "metric":
        how["window"] = {"tumbling": {"interval": "5m"}}
    return {"name": name, "dataType": "DOUBLE", "type": {kind: how}}


def measured(name: str) -> dict[str, Any]:
    return {"name": name, "dataType": "DOUBLE", "type": {"measurement": {}}}


class Plant:
    """Two lamps below a floor, which sums up what they take."""

    def __init__(self, client: Any) -> None:
        self.client = client
        power, rated = {"propertyId": "power"}, {"propertyId": "rated"}
        lamp = client.create_asset_model(
            assetModelName="Lamp",
            assetModelProperties=[
                measured("power"),
                measured("level"),
                {"name": "rated", "dataType": "DOUBLE", "type": {"attribute": {"defaultValue": "200"}}},
                computed("load", "transform", "power / rated * 100", power=power, rated=rated),
                computed("both", "transform", "power + level", power=power, level={"propertyId": "level"}),
                computed("mean", "metric", "avg(power)", power=power),
                computed("peak", "metric", "max(load)", load={"propertyId": "load"}),
                computed("odd", "metric", "statetime(power)", power=power),
            ],
        )["assetModelId"]
        property_ids = ids(client.describe_asset_model(assetModelId=lamp))
        floor = client.create_asset_model(
            assetModelName="Floor",
            assetModelHierarchies=[{"name": "lamps", "childAssetModelId": lamp}],
            assetModelProperties=[
                computed(
                    "sum", "metric", "sum(m)", m={"propertyId": property_ids["mean"], "hierarchyId": "lamps"}
                ),
                computed("twice", "metric", "2 * latest(s)", s={"propertyId": "sum"}),
            ],
        )["assetModelId"]
        self.floor = client.create_asset(assetName="floor", assetModelId=floor)["assetId"]
        (hierarchy,) = client.describe_asset(assetId=self.floor)["assetHierarchies"]
        self.lamps = []
        for number in (1, 2):
            asset = client.create_asset(assetName=f"lamp {number}", assetModelId=lamp)["assetId"]
            client.associate_assets(assetId=self.floor, hierarchyId=hierarchy["id"], childAssetId=asset)
            self.lamps.append(asset)

    def put(self, lamp: int, second: int, value: float, name: str = "power", quality: str = "GOOD") -> None:
        assert (
            put(self.client, self._address(self.lamps[lamp], name), tqv(second, _double(value), quality))
            == []
        )

    def values(self, asset: str, name: str) -> dict[int, float]:
        points = history(self.client, self._address(asset, name), -10_000, 0, maxResults=20_000)
        return {
            point["timestamp"]["timeInSeconds"] - NOW: point["value"]["doubleValue"]
            for point in points["assetPropertyValueHistory"]
        }

    def _address(self, asset: str, name: str) -> dict[str, str]:
        property_ids = ids(self.client.describe_asset(assetId=asset))
        return {"assetId": asset, "propertyId": property_ids[name]}


def _double(value: float) -> dict[str, float]:
    return {"doubleValue": value}


@pytest.fixture
def plant(sitewise: Any) -> Plant:
    return Plant(sitewise)


def test_transform_has_a_value_for_each_value_of_a_variable(plant: Plant) -> None:
    plant.put(0, -50, 100)
    plant.put(0, -40, 150)
    assert plant.values(plant.lamps[0], "load") == {-50: 50.0, -40: 75.0}

    # Before there is a level there is no sum; each then has the last value of the other.
    plant.put(0, -45, 1, "level")
    plant.put(0, -30, 2, "level")
    assert plant.values(plant.lamps[0], "both") == {-45: 101.0, -40: 151.0, -30: 152.0}


def test_metric_has_the_end_of_its_window_and_not_its_start(plant: Plant) -> None:
    for second, value in ((-300, 1000.0), (-299, 10.0), (-150, 20.0), (0, 30.0)):
        plant.put(0, START + second, value)

    assert plant.values(plant.lamps[0], "mean") == {START - 300: 1000.0, START: 20.0}
    # Of a transform as well, which is worked out before.
    assert plant.values(plant.lamps[0], "peak") == {START - 300: 500.0, START: 15.0}


def test_metric_of_a_parent_sums_the_metrics_of_its_children(plant: Plant) -> None:
    plant.put(0, START - 10, 100)
    plant.put(1, START - 20, 40)
    plant.put(1, START - 15, 60)

    assert plant.values(plant.floor, "sum") == {START: 150.0}
    assert plant.values(plant.floor, "twice") == {START: 300.0}


def test_late_value_recomputes_the_results(plant: Plant) -> None:
    plant.put(0, START - 10, 100)
    assert plant.values(plant.floor, "sum") == {START: 100.0}

    plant.put(0, START - 5, 300)
    plant.put(1, START - 5, 7)
    assert plant.values(plant.floor, "sum") == {START: 207.0}


def test_window_has_no_value_before_it_is_over_and_without_good_values(plant: Plant) -> None:
    plant.put(0, START + 1, 100)
    plant.put(0, START - 10, 5, quality="BAD")

    assert plant.values(plant.lamps[0], "mean") == {}
    assert plant.values(plant.lamps[0], "load") == {START + 1: 50.0}


def test_latest_value_and_aggregates_are_of_computed_values_too(plant: Plant) -> None:
    plant.put(0, -50, 100)
    address = plant._address(plant.lamps[0], "load")
    assert plant.client.get_asset_property_value(**address)["propertyValue"]["value"] == _double(50.0)
    entries = [{"entryId": "a", **address}]
    entries_read = plant.client.batch_get_asset_property_value(entries=entries)["successEntries"]
    assert entries_read[0]["assetPropertyValue"]["value"] == _double(50.0)


def test_expression_that_is_not_available_has_no_values(plant: Plant) -> None:
    plant.put(0, START - 10, 100)

    assert plant.values(plant.lamps[0], "odd") == {}


def test_disassociated_asset_is_not_aggregated(plant: Plant) -> None:
    (hierarchy,) = plant.client.describe_asset(assetId=plant.floor)["assetHierarchies"]
    plant.put(0, START - 10, 100)
    plant.put(1, START - 10, 50)
    plant.client.disassociate_assets(
        assetId=plant.floor, hierarchyId=hierarchy["id"], childAssetId=plant.lamps[1]
    )
    plant.put(1, START - 9, 70)

    assert plant.values(plant.floor, "sum") == {START: 100.0}


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(repetitions(1, 100)))
def test_computed_values_are_independent_of_the_order_of_writes(plant: Plant, seed: int) -> None:
    """Shuffled, repeated and read in between: the same as all at once."""
    chance = random.Random(seed)
    written = {
        (lamp, START - second): float(chance.randint(0, 99))
        for lamp in (0, 1)
        for second in range(0, 900, 37)
    }
    sent = [*written.items(), *chance.sample(sorted(written.items()), 10)]
    chance.shuffle(sent)
    for (lamp, second), value in sent:
        plant.put(lamp, second, value)
        if chance.random() < 0.1:
            plant.values(plant.floor, "twice")

    windows: dict[int, dict[int, list[float]]] = defaultdict(lambda: defaultdict(list))
    for (lamp, second), value in written.items():
        windows[-(-(second + NOW) // 300) * 300 - NOW][lamp].append(value)
    sums = {
        end: sum(sum(values) / len(values) for values in lamps.values()) for end, lamps in windows.items()
    }
    assert plant.values(plant.floor, "sum") == pytest.approx(sums)
    assert plant.values(plant.floor, "twice") == pytest.approx(
        {end: 2 * total for end, total in sums.items()}
    )


def test_text_of_a_property_of_numbers_gives_no_value(sitewise: Any) -> None:
    model = sitewise.create_asset_model(
        assetModelName="Words",
        assetModelProperties=[
            measured("power"),
            computed("words", "transform", "'at ' + power", power={"propertyId": "power"}),
            {
                **computed("label", "transform", "'at ' + power", power={"propertyId": "power"}),
                "dataType": "STRING",
            },
        ],
    )["assetModelId"]
    asset = sitewise.create_asset(assetName="words", assetModelId=model)["assetId"]
    property_ids = ids(sitewise.describe_asset(assetId=asset))
    assert (
        put(sitewise, {"assetId": asset, "propertyId": property_ids["power"]}, tqv(-50, _double(7.0))) == []
    )

    words = history(sitewise, {"assetId": asset, "propertyId": property_ids["words"]}, -100, 0)
    assert words["assetPropertyValueHistory"] == []
    labels = history(sitewise, {"assetId": asset, "propertyId": property_ids["label"]}, -100, 0)
    assert [point["value"] for point in labels["assetPropertyValueHistory"]] == [{"stringValue": "at 7"}]

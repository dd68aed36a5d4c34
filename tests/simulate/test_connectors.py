"""Where connectors and SiteWise models keep values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.support.simulated_plant import SiteWise
from twin_stack.simulate.connectors import ConnectorLookup, ModelLookup, TelemetryTable

if TYPE_CHECKING:
    from twin_stack.simulate.clients import Clients


def test_table_of_a_component_type_is_that_of_its_reader(clients: Clients) -> None:
    lookup = ConnectorLookup(clients, "Factory")

    assert lookup.table("sensor") == TelemetryTable("rows", "device_id", "timestamp", "ms", None)
    assert lookup.table("counter") == lookup.table("sensor")
    assert lookup.table("press") is None
    assert clients.lambda_.requested == ["telemetry", "historian"]


@pytest.mark.parametrize("name", ["PARTITION", "SORT_PREFIX"])
def test_table_with_other_keys_is_no_place_to_write_to(clients: Clients, name: str) -> None:
    clients.lambda_.settings = {name: "${device}"}

    assert ConnectorLookup(clients, "Factory").table("sensor") is None


def test_alias_template_is_that_of_the_reader(clients: Clients) -> None:
    clients.lambda_.settings = {"TABLE_NAME": "", "PROPERTY_ALIAS": "/${entityId}/${propertyName}"}
    lookup = ConnectorLookup(clients, "Factory")

    assert lookup.alias_template("sensor") == "/${entityId}/${propertyName}"
    assert lookup.table("sensor") is None


def test_alarms_of_an_evaluator_are_named_with_their_table(clients: Clients) -> None:
    assert ConnectorLookup(clients, "Factory").evaluated_alarms() == set()

    clients.lambda_.mappings.append({"FunctionArn": "arn:aws:lambda:us-east-1:1:function:evaluator"})
    assert ConnectorLookup(clients, "Factory").evaluated_alarms() == {("rows", "alarm")}


class ComputedModel(SiteWise):
    """SiteWise with a model that computes one of two properties."""

    def describe_asset_model(self, **_: Any) -> Any:
        return {
            "assetModelProperties": [
                {"id": "p1", "type": {"measurement": {}}},
                {"id": "p2", "type": {"metric": {}}},
            ]
        }


def test_properties_that_sitewise_computes_are_named_once_for_a_type() -> None:
    lookup = ModelLookup(ComputedModel())
    columns = [("p1", "pressure"), ("p2", "mean")]

    assert lookup.computed("press", "asset-1", columns) == {"mean"}
    assert lookup.computed("press", "asset-3", columns) == {"mean"}
    assert lookup.problems == ["press: mean not written, for SiteWise computes them"]


def test_asset_that_does_not_exist_computes_nothing() -> None:
    assert ModelLookup(ComputedModel()).computed("press", "asset-2", [("p1", "pressure")]) == set()


def test_a_function_that_does_not_exist_is_named_once_for_its_type(clients: Clients) -> None:
    clients.lambda_.missing.add("telemetry")
    lookup = ConnectorLookup(clients, "Factory")

    assert lookup.table("sensor") is None
    assert lookup.table("sensor") is None
    assert lookup.lacks_function("sensor")
    assert not lookup.lacks_function("press")

    (problem,) = lookup.problems
    assert problem.startswith(
        "sensor: the function arn:aws:lambda:us-east-1:123456789012:function:telemetry "
    )
    assert "does not exist here" in problem


def test_an_evaluator_that_does_not_exist_evaluates_no_alarms(clients: Clients) -> None:
    clients.lambda_.mappings = [{"FunctionArn": "arn:aws:lambda:us-east-1:123456789012:function:evaluator"}]
    assert ConnectorLookup(clients, "Factory").evaluated_alarms() == {("rows", "alarm")}
    clients.lambda_.missing.add("evaluator")
    assert ConnectorLookup(clients, "Factory").evaluated_alarms() == set()

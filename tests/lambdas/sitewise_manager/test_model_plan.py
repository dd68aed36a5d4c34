"""The requests that bring an asset model to a definition, and what they would lose."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any

from sitewise_manager.model_plan import Loss, new_model, plan_model
from sitewise_manager.shapes import Hierarchy, Identity, Model, Property, Variable

if TYPE_CHECKING:
    from collections.abc import Callable

Json = dict[str, Any]

POWER = Property("power", "measurement", "DOUBLE")


def numbered() -> Callable[[], str]:
    """Return new ids in turn: new-1, new-2."""
    numbers = count(1)
    return lambda: f"new-{next(numbers)}"


def no_child(_model_id: str, _property_name: str) -> None:
    return None


def model(*properties: Property, hierarchies: tuple[Hierarchy, ...] = ()) -> Model:
    return Model(Identity("plant:Mill", (), "Stack/Mill", "plant", False), "Mill", properties, hierarchies)


def live_property(name: str, kind: str = "measurement", data_type: str = "DOUBLE", **details: Any) -> Json:
    return {"id": f"id-of-{name}", "name": name, "dataType": data_type, "type": {kind: details}}


def live_model(*properties: Json, **members: Any) -> Json:
    return {
        "assetModelName": "Mill",
        "assetModelExternalId": "plant:Mill",
        "assetModelProperties": list(properties),
        "assetModelHierarchies": [],
        **members,
    }


def test_model_as_desired_needs_no_request_whatever_the_service_adds_to_it() -> None:
    variables = [{"name": "p", "value": {"propertyId": "id-of-power", "propertyPath": [{"name": "power"}]}}]
    live = live_model(
        live_property("power"), live_property("double", "transform", expression="p * 2", variables=variables)
    )
    double = Property(
        "double", "transform", "DOUBLE", expression="p * 2", variables=(Variable("p", "power"),)
    )
    plan = plan_model(model(POWER, double), live, numbered(), no_child)
    assert (plan.requests, plan.losses) == ((), ())


def test_property_that_cannot_change_gives_its_name_to_a_new_one_and_goes_last() -> None:
    live = live_model(live_property("power", data_type="STRING"))
    plan = plan_model(model(POWER), live, numbered(), no_child)
    assert [
        [(item["id"], item["name"], item["dataType"]) for item in request["assetModelProperties"]]
        for request in plan.requests
    ] == [
        [("id-of-power", "power (id-of-po)", "STRING")],
        [("new-1", "power", "DOUBLE"), ("id-of-power", "power (id-of-po)", "STRING")],
        [("new-1", "power", "DOUBLE")],
    ]
    reason = "would change its data type from STRING to DOUBLE"
    assert plan.losses == (Loss("id-of-power", "power", reason, "measurement", None),)


def test_kept_properties_stay_as_they_are_and_are_no_loss() -> None:
    live = live_model(live_property("power", data_type="STRING"), live_property("heat"))
    plan = plan_model(model(POWER), live, numbered(), no_child, kept={"id-of-power", "id-of-heat"})
    assert (plan.requests, plan.losses) == ((), ())


def test_property_is_matched_by_its_name_before_the_former_names_of_others() -> None:
    desired = model(Property("load", "measurement", "DOUBLE", former_names=("oldest", "power")), POWER)
    live = live_model(live_property("power"), live_property("oldest"))
    (request,) = plan_model(desired, live, numbered(), no_child).requests
    ids = {item["name"]: item["id"] for item in request["assetModelProperties"]}
    assert ids == {"load": "id-of-oldest", "power": "id-of-power"}


def test_request_repeats_what_it_would_otherwise_remove_and_adds_a_missing_external_id() -> None:
    alarms = [{"id": "alarm", "name": "alarm", "type": "AWS/ALARM", "properties": []}]
    others = {"assetModelDescription": "Mills", "assetModelCompositeModels": alarms}
    live = live_model(live_property("power"), **others)
    del live["assetModelExternalId"]
    (request,) = plan_model(model(POWER), live, numbered(), no_child).requests
    assert {name: request[name] for name in others} == others
    assert request["assetModelExternalId"] == "plant:Mill"


def test_metric_refers_to_properties_of_children_by_id_or_by_name_if_they_are_not_found() -> None:
    variables = (
        Variable("own", "power"),
        Variable("below", "power", "lines"),
        Variable("odd", "odd", "lines"),
    )
    total = Property("total", "metric", "DOUBLE", expression="own + below", variables=variables, window="5m")
    desired = model(total, POWER, hierarchies=(Hierarchy("lines", "line-model"),))
    children = {("line-model", "power"): "power-of-line"}
    request = new_model(desired, numbered(), lambda *address: children.get(address))
    (hierarchy,) = request["assetModelHierarchies"]
    metric, power = request["assetModelProperties"]
    values = {item["name"]: item["value"] for item in metric["type"]["metric"]["variables"]}
    assert values == {
        "own": {"propertyId": power["id"]},
        "below": {"propertyId": "power-of-line", "hierarchyId": hierarchy["id"]},
        "odd": {"propertyId": "odd", "hierarchyId": hierarchy["id"]},
    }
    assert metric["type"]["metric"]["window"] == {"tumbling": {"interval": "5m"}}

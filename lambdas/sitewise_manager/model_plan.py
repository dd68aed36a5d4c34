"""The requests that bring an asset model to a desired definition, and the properties that lose their history.

SiteWise replaces the whole definition at once and identifies properties and hierarchies by id. A property
that keeps its id keeps its values. Kind and data type of a property, and the window of a metric, cannot be
changed (API reference, UpdateAssetModel): such a property is replaced by a new one.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sitewise_manager.shapes import Json, Model, NewId, Property, Variable

_KINDS = ("attribute", "measurement", "transform", "metric")

ChildProperty = Callable[[str, str], str | None]
"""Returns the id of a property of another model, from the model's id and the property's name."""


@dataclass(frozen=True, slots=True)
class Loss:
    """A property whose values a change would delete.

    Attributes:
        property_id: Its id.
        name: Its name.
        reason: What happens to it.
        kind: Its kind.
        default_value: Of an attribute: the value that an asset has if nothing else was written.
    """

    property_id: str
    name: str
    reason: str
    kind: str
    default_value: str | None


@dataclass(frozen=True, slots=True)
class ModelPlan:
    """What to do with a model.

    Attributes:
        requests: Members of each UpdateAssetModel request in turn; empty if nothing changes.
        losses: The properties whose values would be deleted.
    """

    requests: tuple[Json, ...]
    losses: tuple[Loss, ...]


def new_model(desired: Model, new_id: NewId, child_property: ChildProperty) -> dict[str, Any]:
    """Return the members of a CreateAssetModel request.

    Args:
        desired: The model.
        new_id: Makes ids.
        child_property: Finds properties of the models of hierarchies.
    """
    properties, hierarchies, _ = _definitions(desired, {}, new_id, child_property, kept=())
    return {
        "assetModelName": desired.name,
        "assetModelExternalId": desired.identity.external_id,
        "assetModelProperties": properties,
        "assetModelHierarchies": hierarchies,
    }


def plan_model(
    desired: Model, live: Json, new_id: NewId, child_property: ChildProperty, *, kept: Collection[str] = ()
) -> ModelPlan:
    """Return how a model becomes as desired.

    Args:
        desired: The model.
        live: The model as DescribeAssetModel answers.
        new_id: Makes ids for new properties and hierarchies.
        child_property: Finds properties of the models of hierarchies.
        kept: Ids of properties that stay as they are, although the template has no such property.
    """
    properties, hierarchies, losses = _definitions(desired, live, new_id, child_property, kept=kept)
    final = _request(desired, live, properties, hierarchies)
    if _is_same(live, final):
        return ModelPlan((), losses)
    old_properties = _renamed_aside(live["assetModelProperties"], properties)
    old_hierarchies = _renamed_aside(live["assetModelHierarchies"], hierarchies)
    if old_properties is None and old_hierarchies is None:
        return ModelPlan((final,), losses)
    # A new property takes the name of one that goes: the old one is renamed first and removed last, so that
    # expressions refer to an existing property at any time.
    aside_properties = old_properties or list(live["assetModelProperties"])
    aside_hierarchies = old_hierarchies or list(live["assetModelHierarchies"])
    return ModelPlan(
        (
            _request(desired, live, aside_properties, aside_hierarchies),
            _request(
                desired,
                live,
                _with_leaving(properties, aside_properties),
                _with_leaving(hierarchies, aside_hierarchies),
            ),
            final,
        ),
        losses,
    )


def property_ids(live: Json) -> dict[str, str]:
    """Return the ids of a model's or an asset's own properties by name.

    Args:
        live: DescribeAssetModel's or DescribeAsset's answer.
    """
    items = live["assetModelProperties"] if "assetModelProperties" in live else live["assetProperties"]
    return {item["name"]: item["id"] for item in items}


def _request(
    desired: Model, live: Json, properties: Sequence[Json], hierarchies: Sequence[Json]
) -> dict[str, Any]:
    """Return the members of an UpdateAssetModel request; what it leaves out would be removed."""
    request: dict[str, Any] = {
        "assetModelName": desired.name,
        "assetModelProperties": list(properties),
        "assetModelHierarchies": list(hierarchies),
    }
    if live.get("assetModelDescription"):
        request["assetModelDescription"] = live["assetModelDescription"]
    if live.get("assetModelCompositeModels"):
        request["assetModelCompositeModels"] = live["assetModelCompositeModels"]
    if not live.get("assetModelExternalId"):
        request["assetModelExternalId"] = desired.identity.external_id
    return request


def _definitions(
    desired: Model, live: Json, new_id: NewId, child_property: ChildProperty, *, kept: Collection[str]
) -> tuple[list[Json], list[Json], tuple[Loss, ...]]:
    """Return properties and hierarchies with ids, and the live properties that are not among them."""
    live_properties: list[Json] = list(live.get("assetModelProperties", []))
    hierarchies = _hierarchies(desired, live, new_id)
    hierarchy_ids = {item["name"]: item["id"] for item in hierarchies}
    child_models = {item["name"]: item["childAssetModelId"] for item in hierarchies}
    matches = _matches(desired.properties, live_properties)
    replaced: dict[str, str] = {}
    ids: dict[str, str] = {}
    for prop in desired.properties:
        match = matches.get(prop.name)
        change = _refused_change(prop, match) if match is not None else None
        if match is None or (change is not None and match["id"] not in kept):
            ids[prop.name] = new_id()
        else:
            ids[prop.name] = match["id"]
        if match is not None and change is not None:
            replaced[match["id"]] = change

    def property_id(variable: Variable) -> dict[str, str]:
        if variable.hierarchy_name is None:
            return {"propertyId": ids[variable.property_name]}
        child_id = child_models[variable.hierarchy_name]
        child_property_id = child_property(child_id, variable.property_name)
        return {
            "propertyId": child_property_id or variable.property_name,
            "hierarchyId": hierarchy_ids[variable.hierarchy_name],
        }

    by_id = {item["id"]: item for item in live_properties}
    properties = [
        by_id[ids[prop.name]]
        if ids[prop.name] in replaced  # kept as it is
        else _definition(prop, ids[prop.name], by_id.get(ids[prop.name]), property_id)
        for prop in desired.properties
    ]
    used = set(ids.values())
    leaving = [item for item in live_properties if item["id"] not in used]
    properties += [item for item in leaving if item["id"] in kept]
    losses = tuple(
        _loss(item, replaced.get(item["id"], "would be removed"))
        for item in leaving
        if item["id"] not in kept
    )
    return properties, hierarchies, losses


def _matches(properties: Iterable[Property], live: Sequence[Json]) -> dict[str, Json]:
    """Return the live property of each desired one: of the same name, else of a former name."""
    by_name = {item["name"]: item for item in live}
    matches = {prop.name: by_name.pop(prop.name) for prop in properties if prop.name in by_name}
    for prop in properties:
        if prop.name in matches:
            continue
        former = next((name for name in prop.former_names if name in by_name), None)
        if former is not None:
            matches[prop.name] = by_name.pop(former)
    return matches


def _hierarchies(desired: Model, live: Json, new_id: NewId) -> list[Json]:
    """Return the desired hierarchies; one of the same child model keeps its id, whatever its name."""
    present = list(live.get("assetModelHierarchies", []))
    hierarchies: list[Json] = []
    for hierarchy in desired.hierarchies:
        same_model = [item for item in present if item["childAssetModelId"] == hierarchy.child_model_id]
        same_name = [item for item in same_model if item["name"] == hierarchy.name]
        match = next(iter(same_name or same_model), None)
        if match is not None:
            present.remove(match)
        members = {"name": hierarchy.name, "childAssetModelId": hierarchy.child_model_id}
        hierarchies.append({**(match or {"id": new_id()}), **members})
    return hierarchies


def _definition(
    prop: Property, own_id: str, live: Json | None, property_id: Callable[[Variable], Mapping[str, str]]
) -> Json:
    """Return a property as the service takes it; what the template does not say stays as it is."""
    previous = live or {}
    details = dict(previous.get("type", {}).get(prop.kind, {}))
    for name in ("defaultValue", "expression", "variables", "window"):
        details.pop(name, None)
    if prop.default_value is not None:
        details["defaultValue"] = prop.default_value
    if prop.expression is not None:
        details["expression"] = prop.expression
        details["variables"] = [
            {"name": variable.name, "value": dict(property_id(variable))} for variable in prop.variables
        ]
    if prop.window is not None:
        details["window"] = {"tumbling": {"interval": prop.window}}
    definition: dict[str, Any] = {
        **previous,
        "id": own_id,
        "name": prop.name,
        "dataType": prop.data_type,
        "type": {prop.kind: details},
    }
    definition.pop("unit", None)
    if prop.unit is not None:
        definition["unit"] = prop.unit
    return definition


def kind_of(item: Json) -> str:
    """Return the kind of a live property.

    Args:
        item: A property of DescribeAssetModel's answer.
    """
    return next(kind for kind in _KINDS if kind in item["type"])


def _refused_change(prop: Property, live: Json) -> str | None:
    """Return what SiteWise would not change of a property; None if it can become as desired."""
    kind = kind_of(live)
    if kind != prop.kind:
        return f"would change its kind from {kind} to {prop.kind}"
    if live["dataType"] != prop.data_type:
        return f"would change its data type from {live['dataType']} to {prop.data_type}"
    if kind == "metric":
        window = live["type"]["metric"]["window"].get("tumbling", {})
        if window != {"interval": prop.window}:
            return f"would change its window from {window.get('interval')} to {prop.window}"
    return None


def _loss(item: Json, reason: str) -> Loss:
    default = item["type"].get("attribute", {}).get("defaultValue")
    return Loss(item["id"], item["name"], reason, kind_of(item), default)


def _renamed_aside(live: Sequence[Json], final: Sequence[Json]) -> list[Json] | None:
    """Return the live items, those renamed whose name another item takes; None if there are none."""
    new_names = {item["name"]: item["id"] for item in final}
    aside = [
        {**item, "name": f"{item['name']} ({item['id'][:8]})"}
        if new_names.get(item["name"], item["id"]) != item["id"]
        else item
        for item in live
    ]
    return aside if aside != list(live) else None


def _with_leaving(final: Sequence[Json], aside: Sequence[Json]) -> list[Json]:
    """Return the final items, and those of before that leave."""
    ids = {item["id"] for item in final}
    return [*final, *(item for item in aside if item["id"] not in ids)]


def _is_same(live: Json, request: Json) -> bool:
    return (
        live["assetModelName"] == request["assetModelName"]
        and "assetModelExternalId" not in request
        and sorted(map(_comparable, live["assetModelProperties"]))
        == sorted(map(_comparable, request["assetModelProperties"]))
        and sorted(map(_hierarchy_key, live["assetModelHierarchies"]))
        == sorted(map(_hierarchy_key, request["assetModelHierarchies"]))
    )


def _hierarchy_key(item: Json) -> tuple[str, str, str]:
    return item["id"], item["name"], item["childAssetModelId"]


def _comparable(item: Json) -> tuple[str, ...]:
    """Return what this module sets of a property; the service adds members of its own."""
    kind = kind_of(item)
    details = item["type"][kind]
    variables = [
        (variable["name"], variable["value"].get("propertyId"), variable["value"].get("hierarchyId"))
        for variable in details.get("variables", [])
    ]
    return (
        item["id"],
        item["name"],
        item["dataType"],
        item.get("unit") or "",
        kind,
        repr(details.get("defaultValue")),
        repr(details.get("expression")),
        repr(variables),
        repr(details.get("window", {}).get("tumbling")),
    )

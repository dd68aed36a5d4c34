"""Entities: tree, component updates, lists, deletion."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.support.twinmaker import FACTORY, TEXT, component, get_entity, make_entity

if TYPE_CHECKING:
    from collections.abc import Callable


def update(client: Any, entity_id: str, **members: Any) -> Any:
    return client.update_entity(**FACTORY, entityId=entity_id, **members)


def update_properties(client: Any, entity_id: str, **properties: Any) -> Any:
    change = {"C": {"updateType": "UPDATE", "propertyUpdates": properties}}
    return update(client, entity_id, componentUpdates=change)


@pytest.fixture
def pump_type(twinmaker: Any) -> Any:
    twinmaker.create_component_type(
        **FACTORY,
        componentTypeId="pump",
        propertyDefinitions={
            "serial": {**TEXT, "isExternalId": True, "isRequiredInEntity": True},
            "colour": {
                "dataType": {
                    "type": "STRING",
                    "allowedValues": [{"stringValue": "red"}, {"stringValue": "blue"}],
                },
                "defaultValue": {"stringValue": "red"},
            },
            "sizes": {"dataType": {"type": "LIST", "nestedType": {"type": "DOUBLE"}}},
            "feeds": {"dataType": {"type": "RELATIONSHIP"}},
        },
    )
    return {"C": {"componentTypeId": "pump", "properties": {"serial": {"value": {"stringValue": "S1"}}}}}


def test_an_entity_gets_a_uuid_and_the_root_as_parent_when_nothing_is_given(twinmaker: Any) -> None:
    created = twinmaker.create_entity(**FACTORY, entityName="Größe (1)")
    assert len(created["entityId"]) == 36
    assert created["state"] == "CREATING"
    described = get_entity(twinmaker, created["entityId"])
    assert (described["entityName"], described["parentEntityId"]) == ("Größe (1)", "$ROOT")
    assert described["components"] == {}
    assert described["areAllComponentsReturned"] is True
    with pytest.raises(twinmaker.exceptions.ConflictException, match="exists already"):
        make_entity(twinmaker, created["entityId"])


def test_components_have_values_and_defaults(twinmaker: Any, pump_type: Any) -> None:
    values = {
        "sizes": {"value": {"listValue": [{"doubleValue": 1.5}]}},
        "feeds": {"value": {"relationshipValue": {"targetEntityId": "not-yet"}}},
    }
    pump_type["C"]["properties"].update(values)
    pump_type["C"]["description"] = "main pump"
    make_entity(twinmaker, "e1", components=pump_type)
    pump = component(twinmaker, "e1")
    assert (pump["componentName"], pump["description"]) == ("C", "main pump")
    assert pump["areAllPropertiesReturned"] is True
    properties = pump["properties"]
    assert properties["serial"]["value"] == {"stringValue": "S1"}
    assert properties["colour"]["value"] == {"stringValue": "red"}
    assert properties["sizes"]["value"] == {"listValue": [{"doubleValue": 1.5}]}
    assert properties["feeds"]["value"] == {"relationshipValue": {"targetEntityId": "not-yet"}}


@pytest.mark.parametrize(
    ("components", "message"),
    [
        ({"C": {}}, "component 'C' needs a componentTypeId"),
        ({"C": {"componentTypeId": "nothing"}}, "component type 'nothing' does not exist; create it first"),
        ({"C": {"componentTypeId": "pump"}}, "component 'C', property 'serial' is required and has neither"),
        (
            {"C": {"componentTypeId": "pump", "properties": {"colour": {"value": {"stringValue": "x"}}}}},
            "property 'colour' must be one of red, blue; got x",
        ),
        (
            {
                "C": {
                    "componentTypeId": "pump",
                    "properties": {"sizes": {"value": {"listValue": [{"stringValue": "x"}]}}},
                }
            },
            "property 'sizes'.0 is of type DOUBLE and takes doubleValue, got stringValue",
        ),
        (
            {"C": {"componentTypeId": "pump", "properties": {"serial": {"value": {}}}}},
            "must have exactly one member, got none",
        ),
        (
            {"C": {"componentTypeId": "pump", "properties": {"wheels": {"value": {"integerValue": 4}}}}},
            "property wheels is not in the component type, so it needs a dataType",
        ),
        (
            {"C": {"componentTypeId": "com.amazon.iottwinmaker.alarm.basic"}},
            "component type 'com.amazon.iottwinmaker.alarm.basic' is abstract",
        ),
        (
            {"A": {"componentTypeId": "single"}, "B": {"componentTypeId": "single"}},
            "component type 'single' is a singleton, but components A, B have it",
        ),
    ],
)
def test_entity_with_an_invalid_component_is_refused(
    twinmaker: Any, pump_type: Any, components: Any, message: str
) -> None:
    twinmaker.create_component_type(**FACTORY, componentTypeId="single", isSingleton=True)
    with pytest.raises(twinmaker.exceptions.ValidationException) as caught:
        make_entity(twinmaker, "e1", components=components)
    assert message in caught.value.response["Error"]["Message"]
    with pytest.raises(twinmaker.exceptions.ResourceNotFoundException):
        get_entity(twinmaker, "e1")


def test_component_updates_are_applied(twinmaker: Any, pump_type: Any) -> None:
    make_entity(twinmaker, "e1", components=pump_type)
    change = {
        "updateType": "CREATE",
        **{k: v for k, v in pump_type["C"].items() if k != "properties"},
        "propertyUpdates": pump_type["C"]["properties"],
    }
    assert update(twinmaker, "e1", componentUpdates={"D": change})["state"] == "UPDATING"
    assert set(get_entity(twinmaker, "e1")["components"]) == {"C", "D"}
    # AWS's own tools take the component as created when they read these words.
    exists = "Component D in entity e1 in workspace Factory cannot be created as it already exists"
    with pytest.raises(twinmaker.exceptions.ConflictException, match=exists):
        update(twinmaker, "e1", componentUpdates={"D": change})
    update(twinmaker, "e1", componentUpdates={"D": {"updateType": "UPDATE", "description": "second"}})
    assert component(twinmaker, "e1", "D")["description"] == "second"
    update(twinmaker, "e1", componentUpdates={"D": {"updateType": "DELETE"}})
    assert set(get_entity(twinmaker, "e1")["components"]) == {"C"}
    for kind in ("DELETE", "UPDATE"):
        with pytest.raises(twinmaker.exceptions.ValidationException, match="component 'D' does not exist"):
            update(twinmaker, "e1", componentUpdates={"D": {"updateType": kind}})


def test_property_updates_are_applied(twinmaker: Any, pump_type: Any) -> None:
    make_entity(twinmaker, "e1", components=pump_type)

    def value(name: str) -> Any:
        return component(twinmaker, "e1")["properties"].get(name, {}).get("value")

    blue = {"value": {"stringValue": "blue"}}
    update_properties(twinmaker, "e1", colour={"updateType": "UPDATE", **blue})
    assert value("colour") == {"stringValue": "blue"}
    update_properties(twinmaker, "e1", colour={"updateType": "RESET_VALUE"})
    assert value("colour") == {"stringValue": "red"}
    note = {"updateType": "CREATE", "definition": TEXT, "value": {"stringValue": "hot"}}
    update_properties(twinmaker, "e1", note=note)
    assert value("note") == {"stringValue": "hot"}
    with pytest.raises(twinmaker.exceptions.ConflictException, match="property 'note' exists already"):
        update_properties(twinmaker, "e1", note=note)
    update_properties(twinmaker, "e1", note={"updateType": "DELETE"})
    assert "note" not in component(twinmaker, "e1")["properties"]
    for kind in ("DELETE", "RESET_VALUE"):
        with pytest.raises(twinmaker.exceptions.ValidationException, match="property note does not exist"):
            update_properties(twinmaker, "e1", note={"updateType": kind})
    with pytest.raises(twinmaker.exceptions.ValidationException, match="'serial' is required"):
        update_properties(twinmaker, "e1", serial={"updateType": "RESET_VALUE"})
    assert value("serial") == {"stringValue": "S1"}


def test_property_groups_of_a_component_follow_when_updated(twinmaker: Any, pump_type: Any) -> None:
    make_entity(twinmaker, "e1", components=pump_type)

    def groups(**change: Any) -> Any:
        update(twinmaker, "e1", componentUpdates={"C": {"propertyGroupUpdates": {"g": change}}})
        return component(twinmaker, "e1").get("propertyGroups")

    table = {"groupType": "TABULAR", "propertyNames": ["colour"]}
    assert groups(updateType="CREATE", **table) == {"g": {**table, "isInherited": False}}
    assert groups(updateType="UPDATE", propertyNames=["serial"])["g"]["propertyNames"] == ["serial"]
    with pytest.raises(twinmaker.exceptions.ValidationException, match="unknown property 'nothing'"):
        groups(updateType="UPDATE", propertyNames=["nothing"])
    assert groups(updateType="DELETE") is None
    with pytest.raises(twinmaker.exceptions.ValidationException, match="was not added"):
        groups(updateType="DELETE")


def test_name_description_and_parent_change_when_updated(twinmaker: Any) -> None:
    for name in ("site", "hall", "pump"):
        make_entity(twinmaker, name)
    update(
        twinmaker,
        "pump",
        entityName="Pump 1",
        description="the first",
        parentEntityUpdate={"updateType": "UPDATE", "parentEntityId": "hall"},
    )
    pump = get_entity(twinmaker, "pump")
    assert (pump["entityName"], pump["description"]) == ("Pump 1", "the first")
    assert pump["parentEntityId"] == "hall"
    assert get_entity(twinmaker, "hall")["hasChildEntities"] is True
    update(twinmaker, "hall", parentEntityUpdate={"updateType": "UPDATE", "parentEntityId": "site"})
    for above in ("site", "hall"):
        with pytest.raises(twinmaker.exceptions.ValidationException, match="itself or below it"):
            move = {"updateType": "UPDATE", "parentEntityId": "pump"}
            update(twinmaker, above, parentEntityUpdate=move)
    with pytest.raises(twinmaker.exceptions.ValidationException, match="itself or below it"):
        update(twinmaker, "pump", parentEntityUpdate={"updateType": "UPDATE", "parentEntityId": "pump"})
    update(twinmaker, "pump", parentEntityUpdate={"updateType": "DELETE"})
    assert get_entity(twinmaker, "pump")["parentEntityId"] == "$ROOT"
    assert get_entity(twinmaker, "hall")["hasChildEntities"] is False
    with pytest.raises(
        twinmaker.exceptions.ValidationException, match="Unable to find parent entity id nowhere"
    ):
        make_entity(twinmaker, "x1", parentEntityId="nowhere")


def test_only_recursive_delete_removes_the_subtree(twinmaker: Any) -> None:
    make_entity(twinmaker, "site")
    make_entity(twinmaker, "hall", parentEntityId="site")
    make_entity(twinmaker, "pump", parentEntityId="hall")
    make_entity(twinmaker, "other")
    with pytest.raises(
        twinmaker.exceptions.ValidationException, match="1 child entities, for example 'hall'"
    ):
        twinmaker.delete_entity(**FACTORY, entityId="site")
    assert twinmaker.delete_entity(**FACTORY, entityId="site", isRecursive=True)["state"] == "DELETING"
    listed = twinmaker.list_entities(**FACTORY)["entitySummaries"]
    assert [item["entityId"] for item in listed] == ["other"]


def test_entities_are_found_when_filtered(twinmaker: Any, pump_type: Any) -> None:
    make_entity(twinmaker, "site")
    make_entity(twinmaker, "pump", parentEntityId="site", components=pump_type)

    def ids_with(**item: Any) -> list[str]:
        answer = twinmaker.list_entities(**FACTORY, filters=[item])
        return [entity["entityId"] for entity in answer["entitySummaries"]]

    assert ids_with(parentEntityId="$ROOT") == ["site"]
    assert ids_with(parentEntityId="site") == ["pump"]
    assert ids_with(componentTypeId="pump") == ["pump"]
    assert ids_with(componentTypeId="nothing") == []
    assert ids_with(externalId="S1") == ["pump"]
    update_properties(twinmaker, "pump", serial={"value": {"stringValue": "S2"}})
    assert (ids_with(externalId="S1"), ids_with(externalId="S2")) == ([], ["pump"])
    with pytest.raises(twinmaker.exceptions.ValidationException, match="only one filter is accepted, got 2"):
        filters = [{"externalId": "S1"}, {"componentTypeId": "pump"}]
        twinmaker.list_entities(**FACTORY, filters=filters)


@pytest.mark.slow
def test_pages_list_each_entity_once(twinmaker: Any) -> None:
    for number in range(53):
        make_entity(twinmaker, f"e-{number:02}")
    seen: list[str] = []
    token: dict[str, str] = {}
    sizes = []
    while True:
        answer = twinmaker.list_entities(**FACTORY, **token)
        sizes.append(len(answer["entitySummaries"]))
        seen += [item["entityId"] for item in answer["entitySummaries"]]
        if "nextToken" not in answer:
            break
        token = {"nextToken": answer["nextToken"]}
    assert sizes == [25, 25, 3]
    assert seen == [f"e-{number:02}" for number in range(53)]


def test_components_and_properties_are_listed_in_pages(
    twinmaker: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    # An account whose quota AWS has raised; GetEntity returns thirty components all the same.
    monkeypatch.setattr("twin_stack.local.service.twinmaker.entities.check_quota", lambda *_: None)
    definitions = {f"p{number:03}": TEXT for number in range(30)}
    twinmaker.create_component_type(**FACTORY, componentTypeId="wide", propertyDefinitions=definitions)
    make_entity(twinmaker, "e1", components={f"C{n:02}": {"componentTypeId": "wide"} for n in range(31)})
    described = get_entity(twinmaker, "e1")
    assert (len(described["components"]), described["areAllComponentsReturned"]) == (30, False)
    names: list[str] = []
    for method, key, name, more in (
        ("list_components", "componentSummaries", "componentName", {}),
        ("list_properties", "propertySummaries", "propertyName", {"componentName": "C05"}),
    ):
        token: dict[str, str] = {}
        while True:
            answer = getattr(twinmaker, method)(**FACTORY, entityId="e1", **more, **token)
            assert len(answer[key]) <= 25
            names += [item[name] for item in answer[key]]
            if "nextToken" not in answer:
                break
            token = {"nextToken": answer["nextToken"]}
    assert names == [f"C{n:02}" for n in range(31)] + [f"p{n:03}" for n in range(30)]
    with pytest.raises(twinmaker.exceptions.ResourceNotFoundException, match="'Nope' does not exist"):
        twinmaker.list_properties(**FACTORY, entityId="e1", componentName="Nope")
    with pytest.raises(twinmaker.exceptions.ValidationException, match="componentName or componentPath"):
        twinmaker.list_properties(**FACTORY, entityId="e1")


def test_nested_components_are_addressed_by_path_when_a_type_contains_others(twinmaker: Any) -> None:
    twinmaker.create_component_type(
        **FACTORY, componentTypeId="motor", propertyDefinitions={"serial": {**TEXT, "isExternalId": True}}
    )
    twinmaker.create_component_type(
        **FACTORY, componentTypeId="drive", compositeComponentTypes={"Motor": {"componentTypeId": "motor"}}
    )
    twinmaker.create_component_type(
        **FACTORY, componentTypeId="mixer", compositeComponentTypes={"Drive": {"componentTypeId": "drive"}}
    )
    value = {"properties": {"serial": {"value": {"stringValue": "M1"}}}}
    make_entity(
        twinmaker,
        "e1",
        components={"Mixer": {"componentTypeId": "mixer"}},
        compositeComponents={"Mixer/Drive/Motor": value},
    )
    nested = component(twinmaker, "e1", "Mixer")["compositeComponents"]
    assert nested["Drive"]["componentPath"] == "Mixer/Drive"
    listed = twinmaker.list_components(**FACTORY, entityId="e1", componentPath="Mixer/Drive")
    assert [item["componentTypeId"] for item in listed["componentSummaries"]] == ["motor"]

    def serial() -> Any:
        return twinmaker.get_property_value(
            **FACTORY, entityId="e1", componentPath="Mixer/Drive/Motor", selectedProperties=["serial"]
        )["propertyValues"]["serial"]

    assert serial()["propertyValue"] == {"stringValue": "M1"}
    assert serial()["propertyReference"]["componentPath"] == "Mixer/Drive/Motor"
    changes = {
        "Mixer/Drive/Motor": {
            "updateType": "UPDATE",
            "propertyUpdates": {"serial": {"value": {"stringValue": "M2"}}},
        }
    }
    update(twinmaker, "e1", compositeComponentUpdates=changes)
    assert serial()["propertyValue"] == {"stringValue": "M2"}
    listed_by_external_id = twinmaker.list_entities(**FACTORY, filters=[{"externalId": "M2"}])
    assert [item["entityId"] for item in listed_by_external_id["entitySummaries"]] == ["e1"]
    with pytest.raises(twinmaker.exceptions.ValidationException, match="no composite component at 'Mixer/X'"):
        update(twinmaker, "e1", compositeComponentUpdates={"Mixer/X": {}})
    update(twinmaker, "e1", compositeComponentUpdates={"Mixer/Drive/Motor": {"updateType": "DELETE"}})
    assert "propertyValue" not in serial()


def test_second_of_two_concurrent_changes_is_refused(twinmaker: Any, services: Any, functions: Any) -> None:
    initializer = {"implementedBy": {"lambda": {"arn": functions.arn("init")}}, "scope": "ENTITY"}
    twinmaker.create_component_type(
        **FACTORY, componentTypeId="t", functions={"schemaInitializer": initializer}
    )
    functions.handlers["init"] = lambda _: {"properties": {}}
    make_entity(twinmaker, "e1", components={"C": {"componentTypeId": "t"}})

    def meanwhile(_: Any) -> Any:
        functions.handlers["init"] = lambda _: {"properties": {}}
        params = {**FACTORY, "entityId": "e1", "entityName": "first"}
        services.call("iottwinmaker", "UpdateEntity", params, account="123456789012")
        return {"properties": {}}

    functions.handlers["init"] = meanwhile
    with pytest.raises(twinmaker.exceptions.ConflictException, match="was changed meanwhile; try again"):
        update(twinmaker, "e1", entityName="second")
    assert get_entity(twinmaker, "e1")["entityName"] == "first"


def test_a_tree_has_at_most_30_levels(twinmaker: Any) -> None:
    make_entity(twinmaker, "e-01")
    for level in range(2, 31):
        make_entity(twinmaker, f"e-{level:02}", parentEntityId=f"e-{level - 1:02}")
    quota = twinmaker.exceptions.ServiceQuotaExceededException
    with pytest.raises(quota, match="31 levels; the quota is 30"):
        make_entity(twinmaker, "e-31", parentEntityId="e-30")
    make_entity(twinmaker, "above")
    move = {"updateType": "UPDATE", "parentEntityId": "above"}
    with pytest.raises(quota, match="31 levels; the quota is 30"):
        update(twinmaker, "e-01", parentEntityUpdate=move)
    update(twinmaker, "e-02", parentEntityUpdate=move)
    update(twinmaker, "e-01", entityName="renamed")


def test_an_entity_has_at_most_30_components_of_at_most_800_properties(twinmaker: Any) -> None:
    twinmaker.create_component_type(**FACTORY, componentTypeId="plain")
    components = {f"C{number:02}": {"componentTypeId": "plain"} for number in range(31)}
    quota = twinmaker.exceptions.ServiceQuotaExceededException
    with pytest.raises(quota, match="31 components; the quota is 30"):
        make_entity(twinmaker, "e1", components=components)
    make_entity(twinmaker, "e1", components=dict(list(components.items())[:30]))
    one_more = {"updateType": "CREATE", "componentTypeId": "plain"}
    with pytest.raises(quota, match="31 components; the quota is 30"):
        update(twinmaker, "e1", componentUpdates={"C30": one_more})
    definitions = {f"p{number:03}": TEXT for number in range(800)}
    twinmaker.create_component_type(**FACTORY, componentTypeId="wide", propertyDefinitions=definitions)
    extra = {"more": {"definition": TEXT, "value": {"stringValue": "x"}}}
    with pytest.raises(quota, match="'C' of entity 'e2' would have 801 properties; the quota is 800"):
        make_entity(twinmaker, "e2", components={"C": {"componentTypeId": "wide", "properties": extra}})


def test_a_workspace_has_at_most_so_many_entities_types_and_scenes(
    twinmaker: Any, start: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    start(max_entities=2)
    parts = "twin_stack.local.service.twinmaker."
    monkeypatch.setattr(parts + "component_types.MAX_WORKSPACE_COMPONENT_TYPES", 2)
    monkeypatch.setattr(parts + "scenes.MAX_WORKSPACE_SCENES", 2)

    def make(number: int) -> list[Any]:
        calls = (
            ("create_entity", {"entityId": f"e{number}", "entityName": "e1"}),
            ("create_component_type", {"componentTypeId": f"t{number}"}),
            ("create_scene", {"sceneId": f"s{number}", "contentLocation": "s3://bucket/scene.json"}),
        )
        refused = []
        for operation, members in calls:
            try:
                getattr(twinmaker, operation)(**FACTORY, **members)
            except twinmaker.exceptions.ServiceQuotaExceededException as error:
                refused.append(error.response["Error"]["Message"])
        return refused

    assert make(1) == make(2) == []
    assert make(3) == [
        f"workspace 'Factory' would have 3 {items}; the quota is 2, remove some first"
        for items in ("entities", "component types", "scenes")
    ]
    twinmaker.delete_entity(**FACTORY, entityId="e1")
    make_entity(twinmaker, "e3")

"""Addresses: from configurations and templates to SiteWise properties."""

from collections.abc import Mapping
from typing import Any

import pytest

from connector_kit import ConfigurationError
from sitewise_connector.addressing import Address
from sitewise_connector.environment import Environment
from tests.support.connector_events import definition, load_event
from tests.support.fake_sitewise import FakeSiteWise, ask_sitewise

ASSET = "4f1c0f6e-58d5-4a3a-9f6f-0d8a3f6d9b11"


SERIAL = "9a7d1c52-0c3b-4d0e-8a58-7f5f0e2a6c03"


def values(page: Mapping[str, Any], place: int = 0) -> list[Any]:
    return [(v["time"], v["value"]) for v in page["propertyValues"][place]["values"]]


def test_missing_asset_is_named() -> None:
    event = load_event("sitewise_history_by_entity")
    del event["properties"]["sitewiseAssetId"]["value"]
    with pytest.raises(ConfigurationError, match=r"^sitewiseAssetId has no value; give the compon"):
        ask_sitewise(event, FakeSiteWise({}))


def test_all_properties_without_a_sitewise_property_are_named() -> None:
    event = load_event("sitewise_history_by_entity")
    for name in ("flow", "running"):
        del event["properties"][name]["definition"]["configuration"]
    del event["properties"]["sitewiseAssetId"]["value"]
    words = "^no sitewisePropertyId in the configuration of flow, running; set it to the UUID"
    with pytest.raises(ConfigurationError, match=words):
        ask_sitewise(event, FakeSiteWise({}))


def addressed(configuration: Mapping[str, str], template: str | None = None, **values: Any) -> Address:
    """The address of a property with that configuration, in a component with those values."""
    event = load_event("sitewise_attribute_by_entity")
    event["properties"]["serial"]["definition"]["configuration"] = configuration
    event["properties"] |= values
    sitewise = FakeSiteWise({})
    ask_sitewise(event, sitewise, Environment(template))
    (address,) = sitewise.addresses
    return address


TEXT = {"definition": {"dataType": {"type": "STRING"}}}


def text(value: str) -> dict[str, Any]:
    return TEXT | {"value": {"stringValue": value}}


def test_alias_is_the_template_filled_from_request_and_component() -> None:
    alias = {"sitewisePropertyAlias": "/${workspaceId}/${line}/${entityId}/${componentName}/${propertyName}"}
    address = addressed(alias, line=text("line 7"), sitewiseAssetId=TEXT)
    assert address == Address("serial", alias="/press-shop/line 7/pump-3/drive/serial")
    default = {"definition": TEXT["definition"] | {"defaultValue": {"stringValue": "L0"}}}
    assert addressed(alias, line=default).alias == "/press-shop/L0/pump-3/drive/serial"
    number = {"definition": {"dataType": {"type": "INTEGER"}}, "value": {"integerValue": 4}}
    assert addressed({"sitewisePropertyAlias": "${n}/${n}"}, n=number).alias == "4/4"


def test_property_of_a_component_does_not_override_the_request() -> None:
    alias = {"sitewisePropertyAlias": "${entityId}/${propertyName}"}
    address = addressed(alias, entityId=text("pump-9"), propertyName=text("secret"))
    assert address.alias == "pump-3/serial"


def test_connectors_template_serves_properties_that_name_nothing() -> None:
    assert addressed({}, "/plant/${propertyName}").alias == "/plant/serial"
    assert addressed({"sitewisePropertyAlias": "/own"}, "/plant/${propertyName}").alias == "/own"
    assert addressed({"sitewisePropertyId": SERIAL}, "/plant/x") == Address("serial", ASSET, SERIAL)
    assert addressed({"sitewisePropertyExternalId": "sn"}, "/plant/x").property_id == "externalId:sn"


def test_placeholders_without_a_value_are_all_named() -> None:
    template = "/${plant}/${line}/${}/${propertyName}"
    with pytest.raises(ConfigurationError) as error:
        addressed({}, template, plant=text(""), line=TEXT)
    message = str(error.value)
    for placeholder in ("${plant}", "${line}", "${}"):
        words = f'{placeholder} in the alias "{template}" of serial has no value; it may be one of '
        assert words + "workspaceId, entityId, componentName, propertyName or a" in message
    assert "${propertyName} in the alias" not in message


def test_placeholder_of_the_entity_is_refused_in_requests_by_component_type() -> None:
    event = load_event("sitewise_history_by_entity", entityId=None, componentName=None)
    event |= {"componentTypeId": "com.example.pump", "selectedProperties": ["flow"]}
    event["properties"]["tag"] = definition("STRING", isExternalId=True)
    event["properties"]["flow"]["definition"]["configuration"] = {}
    with pytest.raises(
        ConfigurationError, match=r'^\$\{entityId\} in the alias "/\$\{entityId\}" of flow has no'
    ):
        ask_sitewise(event, FakeSiteWise({}), Environment("/${entityId}"))


@pytest.mark.parametrize("wrong", ["pump-3", ASSET.upper(), "externalId:", "externalId:a", "externalId:é.é"])
def test_ids_that_sitewise_would_refuse_are_all_named(wrong: str) -> None:
    words = f'is "{wrong}"; it must be a UUID in lower case, or externalId: before an external id'
    with pytest.raises(ConfigurationError) as error:
        addressed({"sitewisePropertyId": wrong}, sitewiseAssetId=text(wrong))
    assert f"the sitewisePropertyId of serial {words}" in str(error.value)
    assert f"; sitewiseAssetId {words}" in str(error.value)


def test_external_id_that_sitewise_would_refuse_is_named_once() -> None:
    with pytest.raises(ConfigurationError) as error:
        addressed({"sitewisePropertyId": SERIAL}, sitewiseAssetId=TEXT, sitewiseAssetExternalId=text("é.é"))
    assert str(error.value).startswith('sitewiseAssetId is "externalId:é.é"; it must be a UUID')
    assert "has no value" not in str(error.value)


def test_external_ids_get_the_prefix_that_configurations_cannot_hold() -> None:
    outer: dict[str, Any] = {"sitewiseAssetId": TEXT, "sitewiseAssetExternalId": text("pump-3")}
    external = {"sitewisePropertyExternalId": "serial"}
    assert addressed(external, **outer) == Address("serial", "externalId:pump-3", "externalId:serial")
    assert addressed(external) == Address("serial", ASSET, "externalId:serial")
    assert addressed({"sitewisePropertyId": SERIAL}, **outer) == Address(
        "serial", "externalId:pump-3", SERIAL
    )
    prefixed: dict[str, Any] = {"sitewiseAssetId": text("externalId:pump-3")}
    assert addressed({"sitewisePropertyExternalId": "externalId:serial"}, **prefixed) == Address(
        "serial", "externalId:pump-3", "externalId:serial"
    )

"""schemaInitializer: properties of an asset model."""

from typing import Any

import pytest

from connector_kit import ConfigurationError
from sitewise_connector.environment import Environment
from tests.support.connector_events import definition
from tests.support.fake_sitewise import FakeSiteWise, ask_sitewise

FLOW = "9a7d1c52-0c3b-4d0e-8a58-7f5f0e2a6c01"


MODEL = "0b1e4c0a-9d0d-4b52-9c1f-4be0a7a9f001"


ALIASES = Environment("/${entityId}/${propertyName}")


def write(event: Any, sitewise: Any, environment: Environment = ALIASES) -> dict[str, Any]:
    return ask_sitewise(event, sitewise, environment)


def summary(name: str, data_type: str = "DOUBLE", kind: str = "measurement", **more: Any) -> dict[str, Any]:
    return {"id": FLOW, "name": name, "dataType": data_type, "type": {kind: {}}, **more}


def schema_event(**properties: Any) -> dict[str, Any]:
    model = {"sitewiseAssetModelId": definition("STRING", defaultValue={"stringValue": MODEL})}
    return {"workspaceId": "press-shop", "properties": model | properties}


def test_models_properties_become_definitions() -> None:
    model = [
        summary("Flow rate", unit="m3/h"),
        summary("running", "BOOLEAN", "transform"),
        summary("starts", "INTEGER", "metric"),
        summary("Serial no.", "STRING", "attribute"),
        summary("note", "JSON"),
        summary("alarm", "STRUCT"),
    ]
    properties = write(schema_event(), FakeSiteWise({}, models={MODEL: model}))["properties"]
    definitions = {name: prop["definition"] for name, prop in properties.items()}
    assert set(definitions) == {"Flow_rate", "running", "starts", "Serial_no_"}
    assert definitions["Flow_rate"] == {
        "dataType": {"type": "DOUBLE", "unitOfMeasure": "m3/h"},
        "isTimeSeries": True,
        "isStoredExternally": True,
        "configuration": {"sitewisePropertyId": FLOW},
    }
    kinds = {name: (prop["dataType"]["type"], prop["isTimeSeries"]) for name, prop in definitions.items()}
    assert kinds["running"] == ("BOOLEAN", True)
    assert kinds["starts"] == ("INTEGER", True)
    # Externally stored and no time series: read through attributePropertyValueReaderByEntity.
    assert kinds["Serial_no_"] == ("STRING", False)
    assert definitions["Serial_no_"]["isStoredExternally"] is True


def test_model_may_be_named_by_its_external_id() -> None:
    sitewise = FakeSiteWise({}, models={"externalId:pump": [summary("flow")]})
    named = definition("STRING") | {"value": {"stringValue": "pump"}}
    event = schema_event(sitewiseAssetModelId=definition("STRING"), sitewiseAssetModelExternalId=named)
    assert list(write(event, sitewise)["properties"]) == ["flow"]


def test_component_without_a_model_is_refused_with_a_remedy() -> None:
    event = schema_event(sitewiseAssetModelId=definition("STRING"))
    with pytest.raises(
        ConfigurationError, match=r"^sitewiseAssetModelId has no value; give the component \("
    ):
        write(event, FakeSiteWise({}))
    event = schema_event(sitewiseAssetModelId=definition("STRING", defaultValue={"stringValue": "pump"}))
    with pytest.raises(ConfigurationError, match=r'^sitewiseAssetModelId is "pump"; it must be a UUID'):
        write(event, FakeSiteWise({}))


def test_properties_that_would_get_one_name_are_all_named() -> None:
    model = [summary("oil temp"), summary("oil.temp"), summary("flow"), summary("a b"), summary("a_b")]
    with pytest.raises(ConfigurationError) as error:
        write(schema_event(), FakeSiteWise({}, models={MODEL: model}))
    message = str(error.value)
    assert "'oil temp' and 'oil.temp' would both be oil_temp" in message
    assert "'a b' and 'a_b' would both be a_b" in message
    assert "flow" not in message

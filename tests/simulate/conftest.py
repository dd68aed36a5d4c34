"""A plant in the local service, and clients that simulate its telemetry."""

from __future__ import annotations

from typing import Any

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
    twinmaker,
)
from tests.support.simulated_plant import FACTORY, STATES, DynamoDB, Iot, Lambda, SiteWise
from twin_stack.simulate.clients import Clients


@pytest.fixture
def clients(twinmaker: Any, functions: Any) -> Clients:  # noqa: F811
    """A machine with sensor and alarms, a robot with two sensors on one key, two presses, a lamp."""

    def reads(name: str) -> Any:
        return {"dataReader": {"implementedBy": {"lambda": {"arn": functions.arn(name)}}}}

    def series(kind: str, unit: str | None = None, **more: Any) -> Any:
        data_type: dict[str, Any] = {"type": kind}
        if unit:
            data_type["unitOfMeasure"] = unit
        allowed = more.pop("allowed", None)
        if allowed:
            data_type["allowedValues"] = [{"stringValue": state} for state in allowed]
        return {"dataType": data_type, "isTimeSeries": True, "isStoredExternally": True, **more}

    text = {"dataType": {"type": "STRING"}}
    types: dict[str, Any] = {
        "sensor": (
            reads("telemetry"),
            {"temperature": series("DOUBLE", "Celsius"), "humidity": series("DOUBLE", "Percent")},
        ),
        "counter": (reads("telemetry"), {"parts": series("INTEGER", "Count"), "isOn": series("BOOLEAN")}),
        "alarm": (
            reads("telemetry"),
            {
                "key": {**text, "isExternalId": True, "isRequiredInEntity": True},
                "state": series("STRING", allowed=STATES, configuration={"attribute": "alarm_state"}),
                "message": series("STRING"),
            },
        ),
        "press": (
            reads("historian"),
            {
                "sitewiseAssetId": {**text, "isExternalId": True, "isRequiredInEntity": True},
                "pressure": series("DOUBLE", "bar", configuration={"sitewisePropertyId": "p1"}),
            },
        ),
        "lamp": (reads("other"), {"light": series("DOUBLE")}),
    }
    for name, (readers, properties) in types.items():
        twinmaker.create_component_type(
            **FACTORY, componentTypeId=name, functions=readers, propertyDefinitions=properties
        )

    def component(name: str, **values: str) -> Any:
        properties = {key: {"value": {"stringValue": value}} for key, value in values.items()}
        return {"componentTypeId": name, "properties": properties}

    entities = {
        "machine": {"sensor": component("sensor"), "alarm": component("alarm", key="A-1")},
        "robot": {"sensor": component("sensor"), "counter": component("counter")},
        "press": {"press": component("press", sitewiseAssetId="asset-1")},
        "broken": {"press": component("press", sitewiseAssetId="asset-2")},
        "lamp": {"lamp": component("lamp")},
    }
    for name, components in entities.items():
        twinmaker.create_entity(**FACTORY, entityId=name, entityName=name, components=components)
    iot = Iot()
    return Clients(twinmaker, Lambda(), DynamoDB(), SiteWise(), iot, iot)

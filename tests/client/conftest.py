"""The local services with a small plant, and boto3 clients of them."""

from __future__ import annotations

from typing import Any

import pytest

# Used by name, as fixtures.
from tests.local.service.conftest import (  # noqa: F401
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

FACTORY = {"workspaceId": "Factory"}


@pytest.fixture
def plant(twinmaker: Any, functions: Any) -> Any:  # noqa: F811
    """Zone > machine with a sensor; `reader` answers for its temperature, `attributes` for its maker."""
    lambdas = {
        name: {"implementedBy": {"lambda": {"arn": functions.arn(function)}}}
        for name, function in (
            ("dataReader", "reader"),
            ("attributePropertyValueReaderByEntity", "attributes"),
        )
    }
    twinmaker.create_component_type(
        **FACTORY,
        componentTypeId="sensor",
        functions=lambdas,
        propertyDefinitions={
            "serial": {"dataType": {"type": "STRING"}, "isExternalId": True, "isRequiredInEntity": True},
            "maker": {"dataType": {"type": "STRING"}, "isStoredExternally": True},
            "temperature": {
                "dataType": {"type": "DOUBLE", "unitOfMeasure": "Celsius"},
                "isTimeSeries": True,
                "isStoredExternally": True,
            },
        },
    )
    twinmaker.create_entity(**FACTORY, entityId="zone", entityName="Zone A")
    twinmaker.create_entity(
        **FACTORY,
        entityId="m1",
        entityName="Machine [1]",
        parentEntityId="zone",
        components={
            "probe": {
                "componentTypeId": "sensor",
                "properties": {"serial": {"value": {"stringValue": "S1"}}},
            }
        },
    )
    return twinmaker

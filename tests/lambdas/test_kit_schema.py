"""schemaInitializer's answer, whatever store it is about."""

from typing import Any

import pytest

from connector_kit import DataType, Definition, serve


@pytest.mark.parametrize("owner", [{}, {"entityId": "press-7", "componentName": "press"}])
def test_value_is_a_types_default_and_an_entitys_own(owner: dict[str, str]) -> None:
    value = {"stringValue": "Acme"}
    maker = Definition(DataType("STRING"), is_time_series=False, is_stored_externally=False, value=value)
    event = {"workspaceId": "press-shop", "properties": {}, **owner}
    definition: dict[str, Any] = {
        "dataType": {"type": "STRING"},
        "isTimeSeries": False,
        "isStoredExternally": False,
    }
    expected = (
        {"definition": definition, "value": value}
        if owner
        else {"definition": {**definition, "defaultValue": value}}
    )
    answer = serve(event, lambda _: [], schema=lambda _: {"maker": maker})
    assert answer == {"properties": {"maker": expected}}

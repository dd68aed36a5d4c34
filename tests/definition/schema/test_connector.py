"""Connectors of the twin file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from pydantic import ValidationError

from tests.definition.managed_models import TWIN
from tests.definition.models import finding_lines
from twin_stack.definition.schema import Connector
from twin_stack.definition.table_key_schema import TableKeySchema

if TYPE_CHECKING:
    from pathlib import Path


def test_alias_template_is_refused_when_the_twin_makes_the_assets(tmp_path: Path) -> None:
    assets, file = "assets: managed", tmp_path / "twin.yaml"

    file.write_text(TWIN.replace(assets, f"{assets}, propertyAlias: /p"))
    (finding,) = finding_lines(tmp_path)
    assert finding.startswith("twin.yaml:3:10 TWIN005 ")
    assert "propertyAlias is for existing assets; managed ones get their aliases from the twin" in finding

    file.write_text(TWIN.replace(assets, 'propertyAlias: "/${entityId}"'))
    assert finding_lines(tmp_path) == []


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({"kind": "dynamodb"}, False),
        ({"kind": "sitewise"}, False),
        ({"kind": "sitewise", "assets": "managed"}, True),
        ({"kind": "sitewise-native"}, True),
    ],
)
def test_connector_manages_assets_when_it_says_so_or_is_of_the_service(
    members: dict[str, str], *, expected: bool
) -> None:
    assert Connector.model_validate(members).manages_assets is expected


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({"kind": "lambda"}, 'a connector of kind "lambda" needs "arn"'),
        (
            {"kind": "sitewise", "tableName": "rows"},
            "tableName does not belong to a connector of kind sitewise",
        ),
        (
            {"kind": "sitewise-native", "timeUnit": "s", "assets": "managed"},
            "assets, timeUnit does not belong to a connector of kind sitewise-native",
        ),
        ({"kind": "dynamodb", "timeUnit": "s"}, "keys and index can be named for an existing table only"),
        (
            {"kind": "dynamodb", "tableName": "rows", "componentTypeIndex": "types", "listDevices": True},
            "componentTypeIndex and listDevices exclude each other; give one",
        ),
    ],
)
def test_setting_belongs_to_the_kind_of_the_connector(members: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        Connector.model_validate(members)


def test_table_of_the_twin_may_name_the_property_that_identifies_devices() -> None:
    assert Connector.model_validate({"kind": "dynamodb", "keyProperty": "serial"}).key_property == "serial"


def test_key_schema_has_the_settings_of_the_connector() -> None:
    settings = {"partition": "${device}#${property}", "valueAttribute": "v", "deviceAttribute": "d"}
    connector = Connector.model_validate({"kind": "dynamodb", "tableName": "rows", **settings})
    assert connector.key_schema == TableKeySchema(
        partition="${device}#${property}", value_attribute="v", device_attribute="d"
    )

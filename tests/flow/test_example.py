"""An example that the README names: a team tests its own CDK app against a real twin.

The file is complete: replace `PlantStack` by your own stack.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from aws_cdk import App, CfnOutput, Stack
from aws_cdk.aws_iottwinmaker import CfnComponentType

from twin_stack import (
    ComponentType,
    DynamoDbConnector,
    Entity,
    FunctionDefinition,
    TelemetryTable,
    Workspace,
)
from twin_stack.constructs import Component

if TYPE_CHECKING:
    from constructs import Construct

    from twin_stack.pytest_plugin import LocalTwin


class PlantStack(Stack):
    """A plant with a hall and some pumps, whose flow is in a DynamoDB table."""

    def __init__(self, scope: Construct, construct_id: str, *, pumps: list[str]) -> None:
        super().__init__(scope, construct_id)
        workspace = Workspace(self, "Workspace", workspace_id="plant")
        telemetry = TelemetryTable(self, "Telemetry")
        connector = DynamoDbConnector(
            self,
            "Connector",
            table=telemetry.table,
            component_type_index=telemetry.component_type_index,
        )
        flow_meter = ComponentType(
            self,
            "FlowMeter",
            workspace=workspace,
            component_type_id="com.example.FlowMeter",
            property_definitions={
                "flow": CfnComponentType.PropertyDefinitionProperty(
                    data_type=CfnComponentType.DataTypeProperty(type="DOUBLE"),
                    is_time_series=True,
                    is_stored_externally=True,
                )
            },
            functions={"dataReader": FunctionDefinition(connector=connector)},
        )
        hall = Entity(self, "Hall", workspace=workspace, entity_id="hall", entity_name="Hall")
        for pump in pumps:
            Entity(
                self,
                pump,
                workspace=workspace,
                entity_id=pump,
                entity_name=pump,
                parent=hall,
                components={"meter": Component(component_type=flow_meter)},
            )
        CfnOutput(self, "Table", value=telemetry.table.table_name)


@pytest.fixture(scope="module")
def table(local_twin: LocalTwin) -> str:
    """The deployed plant; its table."""
    app = App()
    PlantStack(app, "Plant", pumps=["pump-1", "pump-2"])
    return local_twin.deploy(app)["Plant"]["Table"]


def test_pumps_stand_in_the_hall(local_twin: LocalTwin, table: str) -> None:
    in_hall = local_twin.client("iottwinmaker").list_entities(
        workspaceId="plant", filters=[{"parentEntityId": "hall"}]
    )

    assert [entity["entityId"] for entity in in_hall["entitySummaries"]] == ["pump-1", "pump-2"]


def test_dashboard_sees_the_flow_that_a_device_reported(local_twin: LocalTwin, table: str) -> None:
    noon = datetime(2026, 6, 1, 12, tzinfo=UTC)
    row = {
        "device_id": {"S": "pump-1"},
        "timestamp": {"N": str(int(noon.timestamp() * 1000))},
        "flow": {"N": "12.5"},
    }
    local_twin.client("dynamodb").put_item(TableName=table, Item=row)

    # The deployed connector Lambda runs and reads the table.
    answer = local_twin.client("iottwinmaker").get_property_value_history(
        workspaceId="plant",
        entityId="pump-1",
        componentName="meter",
        selectedProperties=["flow"],
        startTime="2026-06-01T00:00:00Z",
        endTime="2026-06-02T00:00:00Z",
    )

    (flow,) = answer["propertyValues"]
    assert [point["value"] for point in flow["values"]] == [{"doubleValue": 12.5}]

"""Another team's app: it imports the installed package, and puts a twin of its own into a CDK Stage."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Stack, Stage
from aws_cdk import aws_iam as iam

from twin_stack import DigitalTwin, DynamoDbConnector, TelemetryTable, Workspace, load

if TYPE_CHECKING:
    from pathlib import Path

    from aws_cdk import App
    from constructs import Construct


class PlantStack(Stack):
    """A twin with workspace, table and reader of the team's own."""

    def __init__(self, scope: Construct, construct_id: str, *, model: Path) -> None:
        super().__init__(scope, construct_id)
        workspace = Workspace(self, "Workspace", workspace_id="plant")
        telemetry = TelemetryTable(self, "Measurements", stream=True)
        reader = DynamoDbConnector(
            self, "Reader", table=telemetry.table, component_type_index=telemetry.component_type_index
        )
        DigitalTwin(
            self,
            "Twin",
            definition=load(model),
            workspace=workspace,
            connectors={"telemetry": reader},
            telemetry_table=telemetry,
        )
        dashboard = iam.Role(self, "Dashboard", assumed_by=iam.AccountRootPrincipal())
        workspace.grant_read(dashboard)


def build_plant(app: App, model: Path) -> None:
    """Fill an app.

    Args:
        app: The app.
        model: Folder of the definition.
    """
    PlantStack(Stage(app, "Test"), "Plant", model=model)

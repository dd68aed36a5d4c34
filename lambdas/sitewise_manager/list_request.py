"""Requests for ``Custom::TwinStackAssets``, as the CDK's provider framework passes them on."""

from collections.abc import Mapping
from typing import Any

from sitewise_manager.asset_list import ListSettings, ModelPlace
from sitewise_manager.list_slices import ListRequest, Place

LIST_TYPE = "Custom::TwinStackAssets"


def parse_list_request(event: Mapping[str, Any]) -> ListRequest:
    """Return the request of an event.

    Args:
        event: The event of the framework, with CloudFormation's members.
    """
    properties = event["ResourceProperties"]
    stack_name = event["StackId"].split("/")[1]
    return ListRequest(
        action=event["RequestType"],
        request_id=event["RequestId"],
        physical_id=str(event.get("PhysicalResourceId", "")),
        # `twin orphans` finds the twin by its beginning.
        first_id=f"{properties['Workspace']}/{properties['StatePrefix']}",
        desired_hash=properties["DesiredHash"],
        assets=tuple(Place(item["Bucket"], item["Key"]) for item in properties["Assets"]),
        settings=ListSettings(
            owner=f"{stack_name}/{event['LogicalResourceId']}",
            workspace=properties["Workspace"],
            deletes_data=properties["RemovalPolicy"] == "Destroy",
            tags=properties.get("Tags", {}),
            models={
                type_id: ModelPlace(model["Id"], model["PropertyDigest"])
                for type_id, model in properties["Models"].items()
            },
        ),
    )

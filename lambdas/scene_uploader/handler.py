"""Entry point of the uploader: ``scene_uploader.handler.handler``."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from custom_resource.serving import Answer, serve

from scene_uploader.repository import SceneBucket, create_client, source_files
from scene_uploader.upload import clean_up, remove_all, upload

_CLEANUP = "Custom::TwinSceneFilesCleanup"

_RESERVE_MILLISECONDS = 30_000
"""Time that the answer needs, with the writing of the ledger."""


def handler(event: Mapping[str, Any], context: Any) -> None:
    """Upload scene files, or clean up after an update.

    ``Custom::TwinSceneFiles`` has the files: its creation and update write them, its deletion removes them.
    ``Custom::TwinSceneFilesCleanup`` has another logical id after each change of the files. So CloudFormation
    deletes the former one when an update is complete, or the new one when the update was rolled back. Only
    its deletion does anything.

    Args:
        event: The event of a custom resource.
        context: Lambda's context, which has the remaining time.
    """
    serve(event, partial(_process, context=context))


def _process(event: Mapping[str, Any], context: Any) -> Answer:
    properties, request_type = event["ResourceProperties"], event["RequestType"]
    logical_id = event["LogicalResourceId"]
    is_cleanup = event["ResourceType"] == _CLEANUP
    if is_cleanup and request_type != "Delete":
        return Answer(logical_id)
    client = create_client()
    stack = event["StackId"].split("/")[1]
    files_id = properties["Files"] if is_cleanup else logical_id
    store = SceneBucket(client, properties["Bucket"], f"{stack}/{files_id}")
    if is_cleanup:
        clean_up(store)
    elif request_type == "Delete":
        remove_all(store)
    else:
        files = list(source_files(client, properties["Sources"]))
        upload(
            store,
            files,
            has_time=lambda: context.get_remaining_time_in_millis() > _RESERVE_MILLISECONDS,
        )
    return Answer(logical_id)

"""Entry point of the function behind the SiteWise custom resources: ``sitewise_manager.handler.handler``."""

import os
import uuid
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from custom_resource.serving import Answer, serve

from sitewise_manager.list_handler import handle_list
from sitewise_manager.list_request import LIST_TYPE
from sitewise_manager.processing import process
from sitewise_manager.repository import SiteWiseRepository, create_clients
from sitewise_manager.request import NOT_CREATED, parse_request

if TYPE_CHECKING:
    from sitewise_manager.repository import Clients

_RESERVE_SECONDS = 20.0
"""Time kept to answer CloudFormation, which otherwise waits until the timeout of the resource."""


@cache
def _clients() -> "Clients":
    return create_clients()


def handler(event: Mapping[str, Any], context: Any) -> dict[str, Any] | None:
    """Carry out a request of CloudFormation and answer it.

    Args:
        event: The request for a custom resource; one for a list of assets comes from the CDK's provider
            framework, which answers it.
        context: Lambda's context, which has the remaining time.
    """

    def seconds_left() -> float:
        remaining: float = context.get_remaining_time_in_millis() / 1000
        return remaining - _RESERVE_SECONDS

    def answer(event: Mapping[str, Any]) -> Answer:
        request = parse_request(event)
        repository = SiteWiseRepository(_clients(), request.stack_id, seconds_left)
        return process(request, repository, lambda: str(uuid.uuid4()))

    if event["ResourceType"] == LIST_TYPE:
        return handle_list(event, _clients(), seconds_left)
    serve(event, answer, failed_id=NOT_CREATED)
    return None


if "AWS_LAMBDA_FUNCTION_NAME" in os.environ:
    # A Lambda function has more CPU during its initialisation than in its first invocation.
    _clients()

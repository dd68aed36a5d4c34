"""Entry point of the SiteWise connector: ``sitewise_connector.handler.handler``."""

import os
from functools import cache, partial
from typing import Any

from connector_kit import serve
from sitewise_connector.environment import Environment
from sitewise_connector.query import sources_for
from sitewise_connector.repository import SiteWiseRepository, create_client


@cache
def _sitewise() -> tuple[Environment, SiteWiseRepository]:
    return Environment.from_environ(os.environ), SiteWiseRepository(create_client())


def handler(event: object, context: object) -> dict[str, Any]:  # noqa: ARG001 - Lambda's signature
    """Answer one event of TwinMaker.

    Args:
        event: A history request or an attribute read.
        context: Lambda's context; not used.

    Returns:
        The answer in the shape of the function that was called.

    Raises:
        ConnectorError: If the event cannot be answered; the message says why and what to check.
    """
    environment, repository = _sitewise()
    return serve(event, partial(sources_for, environment=environment, repository=repository))


if "AWS_LAMBDA_FUNCTION_NAME" in os.environ:
    # While the platform initialises a function it has more processor than in its first call.
    _sitewise()

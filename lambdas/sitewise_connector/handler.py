"""Entry point of the SiteWise connector: ``sitewise_connector.handler.handler``."""

import os
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from connector_kit import Deadline, serve
from sitewise_connector.environment import Environment
from sitewise_connector.query import sources_for
from sitewise_connector.repository import Ids, SiteWiseRepository, create_client
from sitewise_connector.schema import definitions
from sitewise_connector.writing import write

if TYPE_CHECKING:
    from mypy_boto3_iotsitewise import IoTSiteWiseClient


@cache
def _sitewise() -> tuple[Environment, "IoTSiteWiseClient", Ids]:
    return Environment.from_environ(os.environ), create_client(), {}


def handler(event: object, context: object) -> dict[str, Any]:
    """Answer one event of TwinMaker.

    Args:
        event: A history request, an attribute read, a write, or the question for the schema.
        context: Lambda's context; says how much time is left.

    Returns:
        The answer in the shape of the function that was called.

    Raises:
        ConnectorError: If the event cannot be answered; the message says why and what to check.
    """
    environment, client, ids = _sitewise()
    repository = SiteWiseRepository(client, Deadline.of(context), ids)
    return serve(
        event,
        partial(sources_for, environment=environment, repository=repository),
        schema=partial(definitions, repository=repository),
        writer=partial(write, environment=environment, repository=repository),
    )


if "AWS_LAMBDA_FUNCTION_NAME" in os.environ:
    # While the platform initialises a function it has more processor than in its first call.
    _sitewise()

"""Entry point of the SiteWise connector: ``sitewise_connector.handler.handler``."""

import os
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from connector_kit import Deadline, serve
from sitewise_connector.environment import Environment
from sitewise_connector.query import sources_for
from sitewise_connector.repository import IdCache, SiteWiseRepository, create_client
from sitewise_connector.schema import schema_of
from sitewise_connector.writing import write_values

if TYPE_CHECKING:
    from mypy_boto3_iotsitewise import IoTSiteWiseClient


@cache
def _environment_and_client() -> tuple[Environment, "IoTSiteWiseClient", IdCache]:
    return Environment.from_environ(os.environ), create_client(), {}


def handler(event: object, context: object) -> dict[str, Any]:
    """Answer one event of TwinMaker.

    Args:
        event: A history request, an attribute read, a dataWriter or a schemaInitializer event.
        context: Lambda's context, which has the remaining time.

    Returns:
        The answer in the shape of the event's function.

    Raises:
        ConnectorError: If the event cannot be answered; the message has the reason and what to check.
    """
    environment, client, id_cache = _environment_and_client()
    repository = SiteWiseRepository(client, Deadline.of(context), id_cache)
    return serve(
        event,
        partial(sources_for, environment=environment, repository=repository),
        schema=partial(schema_of, repository=repository),
        writer=partial(write_values, environment=environment, repository=repository),
    )


if "AWS_LAMBDA_FUNCTION_NAME" in os.environ:
    # A Lambda function has more CPU during its initialisation than in its first invocation.
    _environment_and_client()

"""Entry point of the DynamoDB connector: ``dynamodb_connector.handler.handler``."""

import os
from functools import cache, partial
from typing import Any

from connector_kit import serve
from dynamodb_connector.environment import Environment
from dynamodb_connector.query import sources_for
from dynamodb_connector.repository import TableRepository, create_client


@cache
def _table() -> tuple[Environment, TableRepository]:
    environment = Environment.from_environ(os.environ)
    return environment, TableRepository(create_client(), environment.table_name)


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
    environment, repository = _table()
    return serve(event, partial(sources_for, environment=environment, repository=repository))


if "AWS_LAMBDA_FUNCTION_NAME" in os.environ:
    # While the platform initialises a function it has more processor than in its first call.
    _table()

"""Entry point of the DynamoDB connector: ``dynamodb_connector.handler.handler``."""

import os
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from connector_kit import Component, Deadline, serve
from dynamodb_connector.environment import Environment
from dynamodb_connector.query import sources_for
from dynamodb_connector.repository import TableRepository, create_client
from former_ids import FormerIds

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from mypy_boto3_dynamodb import DynamoDBClient

    from connector_kit import Definition, Failure, Write


@cache
def _environment_and_client() -> tuple[Environment, "DynamoDBClient"]:
    environment = Environment.from_environ(os.environ)
    return environment, create_client(environment.table_name)


_former_ids = cache(FormerIds.load)


def handler(event: object, context: object) -> dict[str, Any]:
    """Answer one event of TwinMaker.

    Args:
        event: A history request, an attribute read, a schemaInitializer or a dataWriter event.
        context: Lambda's context, which has the remaining time.

    Returns:
        The answer in the shape of the event's function.

    Raises:
        ConnectorError: If the event cannot be answered; the message has the reason and what to check.
    """
    environment, client = _environment_and_client()
    former_ids = _former_ids()
    repository = TableRepository(client, environment.table_name, Deadline.of(context))
    return serve(
        event,
        partial(sources_for, environment=environment, repository=repository, former_ids=former_ids),
        schema=partial(_schema, environment, former_ids, repository),
        writer=partial(_write, environment, former_ids, repository),
    )


def _schema(
    environment: Environment, former_ids: FormerIds, repository: TableRepository, component: Component
) -> "Mapping[str, Definition]":
    from dynamodb_connector.schema import schema_of  # noqa: PLC0415 - a read starts sooner without

    return schema_of(component, environment, repository, former_ids)


def _write(
    environment: Environment,
    former_ids: FormerIds,
    repository: TableRepository,
    writes: "Sequence[Write]",
) -> "Iterable[Failure]":
    from dynamodb_connector.writing import write_rows  # noqa: PLC0415 - likewise

    return write_rows(writes, environment, repository, former_ids)


if "AWS_LAMBDA_FUNCTION_NAME" in os.environ:
    # A Lambda function has more CPU during its initialisation than in its first invocation.
    _environment_and_client()
    _former_ids()

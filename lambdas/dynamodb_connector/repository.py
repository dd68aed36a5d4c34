"""The table: the only module here that knows the AWS SDK."""

import json
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, cast

from aws_client import calls

from connector_kit import Deadline, StoreError
from dynamodb_connector.lanes import CONCURRENT, RangeQuery, Rows

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import QueryInputTypeDef, UpdateItemInputTypeDef

    from dynamodb_connector.writing import Update

_CAPACITY = "raise the table's capacity or ask for less at once"
_REMEDIES = {
    "AccessDeniedException": "allow the function's role dynamodb:Query on the table and its index, and "
    "dynamodb:UpdateItem on the table if it shall write",
    "ResourceNotFoundException": "check TABLE_NAME and the function's region",
    "ValidationException": "check that PARTITION_KEY, SORT_KEY and COMPONENT_TYPE_INDEX are those "
    "of the table, and that the index projects the properties",
    "ProvisionedThroughputExceededException": _CAPACITY,
    "RequestLimitExceeded": _CAPACITY,
    "ThrottlingException": _CAPACITY,
}


class Repository(Protocol):
    """Runs range queries, and updates rows."""

    def query(self, query: RangeQuery) -> Rows:
        """Run one query.

        Args:
            query: What to read.

        Raises:
            StoreError: If the store fails.
        """
        ...

    def query_all(self, queries: Sequence[RangeQuery]) -> Sequence[Rows]:
        """Run several queries, some at once; gives their answers in the same order.

        Args:
            queries: What to read.

        Raises:
            StoreError: If the store fails.
        """
        ...

    def update_all(self, updates: "Sequence[Update]") -> Sequence[StoreError | None]:
        """Set attributes of several rows, some at once; gives why each failed, or None.

        Args:
            updates: What to write.
        """
        ...


class TableRepository:
    """Range queries on one DynamoDB table, and updates of its rows.

    Args:
        client: A DynamoDB client.
        table_name: The table.
        deadline: When this invocation has to end.
    """

    def __init__(self, client: "DynamoDBClient", table_name: str, deadline: Deadline) -> None:
        self._client = client
        self._table_name = table_name
        self._calls = calls.Calls(deadline, "dynamodb", _REMEDIES)

    def query(self, query: RangeQuery) -> Rows:
        """Run one Query; see ``Repository``."""
        parameters = query_input(query, self._table_name)
        response = self._calls.make(self._client.query, "Query", f'table "{self._table_name}"', **parameters)
        return Rows(response["Items"], response.get("LastEvaluatedKey"))

    def query_all(self, queries: Sequence[RangeQuery]) -> Sequence[Rows]:
        """Run several queries; see ``Repository``."""
        return _each(self.query, queries)

    def update_all(self, updates: "Sequence[Update]") -> Sequence[StoreError | None]:
        """Set attributes of several rows; see ``Repository``."""
        return _each(self._update, updates)

    def _update(self, update: "Update") -> StoreError | None:
        try:
            self._calls.make(
                self._client.update_item,
                "UpdateItem",
                f'table "{self._table_name}"',
                **update_input(update, self._table_name),
            )
        except StoreError as error:
            return error
        return None


Item = TypeVar("Item")
Result = TypeVar("Result")


def _each(act: Callable[[Item], Result], items: Sequence[Item]) -> Sequence[Result]:
    """Do one thing with many items, some at once; nearly always there is but one."""
    if len(items) == 1:
        return [act(items[0])]
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 - most reads start sooner without

    with ThreadPoolExecutor(CONCURRENT) as pool:
        return list(pool.map(act, items))


def query_input(query: RangeQuery, table_name: str) -> "QueryInputTypeDef":
    """Write a query as the parameters of DynamoDB's Query.

    Every name goes through a placeholder: ``timestamp`` and hundreds of other likely property
    names are reserved words.

    Args:
        query: What to read.
        table_name: The table.
    """
    partition_key, partition = query.partition
    used = dict.fromkeys([partition_key, query.sort_key, *query.attributes])
    names = {name: f"#n{number}" for number, name in enumerate(used)}
    partition_name, sort_name = names[partition_key], names[query.sort_key]
    parameters: QueryInputTypeDef = {
        "TableName": table_name,
        "KeyConditionExpression": f"{partition_name} = :p AND {sort_name} BETWEEN :a AND :b",
        "ExpressionAttributeNames": {placeholder: name for name, placeholder in names.items()},
        "ExpressionAttributeValues": {
            ":p": {"S": partition},
            ":a": {query.sort_type: query.lower},
            ":b": {query.sort_type: query.upper},
        },
        "ScanIndexForward": query.ascending,
        "Limit": query.limit,
    }
    if query.attributes:
        parameters["ProjectionExpression"] = ", ".join(names[name] for name in query.attributes)
    if query.index_name is not None:
        parameters["IndexName"] = query.index_name
    if query.after is not None:
        parameters["ExclusiveStartKey"] = dict(query.after)
    return parameters


def update_input(update: "Update", table_name: str) -> "UpdateItemInputTypeDef":
    """Write an update as the parameters of DynamoDB's UpdateItem.

    Args:
        update: What to write.
        table_name: The table.
    """
    number = range(len(update.attributes))
    return {
        "TableName": table_name,
        "Key": dict(update.key),
        "UpdateExpression": "SET " + ", ".join(f"#n{n} = :v{n}" for n in number),
        "ExpressionAttributeNames": {f"#n{n}": name for n, name in enumerate(update.attributes)},
        "ExpressionAttributeValues": {f":v{n}": value for n, value in enumerate(update.attributes.values())},
    }


def create_client() -> "DynamoDBClient":
    """Make the client."""
    client = cast("DynamoDBClient", calls.create_client("dynamodb"))
    take_items_unparsed(client)
    return client


def take_items_unparsed(client: "DynamoDBClient") -> None:
    """Let the client hand over a Query's items as JSON has them.

    botocore walks every attribute value along the service model, which takes two thirds of a large
    read and changes nothing but binary values, which no property type takes. Its ``before-parse``
    event lets a handler put members into the result itself.

    Args:
        client: The client to change.
    """
    client.meta.events.register("before-parse.dynamodb.Query", _move_items)


def _move_items(response_dict: dict[str, Any], customized_response_dict: dict[str, Any], **_: object) -> None:
    if response_dict["status_code"] == 200:
        body = json.loads(response_dict["body"])
        customized_response_dict["Items"] = body.pop("Items", [])
        response_dict["body"] = json.dumps(body).encode()

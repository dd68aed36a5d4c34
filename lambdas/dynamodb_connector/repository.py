"""The DynamoDB table: the only module of this package that uses the AWS SDK."""

import json
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar, cast

from aws_client.calls import ServiceCalls
from aws_client.clients import create_client as create_aws_client

from connector_kit import Deadline, StoreError
from dynamodb_connector.shapes import MAX_CONCURRENT_CALLS, ItemUpdate, QueryPage, RangeQuery

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import QueryInputTypeDef, UpdateItemInputTypeDef

_CAPACITY = "raise the table's capacity or ask for less at once"
_REMEDIES = {
    "AccessDeniedException": "allow the function's role dynamodb:Query on the table and its index, and "
    "dynamodb:UpdateItem on the table for writes",
    "ResourceNotFoundException": "check TABLE_NAME and the function's region",
    "ValidationException": "check that PARTITION_KEY, SORT_KEY and COMPONENT_TYPE_INDEX are those "
    "of the table, and that the index projects the properties",
    "ProvisionedThroughputExceededException": _CAPACITY,
    "RequestLimitExceeded": _CAPACITY,
    "ThrottlingException": _CAPACITY,
}


class TableRepository:
    """Range queries on one DynamoDB table, and updates of its rows.

    Args:
        client: A DynamoDB client.
        table_name: The table.
        deadline: End of this invocation.
    """

    def __init__(self, client: "DynamoDBClient", table_name: str, deadline: Deadline) -> None:
        self._client = client
        self._table_name = table_name
        self._calls = ServiceCalls(deadline, "dynamodb", _REMEDIES)

    def query(self, query: RangeQuery) -> QueryPage:
        """Run one query; see ``shapes.Repository``."""
        parameters = query_input(query, self._table_name)
        response = self._calls.call(self._client.query, "Query", f'table "{self._table_name}"', **parameters)
        return QueryPage(response["Items"], response.get("LastEvaluatedKey"))

    def query_all(self, queries: Sequence[RangeQuery]) -> Sequence[QueryPage]:
        """Run several queries; see ``shapes.Repository``."""
        return _call_each(self.query, queries)

    def update_all(self, updates: Sequence[ItemUpdate]) -> Sequence[StoreError | None]:
        """Update several items; see ``shapes.Repository``."""
        return _call_each(self._update, updates)

    def _update(self, update: ItemUpdate) -> StoreError | None:
        try:
            self._calls.call(
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


def _call_each(function: Callable[[Item], Result], items: Sequence[Item]) -> Sequence[Result]:
    """Call a function with each item, concurrently if there are several; nearly always there is one."""
    if len(items) == 1:
        return [function(items[0])]
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 - most reads start sooner without

    with ThreadPoolExecutor(MAX_CONCURRENT_CALLS) as pool:
        return list(pool.map(function, items))


def query_input(query: RangeQuery, table_name: str) -> "QueryInputTypeDef":
    """Return the parameters of DynamoDB's Query.

    Every attribute name has a placeholder, because ``timestamp`` and hundreds of other likely
    property names are reserved words.

    Args:
        query: The query.
        table_name: The table.
    """
    partition_key, partition = query.partition
    attributes = dict.fromkeys([partition_key, query.sort_key, *query.attributes])
    names = {name: f"#n{number}" for number, name in enumerate(attributes)}
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


def update_input(update: ItemUpdate, table_name: str) -> "UpdateItemInputTypeDef":
    """Return the parameters of DynamoDB's UpdateItem.

    Args:
        update: The update.
        table_name: The table.
    """
    numbers = range(len(update.attributes))
    return {
        "TableName": table_name,
        "Key": dict(update.key),
        "UpdateExpression": "SET " + ", ".join(f"#n{n} = :v{n}" for n in numbers),
        "ExpressionAttributeNames": {f"#n{n}": name for n, name in enumerate(update.attributes)},
        "ExpressionAttributeValues": {f":v{n}": value for n, value in enumerate(update.attributes.values())},
    }


def create_client(table_name: str) -> "DynamoDBClient":
    """Create a DynamoDB client that returns the items of a Query unparsed.

    Args:
        table_name: The table, whose region is that of the client if it is an ARN.
    """
    client = cast("DynamoDBClient", create_aws_client("dynamodb", resource=table_name))
    skip_item_parsing(client)
    return client


def skip_item_parsing(client: "DynamoDBClient") -> None:
    """Make a client return the items of a Query as decoded JSON.

    botocore parses every attribute value by the service model. That takes two thirds of a large read
    and changes binary values only, which no property type accepts. A handler of its ``before-parse``
    event can add members to the result itself.

    Args:
        client: The client to change.
    """
    client.meta.events.register("before-parse.dynamodb.Query", _move_items)


def _move_items(response_dict: dict[str, Any], customized_response_dict: dict[str, Any], **_: object) -> None:
    if response_dict["status_code"] == 200:
        body = json.loads(response_dict["body"])
        customized_response_dict["Items"] = body.pop("Items", [])
        response_dict["body"] = json.dumps(body).encode()

"""What the guard reads in AWS."""

from typing import Any

from aws_client.clients import create_client
from botocore.exceptions import ClientError

from history_guard.decision import HistoryLossError

_ATTEMPTS = 5


class Repository:
    """Reads tables and the state of the stack."""

    def is_rolling_back(self, stack_id: str) -> bool:
        """Return whether CloudFormation is undoing a failed deployment of a stack.

        Args:
            stack_id: The ARN of the stack.
        """
        client: Any = create_client("cloudformation", attempts=_ATTEMPTS)
        (stack,) = client.describe_stacks(StackName=stack_id)["Stacks"]
        return "ROLLBACK" in str(stack["StackStatus"])

    def has_rows(self, table: str) -> bool:
        """Return whether a table has a row. DynamoDB's own count of items is hours old.

        Args:
            table: The name of the table.

        Raises:
            HistoryLossError: The table cannot be read, so that it may have rows.
        """
        client: Any = create_client("dynamodb", attempts=_ATTEMPTS)
        try:
            return bool(client.scan(TableName=table, Select="COUNT", Limit=1)["Count"])
        except ClientError as error:
            if error.response["Error"]["Code"] == "ResourceNotFoundException":
                return False
            raise HistoryLossError(
                f"The table {table} would no longer be read, and whether it contains rows is not known: "
                f"{error}"
            ) from error

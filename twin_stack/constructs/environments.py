"""What is of another account or region than its user."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from aws_cdk import Stack

from twin_stack.constructs.tokens import is_unresolved

if TYPE_CHECKING:
    from aws_cdk import IResource
    from aws_cdk import aws_dynamodb as dynamodb
    from aws_cdk import aws_lambda as lambda_
    from constructs import Construct


class Place(NamedTuple):
    """An account and a region, as far as they are known at synthesis; otherwise tokens.

    Attributes:
        account: The account.
        region: The region.
    """

    account: str
    region: str

    def __str__(self) -> str:
        """Return the place for a message."""
        return f"region {self.region} of account {self.account}"

    @staticmethod
    def of_stack(scope: Construct) -> Place:
        """Return the place of a construct's stack.

        Args:
            scope: The construct.
        """
        stack = Stack.of(scope)
        return Place(stack.account, stack.region)

    @staticmethod
    def of_table(table: dynamodb.ITable) -> Place:
        """Return the place of a table.

        Args:
            table: The table, created or imported.
        """
        return _place(table, table.table_arn)

    @staticmethod
    def of_function(function: lambda_.IFunction) -> Place:
        """Return the place of a function.

        Args:
            function: The function, created or imported.
        """
        return _place(function, function.function_arn)

    def is_in_other_region(self, other: Place) -> bool:
        """Return whether the regions are known to differ.

        Args:
            other: Another place.
        """
        return _differ(self.region, other.region)

    def is_in_other_account(self, other: Place) -> bool:
        """Return whether the accounts are known to differ.

        Args:
            other: Another place.
        """
        return _differ(self.account, other.account)

    def is_elsewhere(self, other: Place) -> bool:
        """Return whether the accounts or the regions are known to differ.

        Args:
            other: Another place.
        """
        return self.is_in_other_region(other) or self.is_in_other_account(other)


def table_reference(scope: Construct, table: dynamodb.ITable) -> str:
    """Return by what a function calls a table: its name, or its ARN if it may be elsewhere.

    DynamoDB accepts the ARN in place of the name, and requires it for a table of another account (developer
    guide, "API operations supported by resource-based policies"). The functions of this package call the
    table in the region of the ARN.

    Args:
        scope: A construct of the function's stack.
        table: The table.
    """
    return table.table_name if Place.of_table(table) == Place.of_stack(scope) else table.table_arn


def _place(resource: IResource, arn: str) -> Place:
    # Tables that are imported by their ARN have the environment of the importing stack.
    if not is_unresolved(arn):
        _, _, _, region, account, *_ = arn.split(":")
        return Place(account, region)
    environment = resource.env
    return Place(environment.account, environment.region)


def _differ(first: str, second: str) -> bool:
    return first != second and not is_unresolved(first) and not is_unresolved(second)

"""What an account and region hold: resources, and which stacks own them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from twin_stack.client.access import make_client, make_session
from twin_stack.client.inventory import AwsInventory
from twin_stack.client.stack_resources import stack_resources

if TYPE_CHECKING:
    from collections.abc import Callable

    from twin_stack.client.import_map import Inventory
    from twin_stack.client.stack_resources import StackResource


@dataclass(frozen=True, slots=True)
class Account:
    """An account and region.

    Attributes:
        account_id: Its twelve digits.
        region: Its region.
        partition: Its partition, such as ``aws``.
        client: Returns a boto3 client of a service.
        inventory: What exists.
        owned: Resources of all stacks.
    """

    account_id: str
    region: str
    partition: str
    client: Callable[[str], Any]
    inventory: Inventory
    owned: list[StackResource]

    def pseudo_parameters(self, stack: str) -> dict[str, str]:
        """Return the values of pseudo parameters in a template.

        Args:
            stack: Name of the stack.
        """
        return {
            "AWS::AccountId": self.account_id,
            "AWS::Partition": self.partition,
            "AWS::Region": self.region,
            "AWS::StackName": stack,
        }


def read_account() -> Account:
    """Return the account and region that boto3 is configured with."""
    client = cache(partial(make_client, session=make_session()))
    sts, cloudformation = client("sts"), client("cloudformation")
    identity = sts.get_caller_identity()
    return Account(
        account_id=identity["Account"],
        region=cloudformation.meta.region_name,
        partition=identity["Arn"].split(":")[1],
        client=client,
        inventory=AwsInventory(client),
        owned=list(stack_resources(cloudformation)),
    )

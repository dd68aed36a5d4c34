"""An AWS IoT policy for the devices of a twin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Stack
from aws_cdk import aws_iot as iot
from constructs import Construct

from twin_stack.constructs.telemetry_ingest import THING_NAME, TelemetryIngest

if TYPE_CHECKING:
    from collections.abc import Sequence


class DevicePolicy(Construct):
    """An IoT policy to attach to the certificate of each device of a fleet.

    A device may connect under the name of its own thing, while its certificate is attached to that thing,
    and publish on its own topics: ``topic(N)`` of an ingest becomes the name of the thing. The policy cannot
    restrict a device to its own id if an ingest reads it from the message, or from a level after a wildcard
    of a topic that ends in ``#``: the wildcard ``*`` of IoT policies also matches slashes.

    Example:
        ```python
        policy = DevicePolicy(self, "DevicePolicy", ingests=[temperatures])
        ```

    Args:
        scope: The parent construct.
        construct_id: The id of this construct within its parent.
        ingests: The ingests to whose topics devices publish, at least 1.
        policy_name: The name of the policy. Default: CloudFormation generates it.

    Raises:
        ValueError: There is no ingest.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        ingests: Sequence[TelemetryIngest],
        policy_name: str | None = None,
    ) -> None:
        if not ingests:
            raise ValueError("ingests is empty; pass at least one ingest")
        super().__init__(scope, construct_id)
        stack = Stack.of(self)
        topics = [
            stack.format_arn(service="iot", resource="topic", resource_name=ingest.device_topic)
            for ingest in ingests
        ]
        self._policy = iot.CfnPolicy(
            self,
            "Resource",
            policy_name=policy_name,
            policy_document={
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Action": "iot:Connect",
                        "Resource": stack.format_arn(
                            service="iot", resource="client", resource_name=THING_NAME
                        ),
                        "Condition": {"Bool": {"iot:Connection.Thing.IsAttached": "true"}},
                    },
                    {"Effect": "Allow", "Action": "iot:Publish", "Resource": topics},
                ],
            },
        )

    @property
    def policy_name(self) -> str:
        """The name of the policy, for ``aws iot attach-policy``."""
        return self._policy.ref

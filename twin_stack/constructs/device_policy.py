"""An AWS IoT policy for the devices of a twin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Stack
from aws_cdk import aws_iot as iot
from constructs import Construct

if TYPE_CHECKING:
    from collections.abc import Sequence

from twin_stack.constructs.telemetry_ingest import THING_NAME, TelemetryIngest


class DevicePolicy(Construct):
    """An IoT policy for one device of the fleet: to be attached to each device's certificate.

    A device may connect under the name of its thing only, while its certificate is attached to that
    thing, and publish on its own topics only: `topic(N)` of an ingest stands for the thing's name. Where
    an ingest takes the device id from the message, no policy can hold a device to its own.

    Example:
        ```python
        policy = DevicePolicy(self, "DevicePolicy", ingests=[temperatures])
        ```

    Args:
        scope: parent construct.
        construct_id: id of this construct in its parent.
        ingests: what devices publish, at least one.
    """

    def __init__(self, scope: Construct, construct_id: str, *, ingests: Sequence[TelemetryIngest]) -> None:
        if not ingests:
            raise ValueError("ingests is empty; name at least one")
        super().__init__(scope, construct_id)
        stack = Stack.of(self)
        topics = [
            stack.format_arn(service="iot", resource="topic", resource_name=one.device_topic)
            for one in ingests
        ]
        self._policy = iot.CfnPolicy(
            self,
            "Resource",
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
        """Name of the policy, for `aws iot attach-policy`."""
        return self._policy.ref

"""The AWS clients that a simulation needs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from twin_stack.client.access import make_client, make_session


@dataclass(frozen=True, slots=True)
class Clients:
    """boto3 clients of the services that a simulation calls.

    Attributes:
        twinmaker: Client of ``iottwinmaker``, which is read.
        lambda_: Client of ``lambda``, which is read.
        dynamodb: Client of ``dynamodb``, which is written to.
        sitewise: Client of ``iotsitewise``, which is read and written to.
        iot: Client of ``iot``, whose topic rules are read.
        iot_data: Client of ``iot-data``, which is published to.
    """

    twinmaker: Any
    lambda_: Any
    dynamodb: Any
    sitewise: Any
    iot: Any
    iot_data: Any

    @classmethod
    def configured(cls) -> Clients:
        """Return the clients that boto3 is configured for.

        Raises:
            TwinClientError: boto3 is not installed, or lacks a region or a profile.
        """
        services = ("iottwinmaker", "lambda", "dynamodb", "iotsitewise", "iot", "iot-data")
        session = make_session()
        return cls(*(make_client(service, session) for service in services))

    def all(self) -> tuple[Any, ...]:
        """Return all clients, in the order of the attributes."""
        return (self.twinmaker, self.lambda_, self.dynamodb, self.sitewise, self.iot, self.iot_data)

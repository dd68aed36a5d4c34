"""The SDK as all connectors use it.

botocore's client, not boto3's: it loads in half the time. It does not retry by itself, because it
cannot know how long Lambda will wait; ``Calls`` does, and knows.
"""

import random
import time
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, ConnectionError, HTTPClientError
from botocore.loaders import Loader

from connector_kit.deadline import Deadline
from connector_kit.errors import StoreError

_CONFIG = Config(connect_timeout=1, read_timeout=4, retries={"mode": "standard", "total_max_attempts": 1})

LONGEST_CALL = 5.5
"""Seconds that one try may take: both timeouts above, and what signing and parsing need."""

_FIRST_PAUSE = 0.05
_LONGEST_PAUSE = 2.0

_THROTTLED = frozenset(
    {
        "LimitExceededException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottledException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
    }
)

Answer = TypeVar("Answer")


def create_client(service: str) -> Any:
    """Make a client of an AWS service.

    Args:
        service: Its name in botocore, for example ``dynamodb``.
    """
    session = botocore.session.get_session()
    session.register_component("data_loader", _LoaderOf(service))
    return session.create_client(service, config=_CONFIG)


class _LoaderOf(Loader):
    """Gives what a client of one service is made of, and not what all services would need.

    botocore lists the folders of all services to see that this one exists, and reads every endpoint
    that any of them ever had (``endpoints``, a megabyte): together more than half the time that a
    client takes. Endpoints come from the rules beside the service's model, so of the older list only
    the pattern of each partition counts, and ``partitions`` has that.
    """

    def __init__(self, service: str) -> None:
        super().__init__()
        self._service = service

    def list_available_services(self, type_name: str) -> list[str]:  # noqa: ARG002 - botocore's signature
        """Give the one service."""
        return [self._service]

    def load_data_with_path(self, name: str) -> tuple[Any, str]:
        """Give data and where they stand, ``endpoints`` without any service's own."""
        if name != "endpoints":
            loaded: tuple[Any, str] = super().load_data_with_path(name)
            return loaded
        partitions = self.load_data("partitions")["partitions"]
        return {"partitions": list(map(_endpoints, partitions))}, self.BUILTIN_DATA_PATH


def _endpoints(partition: Mapping[str, Any]) -> dict[str, Any]:
    """Write a partition as botocore's ``endpoints`` has it."""
    suffix, dual_suffix = (partition["outputs"][name] for name in ("dnsSuffix", "dualStackDnsSuffix"))
    hostname, fips_hostname = "{service}.{region}.{dnsSuffix}", "{service}-fips.{region}.{dnsSuffix}"
    return {
        "partition": partition["id"],
        "regionRegex": partition["regionRegex"],
        "regions": partition["regions"],
        "services": {},
        "dnsSuffix": suffix,
        "defaults": {
            "hostname": hostname,
            "protocols": ["https"],
            "signatureVersions": ["v4"],
            "variants": [
                {"tags": ["fips"], "hostname": fips_hostname, "dnsSuffix": suffix},
                {"tags": ["dualstack"], "hostname": hostname, "dnsSuffix": dual_suffix},
                {"tags": ["dualstack", "fips"], "hostname": fips_hostname, "dnsSuffix": dual_suffix},
            ],
        },
    }


class Calls:
    """The calls of one invocation.

    Args:
        deadline: When the invocation has to end.
        service: Name of the service in messages and permissions, for example ``dynamodb``.
        remedies: What to do by error code.
    """

    def __init__(self, deadline: Deadline, service: str, remedies: Mapping[str, str]) -> None:
        self._deadline = deadline
        self._service = service
        self._remedies = remedies
        self._made = 0

    def make(self, operation: Callable[..., Answer], name: str, target: str, **parameters: Any) -> Answer:
        """Call an operation; throttling and failures of transport are tried again.

        Args:
            operation: The client's method.
            name: The operation's name in messages, for example ``Query``.
            target: What it is asked of, in words.
            parameters: Its parameters.

        Raises:
            StoreError: If the service refuses, or does not answer in the time that is left.
        """
        tries = 0
        while True:
            # The first call is made however little time is left: an answer may still come in time.
            if self._made and self._deadline.seconds_left() < LONGEST_CALL:
                raise StoreError(
                    f"the function's time runs out after {self._made} calls, before {self._service}:{name} "
                    f"on {target}; ask for a shorter range or fewer properties, or give it more time"
                )
            self._made += 1
            tries += 1
            try:
                return operation(**parameters)
            except (ClientError, BotoCoreError) as error:
                pause = _pause(tries)
                if not _may_pass(error) or self._deadline.seconds_left() < pause + LONGEST_CALL:
                    raise self._store_error(error, name, target, tries) from error
                time.sleep(pause)

    def _store_error(
        self, error: ClientError | BotoCoreError, name: str, target: str, tries: int
    ) -> StoreError:
        tried = f" after {tries} tries" if tries > 1 else ""
        remedy = self._remedies.get(code_of(error), f"try again, and look at the status of {self._service}")
        return StoreError(f"{self._service}:{name} on {target} failed{tried}: {error}; {remedy}")


def code_of(error: ClientError | BotoCoreError) -> str:
    """Give the service's code of an error, or nothing where none came."""
    return str(error.response["Error"]["Code"]) if isinstance(error, ClientError) else ""


def _may_pass(error: ClientError | BotoCoreError) -> bool:
    """Whether the same call may succeed a moment later."""
    if not isinstance(error, ClientError):
        return isinstance(error, HTTPClientError | ConnectionError)
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return code_of(error) in _THROTTLED or status >= 500


def _pause(tries: int) -> float:
    """Wait longer each time, and not all for the same time."""
    longest: float = min(_FIRST_PAUSE * 2**tries, _LONGEST_PAUSE)
    return random.uniform(0.5, 1) * longest  # noqa: S311 - no secret

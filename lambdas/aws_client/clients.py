"""Creation of AWS clients.

The clients are botocore's, not boto3's, because botocore loads in half the time. This module relies
on parts of botocore that its documentation does not promise; ``tests/lambdas/aws_client`` lists them
and checks them with the botocore of each Lambda runtime.
"""

from collections.abc import Mapping
from typing import Any

import botocore.session
from botocore.config import Config
from botocore.loaders import Loader

CONNECT_TIMEOUT = 1
"""Seconds to connect to the service."""

READ_TIMEOUT = 4
"""Seconds to wait for data from the service."""

_WITH_GLOBAL_ENDPOINT = "s3"
"""A service whose endpoint in us-east-1 botocore takes from the entries of services."""

_HOSTNAME = "{service}.{region}.{dnsSuffix}"
_FIPS_HOSTNAME = "{service}-fips.{region}.{dnsSuffix}"


def create_client(service: str, *, attempts: int = 1, resource: str = "") -> Any:
    """Create a client of an AWS service.

    Args:
        service: The service's name in botocore, for example ``dynamodb``.
        resource: The resource that is called. The client is of its region if it is an ARN, or else of the
            function's.
        attempts: Maximum attempts of a call by botocore, the first included. The default is for
            callers that retry themselves, such as ``calls.ServiceCalls``.
    """
    config = Config(
        connect_timeout=CONNECT_TIMEOUT,
        read_timeout=READ_TIMEOUT,
        retries={"mode": "standard", "total_max_attempts": attempts},
        # In us-east-1, S3's global endpoint would be looked up in the data that are not loaded.
        s3={"us_east_1_regional_endpoint": "regional"},
    )
    session = botocore.session.get_session()
    session.register_component("data_loader", _SingleServiceLoader(service))
    return session.create_client(service, region_name=_region_of(resource), config=config)


def _region_of(resource: str) -> str | None:
    """Return the region of an ARN; None for a name."""
    return resource.split(":")[3] if resource.startswith("arn:") else None


class _SingleServiceLoader(Loader):
    """Loader that reads the data of one service only.

    botocore lists the folders of all services to check that one exists, and reads the endpoints of
    all services (``endpoints``, a megabyte): together more than half the time that it takes to create
    a client. The endpoint comes from the rule set beside the service's model, so ``endpoints`` needs
    only the pattern of each partition, which ``partitions`` has.

    Args:
        service: The service's name in botocore.
    """

    def __init__(self, service: str) -> None:
        super().__init__()
        self._service = service

    def list_available_services(self, type_name: str) -> list[str]:  # noqa: ARG002 - botocore's signature
        """Return the one service."""
        return [self._service]

    def load_data_with_path(self, name: str) -> tuple[Any, str]:
        """Return data and its path; ``endpoints`` without the entries of services that need none."""
        if name != "endpoints" or self._service == _WITH_GLOBAL_ENDPOINT:
            loaded: tuple[Any, str] = super().load_data_with_path(name)
            return loaded
        partitions = self.load_data("partitions")["partitions"]
        return {"partitions": list(map(_to_endpoints, partitions))}, self.BUILTIN_DATA_PATH


def _to_endpoints(partition: Mapping[str, Any]) -> dict[str, Any]:
    """Convert a partition of ``partitions`` to the form of ``endpoints``."""
    suffix, dual_suffix = (partition["outputs"][name] for name in ("dnsSuffix", "dualStackDnsSuffix"))
    return {
        "partition": partition["id"],
        "regionRegex": partition["regionRegex"],
        "regions": partition["regions"],
        "services": {},
        "dnsSuffix": suffix,
        "defaults": {
            "hostname": _HOSTNAME,
            "protocols": ["https"],
            "signatureVersions": ["v4"],
            "variants": [
                {"tags": ["fips"], "hostname": _FIPS_HOSTNAME, "dnsSuffix": suffix},
                {"tags": ["dualstack"], "hostname": _HOSTNAME, "dnsSuffix": dual_suffix},
                {"tags": ["dualstack", "fips"], "hostname": _FIPS_HOSTNAME, "dnsSuffix": dual_suffix},
            ],
        },
    }

"""botocore's data for clients of the embedded AWS, without those of the endpoints of AWS.

To check that a service exists, botocore lists the folders of all services and their versions. To find its
endpoint, it reads those of all services (``endpoints``, a megabyte), although that of the embedded AWS is
given: together two thirds of the time until a process has its first client.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from botocore.loaders import Loader

if TYPE_CHECKING:
    from collections.abc import Mapping


class ClientData(Loader):
    """Loader of models and rule sets of services."""

    def list_available_services(self, type_name: str) -> list[str]:  # noqa: ARG002 (botocore's signature)
        """Return the names of all services that botocore has."""
        return sorted(path.name for path in Path(self.BUILTIN_DATA_PATH).iterdir())

    def load_data_with_path(self, name: str) -> tuple[Any, str]:
        """Return data and its path; ``endpoints`` with the patterns of partitions only.

        Args:
            name: Such as ``endpoints`` or ``iam/2010-05-08/service-2``.
        """
        if name != "endpoints":
            loaded: tuple[Any, str] = super().load_data_with_path(name)
            return loaded
        partitions = self.load_data("partitions")["partitions"]
        return {"partitions": [_without_services(partition) for partition in partitions]}, ""


def _without_services(partition: Mapping[str, Any]) -> dict[str, Any]:
    """Convert a partition of ``partitions`` to the form of ``endpoints``."""
    return {
        "partition": partition["id"],
        "regionRegex": partition["regionRegex"],
        "regions": partition["regions"],
        "services": {},
        "dnsSuffix": partition["outputs"]["dnsSuffix"],
        "defaults": {
            "hostname": "{service}.{region}.{dnsSuffix}",
            "protocols": ["https"],
            "signatureVersions": ["v4"],
        },
    }

"""Fixed names of what holds a twin's data, so that a later deployment finds it again.

CloudFormation imports a resource that exists already if its template has a literal name for it (user guide,
"Import AWS resources into a CloudFormation stack automatically"). A name that CloudFormation generates is new
in each stack.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Final

from aws_cdk import Stack

from twin_stack.constructs.tokens import is_unresolved
from twin_stack.twinmaker.data_tag import LOG_GROUP_PREFIX, TABLE_SUFFIX
from twin_stack.twinmaker.quotas import MAX_BUCKET_NAME

if TYPE_CHECKING:
    from constructs import Construct

    from twin_stack.constructs.interfaces import IWorkspace
    from twin_stack.definition.twin_definition import TwinDefinition

_MAX_IOT_NAME: Final = 128
"""Characters of the name of a topic rule or of a policy. Source: AWS IoT API reference."""
_HASH_LENGTH: Final = 8


class DataNames:
    """The fixed names of a twin's resources, which begin with its data name.

    Each method returns None if the data name is a token: CloudFormation imports only what has a literal name,
    and a text that is not known here cannot be checked or shortened.

    Example:
        ```python
        names = DataNames("plant-1")
        names.table()  # "plant-1-telemetry"
        names.topic_rule("temperatures")  # "plant_1_temperatures"
        ```

    Args:
        data_name: The data name of the twin, by default the id of its workspace.
    """

    def __init__(self, data_name: str) -> None:
        self._data_name = None if is_unresolved(data_name) else data_name

    @property
    def data_name(self) -> str | None:
        """The data name; None if it is a token."""
        return self._data_name

    def table(self) -> str | None:
        """Return the name of the telemetry table."""
        return f"{self._data_name}{TABLE_SUFFIX}" if self._data_name is not None else None

    def bucket(self, scope: Construct) -> str | None:
        """Return the name of the bucket: names of buckets are unique among all accounts.

        Args:
            scope: The construct whose stack has the bucket.

        Returns:
            The name; None if the stack has no literal account and region, because a name that CloudFormation
            puts together could not be imported, and the second deployment would fail on it.
        """
        stack = Stack.of(scope)
        place = (stack.account, stack.region)
        if self._data_name is None or any(is_unresolved(part) for part in place):
            return None
        end = "-".join(("", *place))
        readable = re.sub(r"[^a-z0-9-]", "-", self._data_name.lower()).strip("-")
        return _shorten(readable, self._data_name, MAX_BUCKET_NAME - len(end)) + end

    def log_group(self, part: str) -> str | None:
        """Return the name of a log group.

        Args:
            part: The part of the twin that writes the log, such as ``connector/telemetry``.
        """
        return f"{LOG_GROUP_PREFIX}{self._data_name}/{part}" if self._data_name is not None else None

    def topic_rule(self, ingest: str) -> str | None:
        """Return the name of a topic rule, which may have letters, digits and ``_``.

        Args:
            ingest: The name of the ingest.
        """
        if self._data_name is None:
            return None
        name = f"{self._data_name}_{ingest}".replace("-", "_")
        return _shorten(name, name, _MAX_IOT_NAME, separator="_")

    def device_policy(self) -> str | None:
        """Return the name of the IoT policy for devices."""
        if self._data_name is None:
            return None
        name = f"{self._data_name}-devices"
        return _shorten(name, name, _MAX_IOT_NAME)


def default_data_name(
    definition: TwinDefinition, workspace_id: str | None, workspace: IWorkspace | None
) -> str:
    """Return the data name of a twin that is given none: two deployments of a definition do not share one.

    Args:
        definition: A checked definition.
        workspace_id: The id of the workspace that the caller passed, or None.
        workspace: The workspace that the caller passed, or None.
    """
    if workspace is not None:
        return workspace.literal_workspace_id
    if workspace_id not in (None, definition.workspace_id):
        return str(workspace_id)
    return definition.twin.data_name or definition.workspace_id


def _shorten(readable: str, identity: str, max_length: int, *, separator: str = "-") -> str:
    """Return a name that ends with a hash unless it is the identity itself and short enough."""
    if readable == identity and len(readable) <= max_length:
        return readable
    digest = hashlib.sha256(identity.encode()).hexdigest()[:_HASH_LENGTH]
    kept = readable[: max_length - _HASH_LENGTH - 1].rstrip(separator)
    return f"{kept}{separator}{digest}" if kept else digest

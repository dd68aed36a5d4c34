"""Logical ids that depend on ids of the definition, not on the place of a construct in the tree.

CloudFormation identifies a resource by its logical id, and the CDK derives that from the path of the
construct: with another construct id, or deeper in the tree, every resource is created a second time and the
first one is deleted. For what has a fixed id in the service or holds data, that fails or loses data, so its
logical id is made of its kind and of its id in the definition.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Final

from aws_cdk import CfnResource, Stack
from constructs import Construct

if TYPE_CHECKING:
    from constructs import IConstruct

_PREFIX: Final = re.compile(r"[A-Za-z][A-Za-z0-9]{0,39}")
_SEPARATORS: Final = re.compile(r"[^A-Za-z0-9]+")
_MAX_READABLE: Final = 160
"""Characters of the ids that are kept. A logical id may have 255 characters, letters and digits."""


class LogicalIds:
    """The logical ids of one twin: prefix, kind, the readable part of the id, and a hash of kind and id.

    Example:
        ```python
        logical_ids = LogicalIds(self, "")
        logical_ids.of("Entity", "machine-001")  # "EntityMachine001" and eight digits
        logical_ids.fix(table, "Table")
        ```

    Args:
        scope: The twin.
        prefix: The beginning of every logical id, for the second twin of a stack; empty for the first one.

    Raises:
        ValueError: Another twin of the stack has the same prefix, or the prefix has characters that logical
            ids do not allow.
    """

    def __init__(self, scope: Construct, prefix: str) -> None:
        if prefix and not _PREFIX.fullmatch(prefix):
            raise ValueError(
                "logical_id_prefix must be 1 to 40 letters and digits, beginning with a letter, "
                f'got "{prefix}"; rename it'
            )
        self._prefix = prefix
        stack = Stack.of(scope)
        marker = f"TwinLogicalIds{prefix}"
        if stack.node.try_find_child(marker) is not None:
            raise ValueError(
                f'stack "{stack.node.path}" contains another DigitalTwin with logical_id_prefix "{prefix}", '
                "so their resources would have the same logical ids; give one of them another "
                'logical_id_prefix, such as "Second"'
            )
        Construct(stack, marker)

    def of(self, kind: str, *ids: str) -> str:
        """Return the logical id of a resource.

        Args:
            kind: The kind of the resource, letters and digits, such as ``Entity``.
            ids: The ids in the definition that identify it among its kind, such as entity id and component
                name. None for a resource of which a twin has one, such as the workspace.
        """
        readable = "".join(
            f"{word[0].upper()}{word[1:]}" for part in ids for word in _SEPARATORS.split(part) if word
        )
        digest = hashlib.sha256("\0".join((kind, *ids)).encode()).hexdigest()[:8].upper()
        return f"{self._prefix}{kind}{readable[:_MAX_READABLE]}{digest}"

    def fix(self, construct: IConstruct, kind: str, *ids: str) -> None:
        """Give a resource its logical id.

        Args:
            construct: The L1, or an L2 whose default child is the L1.
            kind: The kind of the resource, as for ``of``.
            ids: The ids of the resource, as for ``of``.

        Raises:
            TypeError: The construct has no resource, because it is imported.
        """
        resource = construct if isinstance(construct, CfnResource) else construct.node.default_child
        if not isinstance(resource, CfnResource):
            raise TypeError(f'"{construct.node.path}" has no resource whose logical id could be fixed')
        resource.override_logical_id(self.of(kind, *ids))

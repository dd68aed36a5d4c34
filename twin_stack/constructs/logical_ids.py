"""Logical ids that do not depend on where a twin is in the tree of constructs.

CloudFormation identifies a resource by its logical id, and the CDK derives that from the path of the
construct: with another construct id, or deeper in the tree, every resource is created a second time and the
first one is deleted. For what has a fixed id in the service or holds data, that fails or loses data.
Therefore its logical id is made of its kind and of its id in the definition. All other resources of the twin
get a logical id from their path within the twin.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from typing import TYPE_CHECKING, Final
from weakref import WeakKeyDictionary

from aws_cdk import CfnElement, CfnResource, Stack
from constructs import Construct, IConstruct

if TYPE_CHECKING:
    from collections.abc import Sequence

_PREFIX: Final = re.compile(r"[A-Za-z][A-Za-z0-9]{0,39}")
_SEPARATORS: Final = re.compile(r"[^A-Za-z0-9]+")
_UNNAMED: Final = {"Default", "Resource"}
"""Construct ids that the CDK, too, leaves out of the readable part of a logical id."""

_DERIVED_ID: Final = re.compile(r"(?<=^AllowEventRule).*")
"""The part of a construct id that the CDK derives from the path of another construct."""

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
        self._path = f"{scope.node.path}/"
        self._prefix = prefix
        self._fixed_paths: set[str] = set()
        _OF_TWINS[scope] = self
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
        readable = _readable(ids)
        return f"{self._prefix}{kind}{readable[:_MAX_READABLE]}{_digest((kind, *ids))}"

    def fix(self, construct: IConstruct, kind: str, *ids: str) -> None:
        """Give a resource of the twin its logical id; leave what is imported or outside of the twin as it is.

        Args:
            construct: The L1, or an L2 whose default child is the L1.
            kind: The kind of the resource, as for ``of``.
            ids: The ids of the resource, as for ``of``.
        """
        resource = construct if isinstance(construct, CfnResource) else construct.node.default_child
        if isinstance(resource, CfnResource) and (path := resource.node.path).startswith(self._path):
            resource.override_logical_id(self.of(kind, *ids))
            self._fixed_paths.add(path)

    def fix_rest(self, *constructs: IConstruct) -> None:
        """Give all resources beneath some parts of the twin that have none yet a logical id.

        Args:
            constructs: The parts of the twin.
        """
        numbers: Counter[tuple[str, ...]] = Counter()
        for construct in constructs:
            for element in construct.node.find_all():
                if (
                    not isinstance(element, CfnElement)
                    or (full_path := element.node.path) in self._fixed_paths
                ):
                    continue
                names = full_path.removeprefix(self._path).split("/")
                path = tuple(_DERIVED_ID.sub("", name) for name in names)
                numbers[path] += 1
                if numbers[path] > 1:
                    path = (*path, str(numbers[path]))
                readable = _readable([name for name in path if name not in _UNNAMED])[:_MAX_READABLE]
                # The empty first part distinguishes a path from the arguments of ``of``.
                element.override_logical_id(f"{self._prefix}{readable}{_digest(('', *path))}")


_OF_TWINS: Final[WeakKeyDictionary[IConstruct, LogicalIds]] = WeakKeyDictionary()


def fix_logical_id(construct: IConstruct, kind: str, *ids: str) -> None:
    """Give a resource its logical id if it is part of a twin; otherwise it keeps that of its path.

    Constructs use it for a resource whose logical id they need, for example to acknowledge findings.

    Args:
        construct: The L1, or an L2 whose default child is the L1.
        kind: The kind of the resource, as for ``LogicalIds.of``.
        ids: The ids of the resource, as for ``LogicalIds.of``.
    """
    for scope in construct.node.scopes:
        if scope in _OF_TWINS:
            _OF_TWINS[scope].fix(construct, kind, *ids)


def _readable(ids: Sequence[str]) -> str:
    return "".join(f"{word[0].upper()}{word[1:]}" for part in ids for word in _SEPARATORS.split(part) if word)


def _digest(ids: Sequence[str]) -> str:
    return hashlib.sha256("\0".join(ids).encode()).hexdigest()[:8].upper()

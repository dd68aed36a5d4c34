"""The differences of two values made of mappings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from twin_stack.plan.changes import Action, Detail
from twin_stack.twinmaker.data_types import MEMBER_OF_TYPE

if TYPE_CHECKING:
    from collections.abc import Iterator

_DATA_VALUES: Final = frozenset(MEMBER_OF_TYPE.values())
"""The one member of a value in the service's form, but for ``expression``, which parts of scenes have too."""


def differences(before: Any, after: Any, path: tuple[str, ...] = ()) -> Iterator[Detail]:
    """Yield what differs, in the order of keys after the change; keys that are removed come last.

    A mapping that only one side has is one difference, and so is a value in the service's form. Lists of
    mappings are compared item by item if both have as many.

    Args:
        before: A value before the change.
        after: The value after it.
        path: Keys from the thing to the value.
    """
    if _is_list_of_mappings(before) and _is_list_of_mappings(after) and len(before) == len(after):
        for index, (old, new) in enumerate(zip(before, after, strict=True)):
            yield from differences(old, new, (*path, str(index)))
        return
    if not (_is_nested(before) and _is_nested(after)):
        if not is_same(before, after):
            yield Detail(Action.CHANGED, path, before, after)
        return
    for key, member in after.items():
        if key in before:
            yield from differences(before[key], member, (*path, key))
        else:
            yield Detail(Action.ADDED, (*path, key), None, member)
    for key, member in before.items():
        if key not in after:
            yield Detail(Action.REMOVED, (*path, key), member)


def is_same(before: Any, after: Any) -> bool:
    """Return whether two values of JSON are written alike: 1 is neither ``true`` nor 1.0.

    Args:
        before: Any value.
        after: Another one.
    """
    if type(before) is not type(after):
        return False
    if isinstance(before, dict):
        return before.keys() == after.keys() and all(
            is_same(value, after[key]) for key, value in before.items()
        )
    if isinstance(before, list):
        return len(before) == len(after) and all(map(is_same, before, after))
    return bool(before == after)


def is_data_value(value: Any) -> bool:
    """Return whether a value has the service's form, such as ``{"stringValue": "P-100"}``.

    Args:
        value: Any value.
    """
    return isinstance(value, dict) and bool(value) and value.keys() <= _DATA_VALUES


def _is_nested(value: Any) -> bool:
    return isinstance(value, dict) and not is_data_value(value)


def _is_list_of_mappings(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(_is_nested(item) for item in value)

"""The places of members inside of a value: bare, or in the service's form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twin_stack.definition.source import locate
from twin_stack.twinmaker.data_types import VALUE_MEMBERS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from twin_stack.definition.findings import Location
    from twin_stack.definition.unchecked import Declarations


def value_place(
    declarations: Declarations, path: Sequence[str | int], inner_path: Sequence[str | int]
) -> Location:
    """Return the place of a member of a value.

    Args:
        declarations: What the files declare.
        path: Kind, id and keys from the item to the value, which may have the service's form.
        inner_path: Keys and indexes from the value to the member, without members of the service's form.
    """
    kind, item_id, *keys = path
    source = declarations.sources[str(kind), str(item_id)]
    value: Any = source
    for key in keys:
        try:
            value = value[key]
        except (LookupError, TypeError):
            return declarations.where(str(kind), str(item_id), *keys)
    if isinstance(value, dict) and value.keys() >= {"value", "definition"}:
        keys, value = [*keys, "value"], value["value"]
    for key in inner_path:
        keys, value = _unwrap(keys, value)
        keys = [*keys, key]
        try:
            value = value[key]
        except (LookupError, TypeError):
            break
    return locate(source, _unwrap(keys, value)[0])


def _unwrap(keys: list[str | int], value: Any) -> tuple[list[str | int], Any]:
    """Return the keys and the value without members of the service's form around it."""
    while isinstance(value, dict) and len(value) == 1 and (name := next(iter(value))) in _WRAPPERS:
        keys, value = [*keys, name], value[name]
    return keys, value


_WRAPPERS = frozenset({*VALUE_MEMBERS, "value"})
"""Members around a value in the service's form."""

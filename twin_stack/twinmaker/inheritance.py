"""What a component type inherits from the types it extends.

The guide says that a type inherits the properties and functions of up to ten parents, and its examples
override a property by giving only what differs (mostly ``defaultValue``). It does not say what happens where
two definitions meet. These rules agree with all component types that AWS prints in its guide and samples;
where those leave a choice, the rule refuses more, so that what passes here is right by either reading:

- Of two parents that define the same name, the later one in ``extendsFrom`` wins [U]. In AWS's samples, the
  type ``com.example.cookiefactory.cookieline`` extends the abstract alarm first and the telemetry second, and
  has the ``dataReader`` of the second.
- A function, a property group or a composite component of the type itself replaces the inherited one as a
  whole [U]. So a function without an implementation makes the type abstract, as it does in AWS's alarm type.
- A property of the type itself keeps those members of the inherited definition that it does not give (guide,
  "Example component types"). A ``dataType`` that repeats the inherited ``type`` also keeps unit, allowed
  values and the like [U].
- A type is a singleton if it or a parent says so [U].

The functions work on members in the form of the service's requests.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from twin_stack.twinmaker.names import ATTRIBUTE_READER, HISTORY_READERS

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

T = TypeVar("T")


def inherit(
    own: Mapping[str, T],
    parents: Iterable[Mapping[str, T]],
    override: Callable[[T, T], T] | None = None,
) -> dict[str, T]:
    """Return the properties, functions, groups or composite components of a type by name.

    Args:
        own: Those of the type itself.
        parents: Those of its parents with all that they inherit, in the order of ``extendsFrom``.
        override: Combines an inherited one with the type's own of the same name. Default: its own replaces
            the inherited one.
    """
    inherited: dict[str, T] = {}
    for parent in parents:
        inherited.update(parent)
    if override is None:
        inherited.update(own)
    else:
        for name, item in own.items():
            inherited[name] = override(inherited[name], item) if name in inherited else item
    return inherited


def override_definition(inherited: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """Return an inherited property definition with the members that a subtype gives.

    Args:
        inherited: The parent's definition.
        own: The subtype's definition; any member may be missing.
    """
    merged = {**inherited, **own}
    if "dataType" in inherited and "dataType" in own:
        merged["dataType"] = override_data_type(inherited["dataType"], own["dataType"])
    return merged


def override_data_type(inherited: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """Return the data type of a property that a subtype gives again.

    Args:
        inherited: The parent's data type.
        own: The subtype's data type.
    """
    return {**inherited, **own} if inherited["type"] == own["type"] else dict(own)


def inherit_singleton(*, own: bool | None, parents: Iterable[bool]) -> bool:
    """Return whether an entity takes at most one component of a type.

    Args:
        own: The member ``isSingleton`` of the type itself.
        parents: The same of its parents with what they inherit.
    """
    return bool(own) or any(parents)


def is_implemented(function: Mapping[str, Any] | None) -> bool:
    """Return whether a Lambda function or the service itself implements a function.

    Args:
        function: A function of a component type; None for one that the type does not have.
    """
    implementation = (function or {}).get("implementedBy") or {}
    return bool(implementation.get("lambda") or implementation.get("isNative"))


def is_stored_externally(*, is_time_series: bool | None, flag: bool | None) -> bool:
    """Return whether a connector holds the values of a property.

    Time series are stored externally (guide, "Core features of component types"), also where the flag is not
    set: the flag is false by default.

    Args:
        is_time_series: The member ``isTimeSeries``.
        flag: The member ``isStoredExternally``.
    """
    return bool(is_time_series or flag)


def unread_properties(external: Mapping[str, bool], implemented: Collection[str]) -> list[str]:
    """Return the names of the properties that no function reads. Any makes the component type abstract.

    Source: guide, "Core features of component types".

    Args:
        external: Properties stored externally by name, with True for a time series.
        implemented: Names of the functions that are implemented.
    """
    reads_history = any(name in implemented for name in HISTORY_READERS)
    reads_attributes = ATTRIBUTE_READER in implemented
    return [
        name
        for name, is_time_series in external.items()
        if not (reads_history if is_time_series else reads_attributes)
    ]

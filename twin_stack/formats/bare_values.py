"""Values and property definitions of the service in the short form of definition files. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from twin_stack.twinmaker.data_types import MEMBER_OF_TYPE, REQUEST_FLAGS, VALUE_MEMBERS

if TYPE_CHECKING:
    from collections.abc import Mapping

    Json = Mapping[str, Any]

_PLACEHOLDER: Final = "${"
_EXPECTED_KINDS: Final[dict[str, type | tuple[type, ...]]] = {
    "STRING": str,
    "LONG": int,
    "INTEGER": int,
    "DOUBLE": (int, float),
    "BOOLEAN": bool,
}
_TARGET: Final = {"targetEntityId"}


def bare_value(value: Json, data_type: Json | None) -> Any:
    """Return a value as a definition file has it: bare where the declared type says what it is.

    Args:
        value: In the service's form, such as ``{"doubleValue": 1.5}``.
        data_type: The declared type in the service's form; None where it is not known.

    Returns:
        The bare value; the service's form where a bare one could be read as something else.
    """
    bare = _bare(value, data_type)
    return dict(value) if bare is None else bare


def _bare(value: Json, data_type: Json | None) -> Any | None:
    """Return the bare value, None where there is none."""
    type_name = (data_type or {}).get("type")
    member = MEMBER_OF_TYPE.get(str(type_name))
    if data_type is None or member is None or value.keys() != {member}:
        return None
    content = value[member]
    if type_name == "RELATIONSHIP":
        return content["targetEntityId"] if content.keys() == _TARGET else dict(content)
    nested = data_type.get("nestedType")
    if type_name == "LIST":
        members = [_bare(item, nested) for item in content]
        return None if None in members else members
    if type_name == "MAP":
        entries = {key: _bare(item, nested) for key, item in content.items()}
        # A mapping with the name of a value's member is read as the service's form.
        is_ambiguous = not entries.keys().isdisjoint(VALUE_MEMBERS)
        return None if is_ambiguous or None in entries.values() else entries
    return content if _is_plain(content, str(type_name)) else None


def _is_plain(content: Any, type_name: str) -> bool:
    """Return whether a bare text, number or boolean is read as the same value again."""
    if isinstance(content, bool):
        return type_name == "BOOLEAN"
    return isinstance(content, _EXPECTED_KINDS[type_name]) and _PLACEHOLDER not in str(content)


def short_data_type(data_type: Json) -> str | dict[str, Any]:
    """Return a data type as a definition file has it: its name where it has no other members.

    Args:
        data_type: In the service's form.
    """
    members = {name: content for name, content in data_type.items() if content not in (None, [], {}, "")}
    if "nestedType" in members:
        members["nestedType"] = short_data_type(members["nestedType"])
    if "allowedValues" in members:
        members["allowedValues"] = [bare_value(value, data_type) for value in members["allowedValues"]]
    return str(members["type"]) if members.keys() == {"type"} else members


def short_definition(definition: Json) -> str | dict[str, Any]:
    """Return a property definition as a definition file has it, without flags that have their default.

    Args:
        definition: As the service returns it.
    """
    members: dict[str, Any] = {}
    data_type = definition.get("dataType")
    if data_type:
        members["dataType"] = short_data_type(data_type)
    members |= {flag: True for flag in REQUEST_FLAGS if definition.get(flag)}
    if definition.get("isTimeSeries"):
        members.pop("isStoredExternally", None)  # a time series is stored externally
    if definition.get("defaultValue"):
        members["defaultValue"] = bare_value(definition["defaultValue"], data_type)
    for name in ("configuration", "displayName"):
        if definition.get(name):
            members[name] = definition[name]
    if members.keys() == {"dataType"} and isinstance(members["dataType"], str):
        return members["dataType"]
    return members

"""Values of a definition as lines of a plan show them: short, and spelled as in the files."""

from __future__ import annotations

import json
import re
from typing import Any, Final

from twin_stack.plan.differences import is_data_value
from twin_stack.terminal_text import printable

_MAX_TEXT: Final = 60
_MAX_CONTAINER: Final = 100
_CONTEXT: Final = 20
"""Characters before the first difference of two long texts."""
_PLAIN: Final = re.compile(r"[A-Za-z_/$][A-Za-z0-9_./$-]*(?::[A-Za-z0-9_./$-]+)*")
_OTHER_MEANING: Final = frozenset({"true", "false", "null", "yes", "no", "on", "off"})


def show_value(value: Any) -> str:
    """Return a value in a few words; a long one is cut.

    Args:
        value: A value of a definition. One in the service's form is shown as its content.
    """
    is_text, value = isinstance(value, str) or is_data_value(value), _short_form(value)
    if isinstance(value, str) and not is_text:  # the name of a data type
        return value
    if isinstance(value, _Target):
        return str(value)
    if isinstance(value, dict | list):
        return printable(_cut(_flow(value), _MAX_CONTAINER))
    if isinstance(value, str):
        shown = f'"{value}"'
        if len(value) > _MAX_TEXT:
            shown = f'"{value[: _MAX_TEXT - 10]}..." ({len(value)} characters)'
        return printable(shown)
    return "none" if value is None else _flow(value)


def show_change(before: Any, after: Any) -> str:
    """Return a value before and after; of long texts the part that differs.

    Args:
        before: A value of a definition.
        after: Another one.

    Examples:
        >>> show_change({"doubleValue": 80.0}, {"doubleValue": 85.0})
        '80 -> 85'
        >>> show_change({"doubleValue": 80.0}, {"integerValue": 80})
        '80 (double) -> 80 (integer)'
    """
    forms = [_short_form(before), _short_form(after)]
    if all(isinstance(form, str) for form in forms) and max(map(len, forms)) > _MAX_TEXT:
        return " -> ".join(f'"{text}"' for text in _from_first_difference(forms[0], forms[1], _MAX_TEXT))
    shown = [show_value(before), show_value(after)]
    if shown[0] == shown[1] and all(isinstance(form, dict | list) for form in forms):
        return " -> ".join(_from_first_difference(_flow(forms[0]), _flow(forms[1]), _MAX_CONTAINER))
    if shown[0] == shown[1]:
        shown = [_with_type(value) for value in (before, after)]
    return " -> ".join(shown)


def _with_type(value: Any) -> str:
    if is_data_value(value) and len(value) == 1:
        return f"{show_value(value)} ({next(iter(value)).removesuffix('Value')})"
    return json.dumps(value, default=str)


class _Target(str):
    """The target of a relationship."""

    __slots__ = ()


def _from_first_difference(before: str, after: str, length: int) -> list[str]:
    pairs = enumerate(zip(before, after, strict=False))
    common = next((index for index, (old, new) in pairs if old != new), min(len(before), len(after)))
    start = max(0, common - _CONTEXT)
    lead = "..." if start else ""
    return [printable(f"{lead}{_cut(text[start:], length)}") for text in (before, after)]


def _short_form(value: Any) -> Any:
    """Return a value as a definition may write it: ``{"stringValue": "P-1"}`` is ``P-1``."""
    if is_data_value(value) and len(value) == 1:
        ((kind, content),) = value.items()
        if kind == "relationshipValue":
            component = content.get("targetComponentName")
            target = str(content.get("targetEntityId"))
            return _Target(f"{target}/{component}" if component else target)
        return _short_form(content)
    if isinstance(value, dict):
        if value.keys() in ({"type"}, {"dataType"}):  # dataType: {type: STRING} may be written as STRING
            return _short_form(next(iter(value.values())))
        return {key: _short_form(member) for key, member in value.items()}
    if isinstance(value, list):
        return [_short_form(member) for member in value]
    return value


def _flow(value: Any) -> str:
    """Return a value as YAML in one line."""
    if isinstance(value, dict):
        return f"{{{', '.join(f'{_flow(key)}: {_flow(member)}' for key, member in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(_flow, value))}]"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, str) and _PLAIN.fullmatch(value) and value.lower() not in _OTHER_MEANING:
        return value
    return json.dumps(value, ensure_ascii=False, default=str)


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[:length]}..."

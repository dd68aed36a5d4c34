"""What a change does to the parameters of a stack: the differences of two templates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from twin_stack.plan.masking import MASK
from twin_stack.plan.values import show_change, show_value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Template = dict[str, Any]

_VALUES: Final = frozenset({"AllowedValues", "Default"})
"""Members of a parameter that hold values of it."""


def parameter_lines(before: Template, after: Template, hides: Callable[[str], bool]) -> Iterator[str]:
    """Yield the parameters that are added, removed or changed, a line each, by name.

    Args:
        before: The template before the change.
        after: The template after it.
        hides: Whether the values of a name are masked. Those of a parameter with ``NoEcho`` always are.
    """
    old, new = (template.get("Parameters", {}) for template in (before, after))
    for name in sorted(old.keys() | new.keys()):
        former, present = old.get(name, {}), new.get(name, {})
        is_masked = hides(name) or any(_is_secret(parameter) for parameter in (former, present))
        if name not in old:
            yield f"+ parameter {name} ({present.get('Type')}) {_default(present, is_masked=is_masked)}"
        elif name not in new:
            yield f"- parameter {name} ({former.get('Type')})"
        elif former != present:
            members = sorted(
                key for key in former.keys() | present.keys() if former.get(key) != present.get(key)
            )
            differences = (_difference(key, former, present, is_masked=is_masked) for key in members)
            yield f"~ parameter {name}: {'; '.join(differences)}"


def _is_secret(parameter: dict[str, Any]) -> bool:
    # Source: CloudFormation user guide, "Parameters": NoEcho masks the value in all that the service shows.
    return str(parameter.get("NoEcho", False)).lower() == "true"


def _default(parameter: dict[str, Any], *, is_masked: bool) -> str:
    if "Default" not in parameter:
        return "without default: the deployment has to give its value"
    return f"with default {MASK if is_masked else show_value(parameter['Default'])}"


def _difference(key: str, former: dict[str, Any], present: dict[str, Any], *, is_masked: bool) -> str:
    if key not in present:
        return f"{key} is removed"
    if is_masked and key in _VALUES:
        return f"{key} {MASK}"
    if key not in former:
        return f"{key} {show_value(present[key])} is added"
    return f"{key} {show_change(former[key], present[key])}"

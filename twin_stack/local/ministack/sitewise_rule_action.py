"""The topic rule action that writes to SiteWise, which ministack does not have.

Members of the action are substitution templates: ``${expression}`` is evaluated on the published message, and
the member of the value decides the type that the text is converted to (AWS IoT developer guide, IoT SiteWise
rule action).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    Json = dict[str, Any]

_TEMPLATE = re.compile(r"\$\{([^}]*)\}")
# The longest member is the alias of SiteWise. Unclosed templates are searched in quadratic time.
_MAX_TEMPLATE = 2048
_CONVERTERS: dict[str, Callable[[str], Any]] = {
    "doubleValue": float,
    "integerValue": lambda text: int(float(text)),
    "booleanValue": lambda text: {"true": True, "false": False}[text.lower()],
    "stringValue": str,
}
_ADDRESS_MEMBERS = ("assetId", "propertyId", "propertyAlias")


class TemplateError(ValueError):
    """An expression of a template is undefined, or its value cannot be converted."""


def put_entries(action: Json, evaluate: Callable[[str], Any]) -> list[Json]:
    """Return the entries of BatchPutAssetPropertyValue that an action produces.

    Args:
        action: The rule's ``iotSiteWise`` action.
        evaluate: Evaluates an expression of AWS IoT's SQL; returns None where it is undefined.

    Raises:
        TemplateError: An expression is undefined, its value cannot be converted, or a template is too long.
    """

    def fill(template: str) -> str:
        if len(template) > _MAX_TEMPLATE:
            raise TemplateError(
                f"the template {template[:40]}... has {len(template):,} characters, "
                f"SiteWise takes {_MAX_TEMPLATE:,}"
            )
        return _TEMPLATE.sub(lambda match: _text(match[1], evaluate(match[1])), template)

    return [
        {
            "entryId": str(entry.get("entryId") or number),
            **{name: fill(entry[name]) for name in _ADDRESS_MEMBERS if entry.get(name)},
            "propertyValues": [_value(value, fill) for value in entry["propertyValues"]],
        }
        for number, entry in enumerate(action["putAssetPropertyValueEntries"])
    ]


def _value(value: Json, fill: Callable[[str], str]) -> Json:
    ((member, template),) = value["value"].items()
    moment = value["timestamp"]
    return {
        "value": {member: _convert(member, fill(template))},
        "timestamp": {
            "timeInSeconds": _convert("integerValue", fill(moment["timeInSeconds"])),
            "offsetInNanos": _convert("integerValue", fill(moment.get("offsetInNanos") or "0")),
        },
        "quality": fill(value.get("quality") or "GOOD"),
    }


def _convert(member: str, text: str) -> Any:
    try:
        return _CONVERTERS[member](text)
    except (KeyError, ValueError) as error:
        raise TemplateError(f"{text!r} is no {member}") from error


def _text(expression: str, value: Any) -> str:
    if value is None:
        raise TemplateError(f"${{{expression}}} is undefined")
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)

"""The topic rule action that writes to SiteWise, which ministack does not have.

Members of the action are substitution templates: `${expression}` is worked out of the message as it was
published, and the value's member says what the text has to be (AWS IoT developer guide, IoT SiteWise
rule action).
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    Json = dict[str, Any]

_TEMPLATE = re.compile(r"\$\{([^}]*)\}")
_CONVERTERS: dict[str, Callable[[str], Any]] = {
    "doubleValue": float,
    "integerValue": lambda text: int(float(text)),
    "booleanValue": lambda text: {"true": True, "false": False}[text.lower()],
    "stringValue": str,
}
NAMES = ("assetId", "propertyId", "propertyAlias")


class TemplateError(ValueError):
    """A template has no value, or one of another type."""


def put_entries(action: Json, evaluate: Callable[[str], Any]) -> list[Json]:
    """Return the entries of BatchPutAssetPropertyValue that an action stands for.

    Args:
        action: The rule's `iotSiteWise` action.
        evaluate: Works out an expression of AWS IoT's SQL; None where it is undefined.

    Raises:
        TemplateError: A template has no value, or one of another type.
    """

    def text(template: str) -> str:
        return _TEMPLATE.sub(lambda match: _text(match[1], evaluate(match[1])), template)

    return [
        {
            "entryId": str(entry.get("entryId") or number),
            **{name: text(entry[name]) for name in NAMES if entry.get(name)},
            "propertyValues": [_value(value, text) for value in entry["propertyValues"]],
        }
        for number, entry in enumerate(action["putAssetPropertyValueEntries"])
    ]


def floor(value: Any) -> int | None:
    """AWS IoT's SQL function of this name, for numbers and for texts that are numbers."""
    try:
        return math.floor(float(value)) if not isinstance(value, bool) else None
    except (TypeError, ValueError, OverflowError):
        return None


def _value(value: Json, text: Callable[[str], str]) -> Json:
    ((member, template),) = value["value"].items()
    moment = value["timestamp"]
    return {
        "value": {member: _converted(member, text(template))},
        "timestamp": {
            "timeInSeconds": _converted("integerValue", text(moment["timeInSeconds"])),
            "offsetInNanos": _converted("integerValue", text(moment.get("offsetInNanos") or "0")),
        },
        "quality": text(value.get("quality") or "GOOD"),
    }


def _converted(member: str, text: str) -> Any:
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

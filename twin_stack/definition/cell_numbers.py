"""Numbers and truth values in cells of a CSV file, as programs and people write them."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

_NUMBER = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_WITH_MARK = re.compile(r"[-+]?[0-9]+([.,])[0-9]+")
_GROUPED = re.compile(
    r"(?P<whole>[-+]?[0-9]{1,3}(?:(?P<group>[., \u00a0\u202f'\u2019])[0-9]{3})(?:(?P=group)[0-9]{3})*)"
    r"(?:(?P<mark>[.,])(?P<fraction>[0-9]+))?"
)
_WITH_UNIT = re.compile(r"(?P<number>[-+]?[0-9]+([.,][0-9]+)?)\s*(?P<unit>[^\d\s.,;:/-][^\d]{0,9})")
_PLACEHOLDERS: Final = frozenset(
    {"-", "--", "\u2014", "\u2013", "?", "n/a", "na", "n.a.", "none", "null", "tbd", "nan", "k.a."}
)


class Remedy(NamedTuple):
    """What to do about a cell that is no number.

    Attributes:
        kind: What is wrong; the cells of a column with the same kind are one finding.
        text: What to do.
    """

    kind: str
    text: str


def number_literal(text: str, mark: str) -> str | None:
    """Return the number in a cell with a point as decimal mark, None where it is no number.

    Args:
        text: Text of the cell.
        mark: Its decimal mark.
    """
    if mark == ",":
        if "." in text:
            return None
        text = text.replace(",", ".")
    return text if _NUMBER.fullmatch(text) else None


def number_remedy(text: str, mark: str) -> Remedy:
    """Return what to do about a cell that is no number.

    Args:
        text: Text of the cell, for which ``number_literal`` is None.
        mark: The decimal mark of its file.
    """
    if text.lower() in _PLACEHOLDERS:
        return Remedy("placeholder", "clear the cell where there is no value")
    grouped = _GROUPED.fullmatch(text)
    if grouped is not None and grouped["group"] != grouped["mark"]:
        return _grouped_remedy(grouped, mark)
    if (marked := _WITH_MARK.fullmatch(text)) is not None:
        hint = ', or add decimal: ","' if mark == "." else ', since decimal is ","'
        return Remedy("decimal", f"write {text.replace(marked[1], mark)}{hint}")
    if (measured := _WITH_UNIT.fullmatch(text)) is not None:
        number = re.sub(r"[.,]", mark, measured["number"])
        return Remedy("unit", f"write {number}; a unit belongs to the property as unitOfMeasure")
    return Remedy("", f"write a number such as 2{mark}5")


def _grouped_remedy(grouped: re.Match[str], mark: str) -> Remedy:
    """Return what to do about a number whose thousands are separated, or which looks like one."""
    group = grouped["group"]
    whole = grouped["whole"].replace(group, "")
    if grouped["mark"] is None and group in ",." and grouped["whole"].count(group) == 1:
        fraction = grouped["whole"].replace(group, mark)
        return Remedy("ambiguous", f'write {whole} if "{group}" separates thousands, {fraction} if not')
    fraction = f"{mark}{grouped['fraction']}" if grouped["mark"] else ""
    return Remedy("thousands", f"write {whole}{fraction}, without a separator of thousands")

"""What the columns of a register are: guessed from their names and cells."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from twin_stack.definition.cell_numbers import number_literal
from twin_stack.definition.schema import ENTITY_ID, SHORT_TEXT
from twin_stack.definition.transliteration import without_accents

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from twin_stack.formats.csv.register import Column

_WORDS: Final = {
    role: tuple(words.split())
    for role, words in {
        "id": (
            "id entityid tag tagno tagname tagnumber assetid assetnum assetnumber equipmentid "
            "equipment equipmentno equipmentnumber code key no nr number nummer kennzeichen aks bmk "
            "anlagenkennzeichen technischerplatz functionallocation funcloc device deviceid objectid "
            "asset guid uuid from source subject von child unit anlage"
        ),
        "name": (
            "name entityname assetname equipmentname devicename title label displayname bezeichnung "
            "benennung description shortdescription kurztext titel nom designation"
        ),
        "parent": (
            "parent parentid parententityid parentasset partof superior superiorfunctionalloc "
            "ubergeordtechplatz ubergeordneterplatz ubergeordnet parentlocation eltern gehortzu "
            "locatedin fedfrom"
        ),
        "target": ("to target object nach ziel relatedto"),
        "relation": ("type relation relationship relationtype relationshiptype predicate typ edge"),
        "value": ("value limit setpoint default wert sollwert grenzwert reading text"),
        "point": (
            "point pointname pointid datapoint objectname signal signalname variable parameter "
            "property attribute datenpunkt messpunkt measurement channel component part teil"
        ),
    }.items()
}
"""Names of columns by role, the likeliest first, in letters and digits."""
_PARENT_RELATIONS: Final = frozenset(
    {
        "ischildof",
        "childof",
        "parent",
        "ispartof",
        "partof",
        "haslocation",
        "islocatedin",
        "locatedin",
        "ispointof",
    }
)
_UNIT = re.compile(r"(?P<name>.+?)\s*[\[(](?P<unit>[^\])]+)[\])]")
_WORD = re.compile(r"[A-Za-z0-9]+")
_COMMA_NUMBER = re.compile(r"[-+]?\d+,\d+")
_INTEGER = re.compile(r"[-+]?(0|[1-9]\d*)")


@dataclass(frozen=True, slots=True)
class Property:
    """What a column becomes.

    Attributes:
        name: Name of the property.
        data_type: As a definition writes it: ``STRING``, or a mapping with its unit.
        almost: Cells that alone keep the column from being one of numbers, by their row; few or none.
    """

    name: str
    data_type: str | dict[str, str]
    almost: tuple[int, ...] = ()


def normalized(name: str) -> str:
    """Return the letters and digits of a name, small and without accents.

    Args:
        name: Name of a column, or text of a relation.
    """
    return "".join(_WORD.findall(without_accents(name))).lower()


def find_columns(role: str, columns: Sequence[Column]) -> list[Column]:
    """Return the columns whose names say that they have a role, the likeliest first.

    Args:
        role: A key of the table of words, such as ``id``.
        columns: The columns to choose from.
    """
    words = _WORDS[role]
    fitting = [column for column in columns if normalized(column.name) in words]
    return sorted(fitting, key=lambda column: words.index(normalized(column.name)))


def is_parent_relation(text: str) -> bool:
    """Return whether a relation is that of a child to its parent.

    Args:
        text: Text of a cell, such as ``isPartOf``.
    """
    return normalized(text) in _PARENT_RELATIONS


def is_id_column(column: Column) -> bool:
    """Return whether the texts of a column can be ids: there is one in nearly each row, without spaces.

    Args:
        column: The column.
    """
    filled = [text for text in column.texts if text]
    is_filled = len(filled) * 10 >= len(column.texts) * 9
    return is_filled and all(ENTITY_ID.fits(f"x{without_accents(text)}x") for text in filled)


def decimal_mark(columns: Iterable[Column]) -> str:
    """Return the decimal mark of a register: a comma where numbers have one and none has a point.

    Args:
        columns: Its columns.
    """
    for column in columns:
        texts = [text for text in column.texts if text]
        with_comma = sum(1 for text in texts if _COMMA_NUMBER.fullmatch(text))
        if with_comma and all(_is_number(text, ",") for text in texts):
            return ","
    return "."


def guess_property(column: Column, taken: set[str], decimal: str) -> Property | None:
    """Return what a column becomes, None where a text is too long for a property.

    Args:
        column: The column.
        taken: Names of properties that are taken; receives the new one.
        decimal: The register's decimal mark.
    """
    unit = _UNIT.fullmatch(column.name)
    name = property_name(unit["name"] if unit is not None else column.name, taken)
    kind = guess_type(column.texts, decimal)
    if kind == "STRING":
        if not all(SHORT_TEXT.fits(text) for text in column.texts if text):
            return None
        almost = tuple(
            index for index, text in enumerate(column.texts) if text and not _is_number(text, decimal)
        )
        filled = sum(1 for text in column.texts if text)
        return Property(name, kind, almost if len(almost) * 4 <= filled else ())
    if unit is not None:
        return Property(name, {"type": kind, "unitOfMeasure": unit["unit"]})
    return Property(name, kind)


def guess_type(texts: Sequence[str], decimal: str) -> str:
    """Return the type that all texts have, ``STRING`` where there is no other.

    Args:
        texts: Texts of cells; empty ones do not count.
        decimal: The register's decimal mark.
    """
    filled = [text for text in texts if text]
    if filled and all(text.lower() in ("true", "false") for text in filled):
        return "BOOLEAN"
    if not filled or any(text[:1] == "0" and text[1:2].isdigit() for text in filled):
        return "STRING"  # a code such as 007
    if all(_INTEGER.fullmatch(text) and len(text) <= 18 for text in filled):
        return "INTEGER" if all(abs(int(text)) < 2**31 for text in filled) else "LONG"
    return "DOUBLE" if all(_is_number(text, decimal) for text in filled) else "STRING"


def property_name(text: str, taken: set[str]) -> str:
    """Return a name of a property for the name of a column, such as ``serialNo`` for ``Serial No.``.

    Args:
        text: The name of the column.
        taken: Names that are taken; receives the new one.
    """
    words = _WORD.findall(without_accents(text))
    if len(words) == 1 and not words[0].isupper():
        base = words[0][:1].lower() + words[0][1:]
    else:
        base = "".join(
            word.lower() if number == 0 else word.capitalize() for number, word in enumerate(words)
        )
    base = base[:100] or "column"
    name, count = base, 2
    while name in taken:
        name, count = f"{base}{count}", count + 1
    taken.add(name)
    return name


def _is_number(text: str, decimal: str) -> bool:
    return number_literal(text, decimal) is not None

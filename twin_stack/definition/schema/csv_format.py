"""How a CSV file is written, and which of its rows become entities."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from pydantic import AfterValidator, Field, WithJsonSchema, field_validator

from twin_stack.definition.csv_text import ENCODINGS
from twin_stack.definition.rules.members import VALUE_NOT_ALLOWED
from twin_stack.definition.schema.refusal import refusal
from twin_stack.definition.schema.shape import Shape, Unique
from twin_stack.definition.wording import quote_value

if TYPE_CHECKING:
    from collections.abc import Iterable

SEPARATORS: Final = {",": '","', ";": '";"', "\t": r'"\t"', "|": '"|"'}
"""What ``separator`` may be, with the way to write it in YAML."""

_NAME = re.compile(r"[A-Za-z_][A-Za-z_0-9]*")


def _check_separator(separator: str) -> str:
    if separator in SEPARATORS:
        return separator
    allowed = ", ".join(SEPARATORS.values())
    raise refusal(
        VALUE_NOT_ALLOWED,
        '"separator" is {value}, allowed are {allowed}',
        value=quote_value(separator),
        allowed=allowed,
    )


def _check_encoding(encoding: str) -> str:
    if encoding in ENCODINGS:
        return encoding
    raise refusal(
        VALUE_NOT_ALLOWED,
        '"encoding" is {value}, allowed are {allowed}',
        value=quote_value(encoding),
        allowed=", ".join(ENCODINGS),
    )


def _check_row_name(name: str) -> str:
    if _NAME.fullmatch(name) and name != "Parameters":
        return name
    raise refusal(
        VALUE_NOT_ALLOWED,
        '"as" is {value}, allowed is a word such as row, but not Parameters',
        value=quote_value(name),
    )


def _one_of(texts: Iterable[str]) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "enum": [*texts]})


_TEXT_OR_NUMBER: Final = {"type": ["string", "integer"]}
_TEXTS: Final = {"anyOf": [_TEXT_OR_NUMBER, {"type": "array", "items": _TEXT_OR_NUMBER}]}
_COLUMNS: Final = {
    "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}]
}


class CsvFormat(Shape):
    """How a CSV file is written.

    Attributes:
        separator: Character between cells. If absent: the one of the file's line ``sep=``, else a comma.
        encoding: Encoding of the text. If absent: UTF-8.
        decimal: Character before the fraction of a number.
    """

    separator: Annotated[str, AfterValidator(_check_separator), _one_of(SEPARATORS)] | None = None
    encoding: Annotated[str, AfterValidator(_check_encoding), _one_of(ENCODINGS)] | None = None
    decimal: Literal[".", ","] = "."


class RowSelection(Shape):
    """Which rows a template is applied to.

    Attributes:
        where: Allowed texts by column; a row is taken if all of its cells in these columns have one of them.
        group_by: Columns; rows with the same cells in them are taken together.
    """

    where: Annotated[
        dict[str, list[str]], WithJsonSchema({"type": "object", "additionalProperties": _TEXTS})
    ] = Field(default={})
    group_by: Annotated[list[str], Field(min_length=1), Unique, WithJsonSchema(_COLUMNS)] | None = None

    @field_validator("where", mode="before")
    @classmethod
    def _list_texts(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        return {column: _as_texts(value) for column, value in data.items()}

    @field_validator("group_by", mode="before")
    @classmethod
    def _list_columns(cls, data: Any) -> Any:
        return [data] if isinstance(data, str) else data


def _as_texts(value: Any) -> Any:
    """Return a text, a whole number or a list of them as a list of texts."""
    values = value if isinstance(value, list) else [value]
    is_whole = [isinstance(member, int) and not isinstance(member, bool) for member in values]
    return [str(member) if whole else member for member, whole in zip(values, is_whole, strict=True)]


class ForEach(RowSelection, CsvFormat):
    """A CSV file whose rows become entities.

    Attributes:
        csv: The file, relative to the one that names it.
        row_name: Name of the row in variables of the template.
        transliterate: Whether letters in ids and names lose their accents, so that the service takes them.
    """

    csv: str
    row_name: Annotated[str, AfterValidator(_check_row_name)] = Field(default="row", alias="as")
    transliterate: bool = False

"""What spreadsheets make of the text in cells: error values, dates, scientific notation and the like."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from twin_stack.definition.checks.values import WRONG_VALUE_TYPE
from twin_stack.definition.findings import Cause, Finding, Severity
from twin_stack.definition.rules.members import DUPLICATE_ID, INVALID_ID, INVALID_NAME, VALUE_NOT_ALLOWED
from twin_stack.definition.rules.registers import SPREADSHEET_ARTEFACT
from twin_stack.definition.transliteration import without_accents
from twin_stack.definition.wording import list_some, name_character, quote_value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from twin_stack.definition.source import Cell

_RULES = (DUPLICATE_ID, INVALID_ID, INVALID_NAME, VALUE_NOT_ALLOWED, WRONG_VALUE_TYPE, SPREADSHEET_ARTEFACT)
_CODES = frozenset(rule.code for rule in _RULES)

_MONTH = "Jan|Feb|Mar|Mrz|Mär|Apr|May|Mai|Jun|Jul|Aug|Sep|Oct|Okt|Nov|Dec|Dez"
_DATE = re.compile(rf"\d{{1,2}}(-|\. ?)({_MONTH})\.?|({_MONTH})\.?[- ]\d\d")
_ERROR_VALUE = re.compile(
    r"#(N/A|REF!|VALUE!|DIV/0!|NAME\?|NULL!|NUM!|SPILL!|CALC!|NV|BEZUG!|WERT!|ZAHL!)|#{3,}"
)
_FORMULA = re.compile(r'=".*"|=[A-Z.]+\(.*\)', re.DOTALL)
_APOSTROPHE = re.compile(r"'[0-9=+@-].*", re.DOTALL)
_SCIENTIFIC = re.compile(r"[-+]?\d([.,]\d+)?E\+\d{2,3}")
_SPACES = {"\u00a0": "a no-break space (U+00A0)", "\u202f": "a narrow no-break space (U+202F)",
           "\u2007": "a figure space (U+2007)", "\u200b": "a zero-width space (U+200B)",
           "\ufeff": "a zero-width no-break space (U+FEFF)", "\u00ad": "a soft hyphen (U+00AD)"}  # fmt: skip
_NAME = re.compile(r"[A-Za-z0-9_.: -]+")
_INVISIBLE = re.compile(f"[{''.join(_SPACES)}]")
_SUSPICIOUS = re.compile(rf"^[#=']|E\+\d|[^\x00-\x7f]|(?:{_MONTH})", re.MULTILINE)


class _Kind(NamedTuple):
    """A kind of artefact.

    Attributes:
        fits: Whether a text is one.
        what: What it is, after "is" or "has".
        verb: "is" or "has".
        remedy: Returns what to do about a text.
        severity: None where it is a mistake only if the service refuses the text.
    """

    fits: Callable[[str], object]
    what: Callable[[str], str]
    verb: str
    remedy: Callable[[str], str]
    severity: Severity | None


def is_scientific(text: str) -> bool:
    """Return whether a text is a number as a spreadsheet shortens long ones.

    Args:
        text: Text of a cell.
    """
    return _SCIENTIFIC.fullmatch(text) is not None


def _read_in_wrong_encoding(text: str) -> str | None:
    """Return what a text was before UTF-8 was read as Windows-1252, None where it was not."""
    if text.isascii():
        return None
    try:
        original = text.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return None
    return original if len(original) < len(text) else None


_SCIENTIFIC_KIND = _Kind(
    is_scientific,
    lambda _: "a long number that a spreadsheet shortened",
    "is",
    lambda _: 'give the column the format "Text" and enter all digits',
    None,
)
_DATE_KIND = _Kind(
    _DATE.fullmatch,
    lambda _: "a date that a spreadsheet may have made of a code",
    "is",
    lambda _: 'give the column the format "Text" and enter the code again',
    Severity.WARNING,
)
_KINDS = (
    _Kind(
        _ERROR_VALUE.fullmatch,
        lambda _: "an error value of a spreadsheet",
        "is",
        lambda _: "correct its formula there, or clear the cell",
        Severity.ERROR,
    ),
    _Kind(
        _FORMULA.fullmatch,
        lambda _: "a formula of a spreadsheet",
        "is",
        lambda text: (
            f"write {text[2:-1]}" if text.startswith('="') else "save the values instead of the formulas"
        ),
        Severity.ERROR,
    ),
    _Kind(
        _APOSTROPHE.fullmatch,
        lambda _: "a text with the apostrophe that a spreadsheet puts before it",
        "is",
        lambda text: f"write {text[1:]}",
        Severity.WARNING,
    ),
    _SCIENTIFIC_KIND,
    _Kind(
        _read_in_wrong_encoding,
        lambda _: "UTF-8 that was read as Windows-1252",
        "is",
        lambda text: f"write {quote_value(_read_in_wrong_encoding(text))}, and open the file as UTF-8",
        Severity.WARNING,
    ),
    _Kind(
        _INVISIBLE.search,
        lambda text: _SPACES[_INVISIBLE.findall(text)[0]],
        "has",
        lambda _: "write a space, or remove it",
        Severity.WARNING,
    ),
)


def shortened_number(cell: Cell) -> Finding:
    """Return the finding of a long number that is stored as text.

    Args:
        cell: A cell for which ``is_scientific`` is true.
    """
    return _finding(_SCIENTIFIC_KIND, [cell])


def artefacts(cells: Sequence[Cell]) -> Iterator[Cause]:
    """Yield what a spreadsheet made of the cells of a column, one cause a kind.

    Args:
        cells: All cells of a column.
    """
    if _SUSPICIOUS.search("\n".join(cells)) is None:
        return
    rest = list(cells)
    for kind in _KINDS:
        fitting = [cell for cell in rest if cell and kind.fits(cell)]
        if fitting:
            rest = [cell for cell in rest if not (cell and kind.fits(cell))]
            yield _cause(kind, fitting)
    dates = [cell for cell in rest if _DATE.fullmatch(cell)]
    if 0 < len(dates) * 2 < len([cell for cell in cells if cell]):
        yield _cause(_DATE_KIND, dates)


def refused_characters(cells: Sequence[Cell]) -> Iterator[Cause]:
    """Yield what explains that several cells of a column are refused as ids or names: a character in all.

    Args:
        cells: All cells of a column.
    """
    refused = [cell for cell in cells if cell and not _NAME.fullmatch(cell)]
    accented = [cell for cell in refused if _NAME.fullmatch(without_accents(cell))]
    others = [cell for cell in refused if cell not in set(accented)]
    if len(accented) > 1:
        spelling = quote_value(without_accents(accented[0]))
        remedy = f"rename them, or add transliterate: true to forEach, which writes {spelling}"
        yield _refusal(accented, remedy)
    if len(others) > 1:
        yield _refusal(others, 'rename them with letters a-z, digits, "-", "_", "." and ":"')


def _refusal(cells: Sequence[Cell], remedy: str) -> Cause:
    first = cells[0]
    character = name_character(next(character for character in first if not _NAME.fullmatch(character)))
    more = more_cells(cells, "has")
    message = f"{quote_value(str(first))} has {character}, which ids and names cannot have{more}"
    places = frozenset(cell.location for cell in cells)
    codes = frozenset({INVALID_ID.code, INVALID_NAME.code})
    return Cause(INVALID_NAME.finding(first.location, message, remedy), places, codes)


def _cause(kind: _Kind, cells: Sequence[Cell]) -> Cause:
    places = frozenset(cell.location for cell in cells)
    return Cause(_finding(kind, cells), places, _CODES, is_mistake=kind.severity is not None)


def _finding(kind: _Kind, cells: Sequence[Cell]) -> Finding:
    first = cells[0]
    message = f"{quote_value(str(first))} {kind.verb} {kind.what(first)}{more_cells(cells, kind.verb)}"
    finding = SPREADSHEET_ARTEFACT.finding(first.location, message, kind.remedy(first))
    if kind.severity is Severity.ERROR:
        return finding
    return SPREADSHEET_ARTEFACT.warning(first.location, message, finding.remedy)


def more_cells(cells: Sequence[Cell], verb: str) -> str:
    """Return the words for the other cells of a column that have the same mistake as the first.

    Args:
        cells: Cells of one column.
        verb: "is" or "has".
    """
    if len(cells) == 1:
        return ""
    lines = list_some([str(cell.location.line) for cell in cells[1:]], 3)
    count = "1 more cell" if len(cells) == 2 else f"{len(cells) - 1:,} more cells"
    plural = {"is": "is" if len(cells) == 2 else "are", "has": "has" if len(cells) == 2 else "have"}[verb]
    return f", as {plural} {count} of column {quote_value(cells[0].column)} (line {lines})"

"""The text of a CSV file, whatever program saved it."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING, Final

from twin_stack.definition.document_builder import mark_after, reading_error
from twin_stack.definition.files import read_bytes
from twin_stack.definition.rules.reading import UNREADABLE_FILE
from twin_stack.definition.wording import quote_value

if TYPE_CHECKING:
    from pathlib import Path

ENCODINGS: Final = (
    "utf-8",
    "utf-16",
    "windows-1252",
    "windows-1250",
    "windows-1251",
    "iso-8859-1",
    "iso-8859-2",
    "iso-8859-15",
    "cp437",
    "cp850",
    "mac-roman",
    "shift_jis",
    "gb18030",
    "big5",
    "euc-kr",
)
"""What ``encoding`` may be: the encodings in which Excel and other programs save CSV."""

_BYTE_ORDER_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_COMMON_LETTERS = frozenset("äöüßÄÖÜéèêëáàâãåæøØÅçñíìîïóòôõúùûýœ°µ²³")
_GUESSES = ("windows-1252", "cp850", "mac-roman")


def read_csv_text(path: Path, encoding: str | None) -> str:
    """Read the text of a CSV file.

    Args:
        path: The file.
        encoding: One of ``ENCODINGS``; None means UTF-8. A byte order mark is skipped.

    Raises:
        DefinitionError: TWIN001: The file cannot be read, or is not in this encoding.
    """
    data = read_bytes(path)
    if encoding is None and _is_utf_16(data):
        remedy = 'save it as "CSV UTF-8", or add encoding: utf-16'
        raise reading_error(path, (1, 1), UNREADABLE_FILE, "is UTF-16, not UTF-8", remedy)
    if encoding == "utf-16" and not _is_utf_16(data):  # any two bytes are a character of it
        remedy = 'save it as "CSV UTF-8" and remove encoding: utf-16'
        raise reading_error(path, (1, 1), UNREADABLE_FILE, "is not UTF-16", remedy)
    try:
        return decode(data, encoding or "utf-8")
    except UnicodeDecodeError as error:
        begin = data[: error.start].decode(error.encoding, errors="replace")
        message = f"is not {(encoding or 'UTF-8').upper()} (byte 0x{data[error.start]:02x})"
        remedy = 'save it as "CSV UTF-8"'
        if (guess := _guess_encoding(data)) not in (None, encoding):
            line_begin = max(data.rfind(b"\n", 0, error.start), data.rfind(b"\r", 0, error.start)) + 1
            sample = data[max(line_begin, error.start - 10) : error.start + 10].split(b"\n")[0]
            shown = quote_value(sample.decode(str(guess), errors="replace").strip())
            message += f", as {guess} it reads {shown}"
            remedy += f", or add encoding: {guess}"
        raise reading_error(path, mark_after(begin), UNREADABLE_FILE, message, remedy) from None


def detect_encoding(data: bytes) -> str | None:
    """Return the encoding that a text most likely has: None for UTF-8, else one of ``ENCODINGS``.

    Args:
        data: The content of a file.
    """
    if _is_utf_16(data):
        return "utf-16"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return _guess_encoding(data)
    return None


def decode(data: bytes, encoding: str) -> str:
    """Return the text of a file, without a byte order mark.

    Args:
        data: The content of the file.
        encoding: One of ``ENCODINGS``.

    Raises:
        UnicodeDecodeError: The file is not in this encoding.
    """
    if encoding == "utf-16" and not data.startswith(_BYTE_ORDER_MARKS):
        encoding = "utf-16-be" if data[:1] == b"\0" else "utf-16-le"
    return data.decode("utf-8-sig" if encoding == "utf-8" else encoding)


def _is_utf_16(data: bytes) -> bool:
    """Return whether the text is UTF-16: by its mark, or by a NUL in each character of the beginning."""
    begin = data[:64]
    if begin.startswith(_BYTE_ORDER_MARKS):
        return True
    halves = (begin[::2], begin[1::2])
    return len(begin) >= 4 and any(not any(half) for half in halves) and any(begin)


def _guess_encoding(data: bytes) -> str | None:
    """Return the encoding in which a text that is not UTF-8 has the most letters of its language."""
    if _is_utf_16(data):
        return "utf-16"
    try:
        japanese = data.decode("shift_jis")
    except UnicodeDecodeError:
        pass
    else:
        if any("\u3041" <= character <= "\u30fe" for character in japanese):
            return "shift_jis"
    scores: dict[str, int] = {}
    for encoding in _GUESSES:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        scores[encoding] = sum(text.count(letter) for letter in _COMMON_LETTERS)
    return max(scores, key=lambda encoding: scores[encoding], default=None)

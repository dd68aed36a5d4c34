"""Shapes of a botocore service model, compiled into functions that check and convert.

botocore's own ``ParamValidator`` checks types, required members and minimum lengths only. These readers also
check pattern, maximum, enumeration and union, and report every problem instead of the first one.

Two interpretations that the model leaves open:

* A pattern must match the whole value. Patterns in the model are not anchored; the service
  would be of little use if ``Pump (1)`` passed as a component name.
* The pattern ``.*`` means "any text", line breaks included.

A text of a wrong length is not matched against its pattern, and one without a stated maximum is matched up to
64 KiB: botocore's patterns are not made for texts of any length, and one of 100 kB stopped the process for 41
seconds.
"""

from __future__ import annotations

import base64
import binascii
import math
import re
from collections.abc import Callable
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from botocore.utils import parse_timestamp

if TYPE_CHECKING:
    from botocore.model import Shape

Reader = Callable[[Any, str, list[str]], Any]
"""Checks and converts one value: ``(value, path, problems) -> value``. It appends to the problems."""

Writer = Callable[[Any], Any]
"""Converts one value of an answer to a JSON value."""

_INTEGER_BITS = {"integer": 31, "long": 63}
_MAX_MATCHED = 65_536
_MAX_PATH = 1_000
# Patterns of the model with which a text that does not match takes quadratic or cubic time, and others that
# match the same texts: a request holds thousands of texts, and nothing else runs while one is matched.
_EQUIVALENT_PATTERNS = {
    r".*[^\u0000-\u001F\u007F]*.*": ".*",
    r".*[a-zA-Z0-9_][a-zA-Z_\-0-9.:]*[a-zA-Z0-9_]+.*": (r"(?=.*[a-zA-Z0-9_][a-zA-Z_\-0-9.:]*[a-zA-Z0-9_]).*"),
}
_REPEATED_END = re.compile(r"(\]\*\[a-zA-Z0-9_?\])\+(?=$|\$)")
_UNICODE_CLASSES = {
    r"\p{L}": r"\w",
    r"\p{N}": r"\w",
    r"\p{Z}": r" \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000",
    r"\p{Zs}": r" \u00a0\u1680\u2000-\u200a\u202f\u205f\u3000",
}


_MAX_PROBLEMS = 100


class TooManyProblemsError(Exception):
    """A value has so many problems that the rest of it is not read."""


class Problems(list[str]):
    """A list of problems that ends the reading when it is full: a body can hold a million of them."""

    def append(self, problem: str) -> None:
        """Append a problem.

        Args:
            problem: The problem.

        Raises:
            TooManyProblemsError: The list is full.
        """
        super().append(problem)
        if len(self) == _MAX_PROBLEMS:
            raise TooManyProblemsError


class _UnreadableError(Exception):
    """The value has the wrong type; the message names the expected one."""


def compile_reader(shape: Shape) -> Reader:
    """Return the reader of a shape.

    Timestamps become epoch seconds (float), blobs become bytes. Members that are null or absent are left out
    of the result. A member that the shape does not have is a problem: AWS ignores it silently, which hides
    misspelled names.
    """
    return _Compiler().reader(shape)


def compile_writer(shape: Shape) -> Writer:
    """Return the writer of a shape: modelled members only, without nulls, dates as epoch seconds."""
    return _Compiler().writer(shape)


class _Compiler:
    """Compiles each shape of a tree once, also recursive ones such as DataValue."""

    def __init__(self) -> None:
        self._readers: dict[str, Reader] = {}
        self._writers: dict[str, Writer] = {}

    def reader(self, shape: Shape) -> Reader:
        key = shape.name
        if key not in self._readers:
            self._readers[key] = self._later_reader(key)
            self._readers[key] = self._read(shape)
        return self._readers[key]

    def writer(self, shape: Shape) -> Writer:
        key = shape.name
        if key not in self._writers:
            self._writers[key] = self._later_writer(key)
            self._writers[key] = self._write(shape)
        return self._writers[key]

    def _later_reader(self, key: str) -> Reader:
        """Return a placeholder for a reader that is still being compiled; it looks that up when called."""

        def read(value: Any, path: str, problems: list[str]) -> Any:
            return self._readers[key](value, path, problems)

        return read

    def _later_writer(self, key: str) -> Writer:
        def write(value: Any) -> Any:
            return self._writers[key](value)

        return write

    def _read(self, shape: Shape) -> Reader:
        if shape.type_name == "structure":
            return self._read_structure(shape)
        if shape.type_name == "list":
            return self._read_list(shape)
        if shape.type_name == "map":
            return self._read_map(shape)
        return _read_scalar(shape)

    def _read_structure(self, shape: Any) -> Reader:
        if getattr(shape, "is_document_type", False):
            return lambda value, _path, _problems: value
        members = {name: self.reader(member) for name, member in shape.members.items()}
        required = tuple(shape.required_members)
        union = bool(shape.metadata.get("union"))

        def read(value: Any, path: str, problems: list[str]) -> Any:
            if not isinstance(value, dict):
                problems.append(_wrong_kind(path, value, "a structure"))
                return value
            prefix = f"{path}." if path else ""
            for name in required:
                if value.get(name) is None:
                    problems.append(_problem("null", prefix + name, "must not be null"))
            result = {}
            for name, item in value.items():
                reader = members.get(name)
                if reader is None:
                    member_names = ", ".join(members)
                    at = _shorten(f"{prefix}{name}", _MAX_PATH)
                    problems.append(f"Member at '{at}' is not known; known: {member_names}")
                elif item is not None:
                    result[name] = reader(item, prefix + name, problems)
            if union and len(result) != 1:
                problems.append(_problem(sorted(result), path, "must have exactly one member set"))
            return result

        return read

    def _read_list(self, shape: Any) -> Reader:
        member = self.reader(shape.member)
        check = _size_check(shape)

        def read(value: Any, path: str, problems: list[str]) -> Any:
            if not isinstance(value, list | tuple):
                problems.append(_wrong_kind(path, value, "a list"))
                return value
            check(value, path, problems)
            return [member(v, f"{path}.{i + 1}.member", problems) for i, v in enumerate(value)]

        return read

    def _read_map(self, shape: Any) -> Reader:
        read_key, read_value = self.reader(shape.key), self.reader(shape.value)
        check = _size_check(shape)

        def read(value: Any, path: str, problems: list[str]) -> Any:
            if not isinstance(value, dict):
                problems.append(_wrong_kind(path, value, "a map"))
                return value
            check(value, path, problems)
            for key in value:
                read_key(key, f"{path}.key", problems)
            return {
                key: read_value(item, f"{path}.{key}", problems)
                for key, item in value.items()
                if item is not None
            }

        return read

    def _write(self, shape: Any) -> Writer:
        if shape.type_name == "structure":
            if getattr(shape, "is_document_type", False):
                return lambda value: value
            members = {name: self.writer(member) for name, member in shape.members.items()}
            return lambda value: {
                name: write(value[name]) for name, write in members.items() if value.get(name) is not None
            }
        if shape.type_name == "list":
            member = self.writer(shape.member)
            return lambda value: [member(item) for item in value]
        if shape.type_name == "map":
            item_writer = self.writer(shape.value)
            return lambda value: {key: item_writer(item) for key, item in value.items()}
        return _SCALAR_WRITERS.get(shape.type_name, lambda value: value)


_SCALAR_WRITERS: dict[str, Writer] = {
    "timestamp": lambda value: round(float(value), 3),
    "blob": lambda value: base64.b64encode(value).decode("ascii"),
}


def _read_scalar(shape: Shape) -> Reader:
    convert = _CONVERTERS.get(shape.type_name, lambda value: value)
    checks = [check for check in (_text_check(shape), _enum_check(shape)) if check is not _no_check]
    if shape.type_name in _INTEGER_BITS:
        limit = 2 ** _INTEGER_BITS[shape.type_name]
        checks.insert(0, _range_check(-limit, limit - 1))

    def read(value: Any, path: str, problems: list[str]) -> Any:
        try:
            converted = convert(value)
        except _UnreadableError as error:
            problems.append(_wrong_kind(path, value, str(error)))
            return value
        for check in checks:
            check(converted, path, problems)
        return converted

    return read


def _string(value: Any) -> str:
    if isinstance(value, str):
        return value
    raise _UnreadableError("a string")


def _boolean(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    raise _UnreadableError("a boolean")


def _integer(value: Any) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise _UnreadableError("an integer")


def _number(value: Any) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
        return float(value)
    raise _UnreadableError("a finite number")


def _timestamp(value: Any) -> float:
    """Return epoch seconds of a number (bodies), ISO 8601 text (query strings) or a ``datetime``."""
    if isinstance(value, bool) or not isinstance(value, int | float | str | datetime):
        raise _UnreadableError("a timestamp")
    if isinstance(value, int | float):
        return float(value)
    try:
        moment = value if isinstance(value, datetime) else parse_timestamp(value)
        return float(moment.timestamp())
    except (ValueError, OverflowError, OSError) as error:
        raise _UnreadableError("a timestamp") from error


def _blob(value: Any) -> bytes:
    if isinstance(value, bytes):
        return value
    try:
        return base64.b64decode(value, validate=True)
    except (TypeError, ValueError, binascii.Error) as error:
        raise _UnreadableError("base64 text") from error


_CONVERTERS: dict[str, Callable[[Any], Any]] = {
    "string": _string,
    "boolean": _boolean,
    "integer": _integer,
    "long": _integer,
    "double": _number,
    "float": _number,
    "timestamp": _timestamp,
    "blob": _blob,
}

_Check = Callable[[Any, str, list[str]], None]


def _no_check(_value: Any, _path: str, _problems: list[str]) -> None:
    """Accept any value: the shape has no such constraint."""


def _size_check(shape: Shape) -> _Check:
    """Return a check of the length of strings, lists and maps, or of the value of numbers."""
    low, high = shape.metadata.get("min"), shape.metadata.get("max")
    if low is None and high is None:
        return _no_check
    if shape.type_name in ("integer", "long", "double", "float"):
        return _range_check(low, high)

    def check(value: Any, path: str, problems: list[str]) -> None:
        length = len(value)
        if low is not None and length < low:
            rule = f"must have length greater than or equal to {low}"
            problems.append(_problem(value, path, rule))
        if high is not None and length > high:
            problems.append(_problem(value, path, f"must have length less than or equal to {high}"))

    return check


def _range_check(low: Any, high: Any) -> _Check:
    def check(value: Any, path: str, problems: list[str]) -> None:
        if low is not None and value < low:
            problems.append(_problem(value, path, f"must be greater than or equal to {low}"))
        if high is not None and value > high:
            problems.append(_problem(value, path, f"must be less than or equal to {high}"))

    return check


def _enum_check(shape: Any) -> _Check:
    allowed = shape.metadata.get("enum")
    if not allowed:
        return _no_check

    def check(value: Any, path: str, problems: list[str]) -> None:
        if isinstance(value, str) and value not in allowed:
            rule = f"must satisfy enum value set: [{', '.join(allowed)}]"
            problems.append(_problem(value, path, rule))

    return check


def _text_check(shape: Shape) -> _Check:
    """Return a check of length and pattern; a value of a wrong length is not matched against the pattern."""
    check_size = _size_check(shape)
    pattern = shape.metadata.get("pattern")
    if pattern is None or pattern == ".*":
        return check_size

    def check(value: Any, path: str, problems: list[str]) -> None:
        count = len(problems)
        check_size(value, path, problems)
        if not isinstance(value, str) or len(problems) > count:
            return
        if len(value) > _MAX_MATCHED or not _compiled(pattern).fullmatch(value):
            rule = f"must satisfy regular expression pattern: {pattern}"
            problems.append(_problem(value, path, rule))

    return check


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    pattern = _EQUIVALENT_PATTERNS.get(pattern, pattern)
    # "[...]*[...]+" of which the second class is part of the first one matches the same as with a single
    # character at its end, and takes linear instead of quadratic time.
    pattern = _REPEATED_END.sub(r"\1", pattern)
    for unicode_class, python_class in _UNICODE_CLASSES.items():
        pattern = pattern.replace(unicode_class, python_class)
    return re.compile(pattern)


def _problem(value: Any, path: str, rule: str) -> str:
    text = str(value[:81] if isinstance(value, str | bytes | list | tuple) else value)
    text, path = _shorten(text, 80), _shorten(path, _MAX_PATH)
    return f"Value '{text}' at '{path}' failed to satisfy constraint: Member {rule}"


def _shorten(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 3]}..."


def _wrong_kind(path: str, value: Any, kind: str) -> str:
    return _problem(value, path, f"must be {kind}")

"""Times of messages in the SQL of topic rules: the forms in which this project writes them.

Constructs write them into rules, and simulations read from a rule what a device has to send.

Sources: AWS IoT developer guide, "AWS IoT SQL reference": operators, ``floor``, ``log`` (to base 10) and
``power``. A whole number divided by a whole number is one too, which ``floor`` makes true of the others.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from twin_stack.twinmaker.patterns import SQL_MEMBER


class TimeUnit(NamedTuple):
    """The expressions of a time in a unit, with ``{t}`` for the member of the message.

    Attributes:
        milliseconds: Milliseconds since 1970, the sort key of a row.
        seconds: Whole seconds since 1970.
        nanoseconds: Nanoseconds within the second.
        first: Smallest number that can be a time in this unit.
        last: Smallest number above that cannot.
    """

    milliseconds: str
    seconds: str
    nanoseconds: str
    first: int
    last: int

    def conditions(self, member: str) -> tuple[str, str]:
        """Return the comparisons that are true of a time in this unit.

        Args:
            member: Member of the message.
        """
        return f"{member} >= {self.first}", f"{member} < {self.last}"


# A number of seconds since 2001 has 10 to 12 digits, of milliseconds 13 to 15, and so on: three more a unit.
_UNITS_PER_SECOND: Final = "power(1000, floor(log({t}) / 3) - 3)"

TIME_UNITS: Final = {
    "s": TimeUnit("{t} * 1000", "floor({t})", "floor({t} % 1 * 1000000000)", 10**8, 10**11),
    "ms": TimeUnit("{t}", "floor({t} / 1000)", "floor({t} % 1000 * 1000000)", 10**11, 10**14),
    "us": TimeUnit(
        "floor({t} / 1000)", "floor({t} / 1000000)", "floor({t} % 1000000 * 1000)", 10**14, 10**17
    ),
    "ns": TimeUnit(
        "floor({t} / 1000000)", "floor({t} / 1000000000)", "floor({t} % 1000000000)", 10**17, 10**20
    ),
    "auto": TimeUnit(
        f"floor({{t}} * 1000 / {_UNITS_PER_SECOND})",
        f"floor({{t}} / {_UNITS_PER_SECOND})",
        f"floor({{t}} % {_UNITS_PER_SECOND} * 1000000000 / {_UNITS_PER_SECOND})",
        10**9,
        10**21,
    ),
}
"""Units by name. ``auto`` tells s, ms, us and ns of times since 2001-09-09 by their size.

``first`` and ``last`` of the others are 1973 and 5138: a time in another unit is outside of them.
"""

_CASE: Final = re.compile(r"CASE .+ WHEN true THEN (?P<result>.+) END")


class MessageTime(NamedTuple):
    """A time that a rule reads from messages.

    Attributes:
        member: Member of the message.
        unit: Name of its unit.
    """

    member: str
    unit: str

    def value(self, milliseconds: float) -> float:
        """Return what a device sends as a time; ``auto`` takes milliseconds.

        Args:
            milliseconds: Milliseconds since 1970.
        """
        factors = {"us": 1_000, "ns": 1_000_000}
        return milliseconds / 1000 if self.unit == "s" else milliseconds * factors.get(self.unit, 1)


def checked(expression: str, *conditions: str) -> str:
    """Return an expression that is undefined unless all conditions are true.

    A row without its sort key is refused by DynamoDB, and an entry without its time by SiteWise's action, so
    that the message goes to the dead letters as a whole. A ``WHERE`` clause would drop it without a trace.
    AWS IoT documents that ``CASE`` takes an expression, and comparisons as expressions; both together have
    not been tried in an account.

    Args:
        expression: The expression.
        conditions: Comparisons.
    """
    return (
        f"CASE {' AND '.join(f'({condition})' for condition in conditions)} WHEN true THEN {expression} END"
    )


def read_milliseconds(expression: str) -> MessageTime | None:
    """Return the time that an expression turns into milliseconds, None where it is of another form.

    Args:
        expression: An expression of a rule's SQL.
    """
    return _read(expression, "milliseconds")


def read_seconds(expression: str) -> MessageTime | None:
    """Return the time that an expression turns into whole seconds, None where it is of another form.

    Args:
        expression: An expression of a substitution template.
    """
    return _read(expression, "seconds")


def _read(expression: str, part: str) -> MessageTime | None:
    case = _CASE.fullmatch(expression)
    written = case["result"] if case is not None else expression
    for name, unit in TIME_UNITS.items():
        first, *others = re.split(r"\{t\}", getattr(unit, part))
        pattern = re.escape(first) + f"(?P<member>{SQL_MEMBER.pattern})" + re.escape(others[0])
        pattern += "".join(f"(?P=member){re.escape(other)}" for other in others[1:])
        if (match := re.fullmatch(pattern, written)) is not None:
            return MessageTime(match["member"], name)
    return None

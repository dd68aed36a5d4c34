"""Answers of data connectors, checked against the documented form before they are passed on.

AWS answers just ``ConnectorFailureException`` when an answer has another form. Here the message names every
violation of the rules of ``twin_stack.contract``. A violation that leaves the answer readable, such as a
point outside of the range, is passed on: it is not documented that AWS checks that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from twin_stack.contract import read_answer
from twin_stack.local.service.errors import FunctionFailedError
from twin_stack.twinmaker.names import ATTRIBUTE_READER, DATA_READER

if TYPE_CHECKING:
    from twin_stack.contract.answers import FunctionName
    from twin_stack.local.service.twinmaker.context import Json

_MAX_TOKEN = 12_000  # the API limits tokens to 17,880 characters, and ours contains the connector's


def read(function: FunctionName, answer: object) -> Json:
    """Return the part of an answer that is passed on: numbers as JSON numbers, without nulls.

    Raises:
        FunctionFailedError: The answer has another form.
    """
    reading = read_answer(function, answer)
    unreadable = [violation for violation in reading.violations if violation.is_unreadable]
    if unreadable or reading.document is None:
        raise FunctionFailedError("\n".join(map(str, unreadable)))
    return reading.document


def read_history(answer: object) -> tuple[list[Json], str | None]:
    """Return the series and the token of a history reader's answer.

    Raises:
        FunctionFailedError: The answer has another form.
    """
    document = read(DATA_READER, answer)
    token = document.get("nextToken")
    if token is not None and len(token) > _MAX_TOKEN:
        raise FunctionFailedError(f"nextToken must have at most {_MAX_TOKEN} characters here")
    return document["propertyValues"], token


def read_attributes(answer: object) -> dict[str, Json]:
    """Return reference and value by property of an attribute reader's answer.

    Raises:
        FunctionFailedError: The answer has another form.
    """
    values: dict[str, Json] = read(ATTRIBUTE_READER, answer)["propertyValues"]
    return values

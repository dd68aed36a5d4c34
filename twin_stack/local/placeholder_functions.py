"""Functions in place of ones that are only in AWS: the user's own handlers, under the names of connectors."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from twin_stack.local.clients import make_client
from twin_stack.local.state import ACCOUNT, REGION, LocalError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from twin_stack.local.state import Access

_OPTION: Final = re.compile(
    r"(?:arn:aws[a-z-]*:lambda:(?P<region>[a-z0-9-]+):(?P<account>\d{12}):function:)?"
    r"(?P<name>[a-zA-Z0-9_-]{1,64})=(?P<file>.+\.py):(?P<handler>[A-Za-z_]\w*)"
)
_DESCRIPTION: Final = "Placeholder of twin up"
"""Marks a function that the next call may replace."""
_RUNTIME: Final = "python3.14"


@dataclass(frozen=True, slots=True)
class PlaceholderFunction:
    """A function in place of one that is only in AWS.

    Attributes:
        name: Its name.
        file: The Python file with its handler.
        handler: Name of the handler in the file.
        account: Account of its ARN.
        region: Region of its ARN.
    """

    name: str
    file: Path
    handler: str
    account: str = ACCOUNT
    region: str = REGION


def read_option(text: str) -> PlaceholderFunction:
    """Return the function of a value of ``--placeholder-function``.

    Args:
        text: ``NAME=FILE:HANDLER``, or the same with the ARN of the function instead of its name.

    Raises:
        LocalError: It has another form, or there is no such file.

    Examples:
        >>> read_option("weather")
        Traceback (most recent call last):
            ...
        twin_stack.local.state.LocalError: --placeholder-function weather: write NAME=FILE.py:HANDLER, ...
    """
    match = _OPTION.fullmatch(text)
    if match is None:
        raise LocalError(
            f"--placeholder-function {text}: write NAME=FILE.py:HANDLER, such as weather=handler.py:handler; "
            "instead of the name, the ARN of a function of another account or region"
        )
    file = Path(match["file"])
    if not file.is_file():
        raise LocalError(f"--placeholder-function {text}: there is no file {file}; check the path")
    return PlaceholderFunction(
        match["name"], file, match["handler"], match["account"] or ACCOUNT, match["region"] or REGION
    )


def create_functions(access: Access, functions: Iterable[PlaceholderFunction]) -> None:
    """Create functions, or replace those of an earlier call.

    Args:
        access: Access to the embedded AWS.
        functions: The functions.

    Raises:
        LocalError: Another function has the name.
    """
    for function in functions:
        client = make_client(access, "lambda", account=function.account, region=function.region)
        try:
            present = client.get_function_configuration(FunctionName=function.name)
        except client.exceptions.ResourceNotFoundException:
            client.create_function(
                FunctionName=function.name,
                Description=_DESCRIPTION,
                Runtime=_RUNTIME,
                Role=f"arn:aws:iam::{function.account}:role/placeholder",
                Handler=f"{function.file.stem}.{function.handler}",
                Code={"ZipFile": _package(function.file)},
            )
            continue
        if present.get("Description") != _DESCRIPTION:
            raise LocalError(
                f"--placeholder-function {function.name}: a deployed function has this name; "
                "leave the option out"
            )
        client.update_function_code(FunctionName=function.name, ZipFile=_package(function.file))
        client.update_function_configuration(
            FunctionName=function.name, Handler=f"{function.file.stem}.{function.handler}"
        )


def _package(file: Path) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.write(file, file.name)
    return content.getvalue()

"""A function that is only in AWS has a handler of the user in its place."""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING

import pytest

from twin_stack.local.placeholder_functions import create_functions, read_option
from twin_stack.local.state import LocalError

if TYPE_CHECKING:
    from pathlib import Path

    from twin_stack.pytest_plugin import LocalTwin


@pytest.fixture
def handler(tmp_path: Path) -> Path:
    path = tmp_path / "weather.py"
    path.write_text("def answer(event, context):\n    return {'first': event}\n")
    return path


def test_option_names_function_file_and_handler(handler: Path) -> None:
    function = read_option(f"weather={handler}:answer")
    assert (function.name, function.file, function.handler) == ("weather", handler, "answer")


def test_arn_names_account_and_region(handler: Path) -> None:
    function = read_option(f"arn:aws:lambda:eu-west-1:111122223333:function:weather={handler}:answer")
    assert (function.name, function.account, function.region) == ("weather", "111122223333", "eu-west-1")


@pytest.mark.parametrize("text", ["weather", "weather=x.txt:answer", "a b=x.py:answer", "weather=x.py:1"])
def test_other_form_is_refused(text: str) -> None:
    with pytest.raises(LocalError, match=r"write NAME=FILE\.py:HANDLER"):
        read_option(text)


def test_missing_file_is_named() -> None:
    with pytest.raises(LocalError, match=r"there is no file nowhere\.py"):
        read_option("weather=nowhere.py:answer")


@pytest.mark.parametrize(
    ("account", "region"), [("000000000000", "us-east-1"), ("111122223333", "eu-west-1")]
)
def test_handler_answers_and_the_next_one_replaces_it(
    local_twin: LocalTwin, handler: Path, account: str, region: str
) -> None:
    arn = f"arn:aws:lambda:{region}:{account}:function:weather-{uuid.uuid4().hex[:8]}"
    client = local_twin.client("lambda")
    create_functions(local_twin.server.access, [read_option(f"{arn}={handler}:answer")])
    first = client.invoke(FunctionName=arn, Payload=b'{"a": 1}')["Payload"].read()
    assert json.loads(first) == {"first": {"a": 1}}

    handler.write_text("def other(event, context):\n    return 'second'\n")
    create_functions(local_twin.server.access, [read_option(f"{arn}={handler}:other")])
    assert json.loads(client.invoke(FunctionName=arn, Payload=b"{}")["Payload"].read()) == "second"


def test_handler_is_found_by_its_arn(local_twin: LocalTwin, handler: Path) -> None:
    arn = f"arn:aws:lambda:eu-west-1:111122223333:function:weather-{uuid.uuid4().hex[:8]}"
    client = local_twin.client("lambda")
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.get_function_configuration(FunctionName=arn)
    create_functions(local_twin.server.access, [read_option(f"{arn}={handler}:answer")])
    assert client.get_function_configuration(FunctionName=arn)["FunctionArn"] == arn


def test_deployed_function_is_not_replaced(local_twin: LocalTwin, handler: Path) -> None:
    name = f"weather-{uuid.uuid4().hex[:8]}"
    local_twin.client("lambda").create_function(
        FunctionName=name,
        Runtime="python3.14",
        Role="arn:aws:iam::000000000000:role/own",
        Handler="weather.answer",
        Code={"ZipFile": b"PK\x05\x06" + bytes(18)},
    )
    with pytest.raises(LocalError, match="a deployed function has this name"):
        create_functions(local_twin.server.access, [read_option(f"{name}={handler}:answer")])

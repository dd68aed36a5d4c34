"""The code of functions, with data files of the twin."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from aws_cdk import aws_lambda as lambda_

from former_ids import FILE_NAME, FormerIds
from tests.support.templates import Synthesized, synthesize
from twin_stack.constructs.packaged_code import FORMER_IDS_PACKAGE, former_ids_files, packaged_code
from twin_stack.definition.former_rows import FormerRowIds, FormerRows

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from aws_cdk import Stack


def _asset(data_files: Mapping[str, str]) -> tuple[Synthesized, Path]:
    def build(stack: Stack) -> None:
        lambda_.Function(
            stack,
            "F",
            runtime=lambda_.Runtime.PYTHON_3_13,
            handler="f.handler",
            code=packaged_code(["aws_client", FORMER_IDS_PACKAGE], data_files),
        )

    result = synthesize(build, copies_files=True)
    name = result.properties("AWS::Lambda::Function")["Code"]["S3Key"].removesuffix(".zip")
    return result, result.directory / f"asset.{name}"


def test_code_without_data_files_has_the_packages_only() -> None:
    _result, folder = _asset({})
    assert {path.name for path in folder.iterdir()} == {"aws_client", "former_ids"}


def test_data_file_is_beside_the_packages_and_changes_the_version_of_the_code() -> None:
    _first_result, first = _asset({"a.json": "1"})
    _second_result, second = _asset({"a.json": "2"})
    _same_result, same = _asset({"a.json": "1"})
    assert {path.name for path in first.iterdir()} == {"aws_client", "former_ids", "a.json"}
    assert (first / "a.json").read_text() == "1"
    assert not list(first.rglob("*.pyc"))
    assert first.name == same.name != second.name


def test_function_reads_the_file_of_former_ids_that_the_deployment_writes() -> None:
    devices = {f"entity-{number:04d}": (f"former-{number:04d}",) for number in range(1000)}
    former_rows = FormerRows(
        types={
            "com.e.S": FormerRowIds(
                type_ids=("com.e.Old",), attributes={"temperature": ("temp", "t")}, devices=devices
            )
        },
        components={"entity-0001": {"sensor": "com.e.S"}},
    )
    _result, folder = _asset(former_ids_files(former_rows))
    former_ids = FormerIds.load(folder / FILE_NAME)
    assert former_ids.of_component("entity-0001", "sensor", None, set()).attributes == {
        "temperature": ("temp", "t")
    }
    assert former_ids.present_device("com.e.S", "former-0999") == "entity-0999"
    assert former_ids.present_type("com.e.Old") == "com.e.S"
    assert len((folder / FILE_NAME).read_text()) > 4096  # more than Lambda's environment takes


def test_twin_without_renames_has_no_file() -> None:
    assert former_ids_files(None) == former_ids_files(FormerRows()) == {}
    assert list(former_ids_files(FormerRows(types={"t": FormerRowIds(type_ids=("o",))}))) == [FILE_NAME]
    assert json.loads(FormerRows(types={"t": FormerRowIds(type_ids=("o",))}).to_json()) == {
        "types": {"t": {"typeIds": ["o"]}},
        "components": {},
    }

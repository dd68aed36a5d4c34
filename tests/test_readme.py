"""Every code block of the README runs."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import botocore.session
import pytest

from twin_stack import load
from twin_stack.local.profile import write_profile
from twin_stack.local.state import Server, StateFolder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.local_factory import LocalFactory

    Json = dict[str, Any]

pytestmark = [pytest.mark.deploy, pytest.mark.slow]


ROOT = Path(__file__).parents[1]
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```", (ROOT / "README.md").read_text(encoding="utf-8"), re.M | re.S)


def blocks(language: str) -> list[str]:
    return [body for kind, body in BLOCKS if kind == language]


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The files of the repository, with what was installed linked in."""
    folder = tmp_path_factory.mktemp("clone") / "twin-stack"
    folder.mkdir()
    for name in ("Makefile", "app.py", "cdk.json", "package.json", "package-lock.json", "pyproject.toml"):
        shutil.copy2(ROOT / name, folder)
    shutil.copy2(ROOT / "requirements-dev.txt", folder)
    for name in ("twin_stack", "lambdas", "models"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "viewer", folder / "viewer", ignore=shutil.ignore_patterns("node_modules"))
    for name, locked in (
        (".venv", "requirements-dev.txt"),
        ("node_modules", "package-lock.json"),
        ("viewer/node_modules", "viewer/package-lock.json"),
    ):
        stamp = ROOT / name / ".installed"
        # Older, and make would install anew through the link, under everybody else's feet.
        if not stamp.exists() or stamp.stat().st_mtime < (ROOT / locked).stat().st_mtime:
            pytest.fail(f"{name} is not what {locked} says: run make install")
        (folder / name).symlink_to(ROOT / name)
    yield folder
    run("make down", folder)


def run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    # No AWS of whoever runs the tests.
    environment = {key: value for key, value in os.environ.items() if not key.startswith("AWS_")}
    return subprocess.run(
        f"set -e\n{command}",
        shell=True,
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_only_languages_that_are_run_here_are_used() -> None:
    # The picture is held to the template by tests/templates/test_architecture.py.
    assert {kind for kind, _ in BLOCKS} == {"yaml", "sh", "python", "mermaid"}


def test_definition_files_of_the_example_load(tmp_path: Path) -> None:
    for block in blocks("yaml"):
        path, text = block.split("\n", 1)
        file = tmp_path / path.removeprefix("# ")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    definition = load(tmp_path / "models" / "example")
    assert list(definition.entities) == ["machine-001"]
    values = definition.entities["machine-001"].components["temperatureSensor"].properties
    assert values["sensorModel"].value == {"stringValue": "TMP-117"}


@pytest.mark.parametrize("block", [block for block in blocks("sh") if "aws iottwinmaker" not in block])
def test_commands_succeed(block: str, clone: Path) -> None:
    # The tests cannot run themselves; that the target exists and what it would run can be asked for.
    result = run(block.replace("make test", "make test --dry-run"), clone)
    assert result.returncode == 0, result.stdout + result.stderr
    if "make test" in block:
        assert "pytest" in result.stdout
    if "make synth" in block:
        assert (clone / "cdk.out" / "my-factory-twin.template.json").is_file()
        assert (clone / "cdk.out" / "my-factory-twin-prod.template.json").is_file()
    if "make up" in block:
        assert "2880 rows in DynamoDB, 2880 values in SiteWise" in result.stdout
        assert "devices publish to AWS IoT Core every 10 s, until `twin down`" in result.stdout
        assert "warning" not in result.stderr
        assert re.search(r"^  http://127\.0\.0\.1:\d+/_twin/#workspace=my-factory-twin$", result.stdout, re.M)
        # A value a minute for six hours, less the minutes since they were written.
        assert re.search(r"temperature \[Celsius\]: 3[56]\d values", result.stdout)
        assert "stopped, the state is kept" in result.stdout


def test_aws_cli_gets_the_modelled_answers(local_factory: LocalFactory, tmp_path: Path) -> None:
    (block,) = [block for block in blocks("sh") if "aws iottwinmaker" in block]
    folder = StateFolder.of_app(tmp_path)
    folder.make()
    port = urlsplit(local_factory.twin.endpoint).port
    assert port is not None
    write_profile(folder, Server(0, port, 0))
    (tmp_path / ".venv").symlink_to(ROOT / ".venv")

    result = run(block, tmp_path)

    assert result.returncode == 0, result.stdout + result.stderr
    verbs = re.findall(r"^aws iottwinmaker (\S+)", block, re.M)
    answers = dict(zip(verbs, documents(result.stdout), strict=True))
    model = botocore.session.get_session().get_service_model("iottwinmaker")
    for verb, answer in answers.items():
        shape: Any = model.operation_model("".join(word.title() for word in verb.split("-"))).output_shape
        assert set(answer) <= set(shape.members), verb
        assert set(shape.required_members) <= set(answer), verb
    assert answers["get-workspace"]["s3Location"] == f"arn:aws:s3:::{local_factory.bucket}"
    kind = answers["get-component-type"]
    assert kind["propertyDefinitions"]["temperature"]["dataType"]["unitOfMeasure"] == "Celsius"
    assert ":function:" in kind["functions"]["dataReader"]["implementedBy"]["lambda"]["arn"]
    assert answers["create-entity"]["arn"].endswith(":workspace/my-factory-twin/entity/machine-003")
    assert [item["entityName"] for item in answers["list-entities"]["entitySummaries"]] == [
        "CNC Machine 1",
        "Assembly Robot 1",
        "CNC Machine 2",
        "Hydraulic Press 1",
    ]
    assert answers["get-entity"]["parentEntityId"] == "zone-a"
    assert set(answers["get-entity"]["components"]) == {"alarm", "temperatureSensor"}
    value = answers["get-property-value"]["propertyValues"]["sensorModel"]
    assert value["propertyValue"] == {"stringValue": "TMP-117"}
    (series,) = answers["get-property-value-history"]["propertyValues"]
    newest = [(point["time"], point["value"]["doubleValue"]) for point in series["values"]]
    assert newest == rows_of_today(local_factory)[:-4:-1]
    location = answers["get-scene"]["contentLocation"]
    assert location.startswith(f"s3://{local_factory.bucket}/")
    assert answers["delete-entity"] == {"state": "DELETING"}


def documents(text: str) -> list[Json]:
    """The JSON documents that stand one after the other in a text."""
    decoder, found = json.JSONDecoder(), []
    while text := text.strip():
        document, end = decoder.raw_decode(text)
        found.append(document)
        text = text[end:]
    return found


def rows_of_today(factory: LocalFactory) -> list[tuple[str, float]]:
    """Times and temperatures of machine-001 after midnight, as they stand in the table."""
    midnight = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    found = factory.twin.client("dynamodb").query(
        TableName=factory.table,
        KeyConditionExpression="device_id = :device AND #time > :midnight",
        ExpressionAttributeNames={"#time": "timestamp"},
        ExpressionAttributeValues={
            ":device": {"S": "machine-001"},
            ":midnight": {"N": str(int(midnight.timestamp() * 1000))},
        },
    )["Items"]
    times = [datetime.fromtimestamp(int(row["timestamp"]["N"]) / 1000, UTC) for row in found]
    return [
        (f"{time:%Y-%m-%dT%H:%M:%SZ}", float(row["temperature"]["N"]))
        for time, row in zip(times, found, strict=True)
    ]


def test_example_of_a_test_file_passes(tmp_path: Path) -> None:
    (code,) = [code for code in blocks("python") if "def test_" in code]
    shutil.copytree(ROOT / "models", tmp_path / "models")
    (tmp_path / "test_twin.py").write_text(code, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--rootdir", ".", "test_twin.py"]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "2 passed" in result.stdout


@pytest.mark.parametrize("code", [code for code in blocks("python") if "def test_" not in code])
def test_python_example_synthesizes(code: str, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "models", tmp_path / "models")
    result = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={**os.environ, "CDK_OUTDIR": str(tmp_path / "cdk.out")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    assert (tmp_path / "cdk.out" / "Plant.template.json").is_file()


def test_tables_name_what_there_is(clone: Path) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for target in re.findall(r"\]\((?!http|#)([^)]+)\)", readme):
        assert (ROOT / target).exists(), f"README links to {target}"

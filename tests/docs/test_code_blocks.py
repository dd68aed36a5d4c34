"""Every code block of README and docs runs, or another test runs it."""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import botocore.session
import pytest
import yaml
from typer.testing import CliRunner

from tests.support.app import CLI_SYNTHESIS
from tests.support.code_blocks import ROOT, CodeBlock, code_blocks, pages
from twin_stack import load
from twin_stack.cli import app as twin_command
from twin_stack.definition import check
from twin_stack.definition.loader import check_folder
from twin_stack.local.clients import make_client
from twin_stack.local.state import StateFolder
from twin_stack.settings import OperationsSettings

if TYPE_CHECKING:
    from collections.abc import Iterator

    Json = dict[str, Any]

RUN_ELSEWHERE = {
    "docs/architecture.md": "tests/test_architecture.py",
    "docs/cdk-app.md": "tests/docs/test_python_blocks.py",
    "docs/connectors.md": "tests/lambdas/test_connectors_page.py",
    "docs/definition.md": "tests/definition/test_loader.py",
    "docs/import.md": "tests/formats/test_import_page.py",
    "docs/editors.md": "tests/docs/test_editors_page.py",
    "docs/plan.md": "tests/cli/test_plan.py",
    "docs/plan-risks.md": "tests/plan/test_rules.py",
    "docs/scale.md": "tests/docs/test_scale_page.py",
    "docs/testing.md": "tests/docs/test_testing_page.py",
    "docs/tutorial.md": "tests/docs/test_tutorial.py",
}
"""Pages whose blocks one test runs as a whole."""
RUN_ELSEWHERE |= {
    page: "tests/definition/checks/test_registry.py" for page in pages() if page.startswith("docs/errors/")
}

EXAMPLE = code_blocks("README.md", "yaml")
UP, MAKE_TEST = code_blocks("README.md", "sh")
PICTURE = code_blocks("README.md", "mermaid")
PLAN = code_blocks("README.md", "diff")  # tests/docs/test_readme_plan.py
AWS_CLI = code_blocks("docs/local.md", "sh")
CHECK = code_blocks("docs/check.md", "sh")
FINDING = code_blocks("docs/check.md", "text")
README_FINDING = code_blocks("README.md", "text")
*IGNORES, PIPELINE, HOOK = code_blocks("docs/check.md", "yaml")
SYNTH, DETACH = code_blocks("docs/deploy.md", "sh")
DEPLOY = code_blocks("docs/deploy.md", "text")
KEY_POLICY = code_blocks("docs/deploy.md", "json")  # tests/docs/test_python_blocks.py
PREVIEW, *BUILD_PAGE = code_blocks("docs/viewer.md", "sh")
HOSTED_PAGE = code_blocks("docs/viewer.md", "python")  # tests/docs/test_python_blocks.py
USERS_OF_PAGE = code_blocks("docs/viewer.md", "text")
GRAFANA = code_blocks("docs/grafana.md", "sh")
GRAFANA_ROLE = code_blocks("docs/grafana.md", "python")  # tests/docs/test_python_blocks.py
OPERATIONS = code_blocks("docs/operations.md", "json")


def test_every_block_is_run() -> None:
    run_here = {
        block
        for blocks in (
            *(
                EXAMPLE,
                [UP, MAKE_TEST],
                PICTURE,
                PLAN,
                AWS_CLI,
                CHECK,
                FINDING,
                README_FINDING,
                [*IGNORES, PIPELINE, HOOK],
                [SYNTH, DETACH, PREVIEW],
                DEPLOY,
                KEY_POLICY,
            ),
            *(HOSTED_PAGE, USERS_OF_PAGE),
            *(BUILD_PAGE, GRAFANA, GRAFANA_ROLE, OPERATIONS),
        )
        for block in blocks
    }
    in_pages = {block for page in pages() if page not in RUN_ELSEWHERE for block in code_blocks(page)}

    assert len(run_here) > 15
    assert sorted(map(str, in_pages - run_here)) == []
    for page, test in RUN_ELSEWHERE.items():
        assert code_blocks(page), page
        assert (ROOT / test).is_file(), test


@dataclass(frozen=True)
class Session:
    """A clone of the repository in which `make up` has deployed the factory.

    Attributes:
        folder: The clone.
        up: What `make up` printed.
        history: What the line after it printed.
    """

    folder: Path
    up: subprocess.CompletedProcess[str]
    history: subprocess.CompletedProcess[str]


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of the repository, with links to what is installed."""
    folder = tmp_path_factory.mktemp("clone") / "twin-stack"
    folder.mkdir()
    for path in ROOT.iterdir():
        if path.is_file() and not path.name.startswith("."):
            shutil.copy2(path, folder)
    for name in ("twin_stack", "lambdas", "models"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copytree(ROOT / "viewer", folder / "viewer", ignore=shutil.ignore_patterns("node_modules"))
    for name, stamp_name, locked in (
        (".venv", ".installed", "requirements-dev.txt"),
        (".venv", ".local", "requirements-local.txt"),
        ("node_modules", ".installed", "package-lock.json"),
        ("node_modules", ".cdk", "package-lock.json"),
        ("viewer/node_modules", ".installed", "viewer/package-lock.json"),
    ):
        stamp = ROOT / name / stamp_name
        # If the stamp is older, make would install through the link into the folder that other tests use.
        if not stamp.exists() or stamp.stat().st_mtime < (ROOT / locked).stat().st_mtime:
            pytest.fail(f"{name} is not what {locked} says: run make install")
        if not (folder / name).exists():
            (folder / name).symlink_to(ROOT / name)
    return folder


@pytest.fixture(scope="module")
def session(clone: Path) -> Iterator[Session]:
    """The block of the two commands, with its last line run at the end."""
    up, history, down = UP.text.splitlines()
    assert (up, down) == ("make up", "make down")
    yield Session(clone, run(up, clone), run(history, clone))
    stopped = run(down, clone)
    assert stopped.returncode == 0, stopped.stdout + stopped.stderr
    assert "stopped, the state is kept" in stopped.stdout


def run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a command without the AWS configuration of this environment."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("AWS_")}
    environment["PATH"] = f"{folder / '.venv' / 'bin'}{os.pathsep}{environment['PATH']}"
    return subprocess.run(
        f"set -e\n{command}",
        shell=True,
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_definition_files_of_the_example_load(tmp_path: Path) -> None:
    for block in EXAMPLE:
        path, text = block.text.split("\n", 1)
        file = tmp_path / path.removeprefix("# ")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    definition = load(tmp_path / "models" / "example")
    assert list(definition.entities) == ["machine-001"]
    values = definition.entities["machine-001"].components["temperatureSensor"].properties
    assert values["sensorModel"].value == {"stringValue": "TMP-117"}


@pytest.mark.deploy
def test_two_commands_run_the_factory(session: Session) -> None:
    assert session.up.returncode == 0, session.up.stdout + session.up.stderr
    assert "2880 rows in DynamoDB, 2880 values in SiteWise" in session.up.stdout
    assert "devices publish to AWS IoT Core every 10 s, until `twin down`" in session.up.stdout
    assert "warning" not in session.up.stderr
    page = r"^  http://127\.0\.0\.1:\d+/_twin/#workspace=my-factory-twin&key=[\w-]{43}$"
    assert re.search(page, session.up.stdout, re.MULTILINE)
    assert session.history.returncode == 0, session.history.stdout + session.history.stderr
    # A value a minute for six hours, less the minutes since they were written.
    assert re.search(r"temperature \[Celsius\]: 3[56]\d values", session.history.stdout)


def test_target_of_all_tests_runs_pytest(clone: Path) -> None:
    # The tests cannot run themselves.
    result = run(MAKE_TEST.text.replace("make test", "make test --dry-run"), clone)

    assert result.returncode == 0, result.stdout + result.stderr
    assert "-m tests.support.retried_run" in result.stdout  # which runs pytest


def test_commands_that_build_the_page_are_scripts_of_it() -> None:
    scripts = json.loads((ROOT / "viewer" / "package.json").read_text(encoding="utf-8"))["scripts"]
    commands = [line for block in BUILD_PAGE for line in block.text.replace("&&", "\n").splitlines()]

    assert "npm test" in [command.strip() for command in commands]
    for command in commands:
        match command.split():
            case ["npm", "run", script] | ["npm", "test" as script]:
                assert script in scripts
            case other:
                assert other in (["cd", "viewer"], ["npm", "ci"])


def test_synthesis_of_the_page_is_that_of_a_target_and_of_other_tests(clone: Path) -> None:
    default, prod = SYNTH.text.splitlines()
    # `make up` synthesizes the default stage.
    assert "npx cdk synth --quiet " in run(f"{default} --dry-run", clone).stdout.splitlines()
    assert tuple(prod.split()) == CLI_SYNTHESIS  # which tests/app runs


def test_target_of_a_deployment_runs_the_command_of_the_page(clone: Path) -> None:
    (block,) = DEPLOY

    result = run("make deploy STAGE=prod --dry-run", clone)

    assert result.returncode == 0, result.stdout + result.stderr
    assert block.text.strip() in result.stdout


AWS_WITH_TWO_TARGETS = """#!/bin/sh
echo "$*" >> calls
case "$*" in *list-targets*) echo 'one two' ;; esac
"""


def test_policy_of_devices_is_detached_from_each_of_them(tmp_path: Path) -> None:
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    program = tmp_path / ".venv" / "bin" / "aws"
    program.write_text(AWS_WITH_TWO_TARGETS, encoding="utf-8")
    program.chmod(0o755)

    result = run(DETACH.text, tmp_path)

    assert result.returncode == 0, result.stderr
    _, *detached = (tmp_path / "calls").read_text(encoding="utf-8").splitlines()
    assert detached == [
        f"iot detach-policy --policy-name my-factory-twin-devices --target {target}"
        for target in ("one", "two")
    ]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("block", "file"),
    [
        *((block, None) for block in CHECK),
        (PREVIEW, "page.html"),
        *((block, "grafana/dashboards/overview.json") for block in GRAFANA),
    ],
    ids=str,
)
def test_command_succeeds_and_writes_its_file(block: CodeBlock, file: str | None, clone: Path) -> None:
    result = run(block.text, clone)

    assert result.returncode == 0, result.stdout + result.stderr
    if file:
        assert (clone / file).is_file()


def test_finding_on_the_page_is_that_of_the_mistake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "models" / "factory"
    shutil.copytree(ROOT / "models" / "factory", folder)
    file = folder / "entities" / "zone-a.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(
        text.replace("com.example.TemperatureSensor", "com.example.TempSensor", 1), encoding="utf-8"
    )
    monkeypatch.chdir(tmp_path)

    (finding,) = check(Path("models/factory"))[1]

    (block,) = FINDING
    assert str(finding) == block.text.strip()


def test_finding_of_the_readme_is_that_of_a_misspelt_type(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for block in EXAMPLE:
        file = tmp_path / block.text.partition("\n")[0].removeprefix("# ")
        file.parent.mkdir(parents=True, exist_ok=True)
        text = block.text.replace(
            "componentTypeId: com.example.TemperatureSensor", "componentTypeId: com.example.TempSensor"
        )
        file.write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)

    (finding,) = check(Path("models/example"))[1]

    (block,) = README_FINDING
    assert str(finding) == block.text.strip()


def test_hook_of_the_page_is_offered_by_this_repository() -> None:
    (repository,) = yaml.safe_load(HOOK.text)["repos"]
    (hook,) = repository["hooks"]
    (offered,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))

    assert hook["id"] == offered["id"]
    assert re.match(hook["files"], f"{hook['args'][0]}/twin.yaml")


@pytest.mark.parametrize("block", IGNORES, ids=str)
def test_ignore_of_the_page_accepts_its_finding(block: CodeBlock, tmp_path: Path) -> None:
    name = block.text.splitlines()[0].removeprefix("# ")
    plate = {"component_types/plate.json": '{"com.example.Plate": {"componentTypeName": "Plate"}}'}
    files = {
        "twin.yaml": "workspaceId: my-twin\n",
        **(plate if name == "twin.yaml" else {}),
        name: block.text,
    }
    (tmp_path / "component_types").mkdir()
    for path, text in files.items():
        (tmp_path / path).write_text(text, encoding="utf-8")

    _, findings, ignored = check_folder(tmp_path)

    assert findings == []
    assert [(entry.finding.code, entry.reason) for entry in ignored] == [("TWIN029", "the console shows it")]


def test_pipeline_of_the_page_runs_the_check() -> None:
    steps = yaml.safe_load(PIPELINE.text)["jobs"]["check"]["steps"]
    (line,) = (step["run"] for step in steps if "twin check" in step.get("run", ""))
    command, _, file = line.partition(" > ")

    assert {"sarif_file": file} in [step.get("with") for step in steps]
    result = CliRunner().invoke(twin_command, [*command.split()[1:-1], str(ROOT / "models" / "minimal")])
    assert json.loads(result.stdout)["version"] == "2.1.0"


def test_settings_of_the_page_are_settings_of_a_stage() -> None:
    settings = [json.loads(block.text)["operations"] for block in OPERATIONS]

    assert settings
    for setting in settings:
        assert OperationsSettings.model_validate(setting)


@pytest.mark.deploy
def test_aws_cli_gets_the_answers_of_the_service_model(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    (block,) = AWS_CLI
    result = run(PRINT_AWS_CALLS + block.text, session.folder)
    assert result.returncode == 0, result.stdout + result.stderr
    calls = [line.split("\0") for line in result.stdout.splitlines()]
    environment, command = block.text.splitlines()[:2]
    answers = {calls[0][3]: json.loads(run(f"{environment}\n{command}", session.folder).stdout)}
    monkeypatch.chdir(session.folder)
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    for config_file, profile, _, verb, *options, _ in calls[1:]:
        monkeypatch.setenv("AWS_CONFIG_FILE", config_file)
        monkeypatch.setenv("AWS_PROFILE", profile)
        answers[verb] = call_aws("iottwinmaker", verb, *options)

    assert list(answers) == re.findall(r"^aws iottwinmaker (\S+)", block.text, re.MULTILINE)
    model = botocore.session.get_session().get_service_model("iottwinmaker")
    for verb, answer in answers.items():
        shape: Any = model.operation_model("".join(word.title() for word in verb.split("-"))).output_shape
        assert set(answer) <= set(shape.members), verb
        assert set(shape.required_members) <= set(answer), verb
    bucket = answers["get-workspace"]["s3Location"]
    assert bucket.startswith("arn:aws:s3:::my-factory-twin-")
    kind = answers["get-component-type"]
    assert kind["propertyDefinitions"]["temperature"]["dataType"]["unitOfMeasure"] == "Celsius"
    assert ":function:" in kind["functions"]["dataReader"]["implementedBy"]["lambda"]["arn"]
    assert answers["create-entity"]["arn"].endswith(":workspace/my-factory-twin/entity/machine-003")
    assert [entity["entityName"] for entity in answers["list-entities"]["entitySummaries"]] == [
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
    rows = rows_of_today(session.folder)[::-1]
    # Devices go on: rows may have been written since.
    first = rows.index(newest[0])
    assert newest == rows[first : first + 3]
    location = answers["get-scene"]["contentLocation"]
    assert location.startswith(f"s3://{bucket.removeprefix('arn:aws:s3:::')}/")
    assert answers["delete-entity"] == {"state": "DELETING"}


@pytest.mark.deploy
def test_connector_of_the_factory_is_invoked_by_name(session: Session) -> None:
    (line,) = [
        line
        for block in code_blocks("docs/connectors.md", "sh")
        for line in block.text.splitlines()
        if line.startswith("twin invoke telemetry ")
    ]

    result = run(line, session.folder)

    assert result.returncode == 0, result.stdout + result.stderr
    assert "propertyValues" in result.stdout


PRINT_AWS_CALLS = """aws() { printf '%s\\0' "$AWS_CONFIG_FILE" "$AWS_PROFILE" "$@"; echo; }\n"""
"""A function in place of the AWS CLI, whose starts take half a second each: it prints how it was called."""


def call_aws(*arguments: str) -> Json:
    """Return what a command of the AWS CLI prints, without a process of its own."""
    from awscli.clidriver import create_clidriver  # type: ignore[import-untyped]  # noqa: PLC0415

    output = io.StringIO()
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
        code = create_clidriver().main(list(arguments))
    assert code == 0, output.getvalue()
    return dict(json.loads(output.getvalue()))


def rows_of_today(folder: Path) -> list[tuple[str, float]]:
    """Return times and temperatures of machine-001 after midnight, from the table of a deployed factory."""
    server = StateFolder.of_app(folder).server()
    assert server is not None
    dynamodb = make_client(server.access, "dynamodb")
    (table,) = [name for name in dynamodb.list_tables()["TableNames"] if name.endswith("-telemetry")]
    midnight = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    rows = dynamodb.query(
        TableName=table,
        KeyConditionExpression="device_id = :device AND #time > :midnight",
        ExpressionAttributeNames={"#time": "timestamp"},
        ExpressionAttributeValues={
            ":device": {"S": "machine-001"},
            ":midnight": {"N": str(int(midnight.timestamp() * 1000))},
        },
    )["Items"]
    return [(rfc3339(int(row["timestamp"]["N"])), float(row["temperature"]["N"])) for row in rows]


def rfc3339(milliseconds: int) -> str:
    """Return an instant as connectors write it: with a fraction only if there is one."""
    time = datetime.fromtimestamp(milliseconds / 1000, UTC)
    fraction = f".{milliseconds % 1000:03}".rstrip("0") if milliseconds % 1000 else ""
    return f"{time:%Y-%m-%dT%H:%M:%S}{fraction}Z"


@pytest.mark.parametrize("block", USERS_OF_PAGE, ids=str)
def test_commands_of_the_aws_cli_have_operations_and_options_of_the_service(block: CodeBlock) -> None:
    lines = block.text.strip().splitlines()

    assert len(lines) == 2
    for line in lines:
        program, service, command, *arguments = line.split()
        operation = "".join(word.title() for word in command.split("-"))
        shape = (
            botocore.session.get_session().get_service_model(service).operation_model(operation).input_shape
        )
        options = {"".join(word.title() for word in name[2:].split("-")) for name in arguments[::2]}
        # The CLI shortens UserPoolId to --user-pool-id, and so on.
        assert program == "aws"
        assert shape is not None
        assert options <= shape.members.keys()
        assert set(shape.required_members) <= options

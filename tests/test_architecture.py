"""The diagram of the architecture is generated from the template, on both pages that show it."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from tests.templates import architecture
from tests.templates.architecture import BLOCK, TABLE
from twin_stack.architecture import mermaid, permissions_table
from twin_stack.cli import app

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.templates import Synthesized

NODE = re.compile(r'  (\w+)(\[|\(\[|\[\(|\[/)"[^"|]+"(\]|\]\)|\)\]|/\])')
EDGE = re.compile(r'  (\w+) (-->|-\.->)(\|"([^"|]+)"\|)? (\w+)')


@pytest.fixture(scope="module")
def template() -> dict[str, Any]:
    return architecture.template()


@pytest.fixture(scope="module")
def edges(template: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Start, end and words of every arrow, nodes without their hashes."""
    matches = [EDGE.fullmatch(line) for line in mermaid(template).splitlines()]
    return [(_short(match[1]), _short(match[5]), match[4] or "") for match in matches if match]


def _short(name: str) -> str:
    return re.sub(r"[0-9A-F]{8}$", "", name)


def test_pages_show_the_template_as_it_is(template: dict[str, Any]) -> None:
    for path, text in architecture.pages(template):
        assert path.read_text(encoding="utf-8") == text, f"{path.name} is old; run make architecture"
        assert len(BLOCK.findall(text)) == 1
    page = architecture.ROOT / "docs" / "architecture.md"
    assert len(TABLE.findall(page.read_text(encoding="utf-8"))) == 1


def test_every_line_is_a_node_or_an_arrow_between_nodes(template: dict[str, Any]) -> None:
    first, *lines = mermaid(template).splitlines()
    nodes = {match[1] for line in lines if (match := NODE.fullmatch(line))}
    arrows = [match for line in lines if (match := EDGE.fullmatch(line))]

    assert first == "flowchart LR"
    assert len(nodes) + len(arrows) == len(lines)
    assert {end for match in arrows for end in (match[1], match[5])} == nodes


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        ("Devices", "TopicRuleTemperatures", "iot:Publish factory/+/temperature"),
        ("TopicRuleTemperatures", "Table", "dynamodb:PutItem"),
        ("TopicRulePresses", "SiteWise", "iotsitewise:BatchPutAssetPropertyValue"),
        ("TopicRulePresses", "IngestDeadLettersQueue", "sqs:SendMessage"),
        ("Table", "ConnectorsTelemetryFunction", "dynamodb:Query"),
        ("SiteWise", "ConnectorsHistorianFunction", "GetAssetPropertyValueHistory"),
        ("Table", "AlarmsFunction", "GetRecords"),
        ("AlarmsFunction", "Table", "dynamodb:DeleteItem, PutItem, UpdateItem"),
        ("ConnectorsTelemetryFunction", "Workspace", "lambda:InvokeFunction"),
        ("Workspace", "arn_aws_iam__111122223333_role_grafana", "iottwinmaker:"),
        ("Bucket", "arn_aws_iam__111122223333_role_grafana", "s3:GetObject"),
        ("AlarmsFunction", "arn_aws_sns_us_east_1_111122223333_plant_alarms", "sns:Publish"),
        ("Workspace", "Page", "credentials of its user"),
    ],
)
def test_chain_from_device_to_dashboard_is_drawn(
    edges: list[tuple[str, str, str]], start: str, end: str, words: str
) -> None:
    assert [
        label for source, target, label in edges if (source, target) == (start, end) and words in label
    ], edges


def test_arrow_changes_when_a_role_may_do_more(template: dict[str, Any]) -> None:
    changed = json.loads(json.dumps(template))
    roles = {
        name: resource for name, resource in changed["Resources"].items() if "RulesTemperaturesRole" in name
    }
    ((name, role),) = roles.items()
    (table, _) = role["Properties"]["Policies"][0]["PolicyDocument"]["Statement"]
    table["Action"] = [table["Action"], "dynamodb:DeleteTable"]

    assert f"{_short(name)}<br/>dynamodb:PutItem, DeleteTable" in mermaid(changed)
    assert "`dynamodb:PutItem`, `dynamodb:DeleteTable`" in permissions_table(changed)


def test_table_has_every_role_and_every_action(template: dict[str, Any]) -> None:
    table = permissions_table(template)
    text = json.dumps(template)

    roles = [name for name, resource in template["Resources"].items() if resource["Type"] == "AWS::IAM::Role"]
    assert len(roles) > 5
    assert [name for name in roles if f"| {_short(name)} |" not in table] == []
    for service in ("dynamodb", "sqs", "s3", "iottwinmaker", "iotsitewise", "lambda", "logs"):
        actions = set(re.findall(rf'"({service}:[A-Z]\w+)"', text)) - {"s3:PutObjectLegalHold"}
        assert actions, service
        assert [action for action in actions if action not in table] == []


@pytest.mark.slow
@pytest.mark.parametrize("name", ["building", "windfarm", "minimal"])
def test_other_models_can_be_drawn(name: str, request: pytest.FixtureRequest) -> None:
    model: Synthesized = request.getfixturevalue(name)
    lines = mermaid(model.template).splitlines()

    assert len(lines) > 2
    assert all(NODE.fullmatch(line) or EDGE.fullmatch(line) for line in lines[1:])
    # Of the building TwinMaker itself reads SiteWise, and no function.
    expected = {"building": "SiteWise --> ", "windfarm": "Table", "minimal": "Workspace"}
    assert any(line.strip().startswith(expected[name].split(" ")[0]) for line in lines)


def test_command_prints_the_diagram_of_the_page(template: dict[str, Any], tmp_path: Path) -> None:
    file = tmp_path / "t.json"
    file.write_text(json.dumps(template), encoding="utf-8")
    result = CliRunner().invoke(app, ["architecture", str(file)])

    assert result.exit_code == 0
    assert BLOCK.findall(result.stdout) == [mermaid(template)]
    assert permissions_table(template) in result.stdout


@pytest.mark.parametrize("text", [None, "", "[]", "{}", '{"Resources": {"a": {}}}'])
def test_command_reports_a_missing_template(tmp_path: Path, text: str | None) -> None:
    file = tmp_path / "t.json"
    if text is not None:
        file.write_text(text, encoding="utf-8")
    result = CliRunner().invoke(app, ["architecture", str(file)])

    assert result.exit_code == 1
    assert result.stderr.startswith(f"error: cannot draw {file}: ")
    assert "make synth" in result.stderr


def test_mistake_of_the_drawing_is_not_reported_as_one_of_the_file(
    template: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: object) -> str:
        raise KeyError("Sql")

    file = tmp_path / "t.json"
    file.write_text(json.dumps(template), encoding="utf-8")
    monkeypatch.setattr("twin_stack.architecture.document", fail)

    assert isinstance(CliRunner().invoke(app, ["architecture", str(file)]).exception, KeyError)


@pytest.mark.parametrize("principal", ["*", {"AWS": "*"}, {"AWS": "*", "Service": "lambda.amazonaws.com"}])
def test_statements_of_other_tools_are_listed(principal: Any) -> None:
    trust = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    excluding = {"Effect": "Allow", "NotAction": "iam:*", "NotResource": ["arn:aws:s3:::plant"]}
    properties = {
        "AssumeRolePolicyDocument": {"Statement": trust},
        "Policies": [{"PolicyDocument": {"Statement": excluding}}],
    }
    roles = {"Reader": {"Type": "AWS::IAM::Role", "Properties": properties}}

    table = permissions_table({"Resources": roles})
    assert table.splitlines()[2:] == [r"| Reader | \* | `all but iam:*` | `all but s3:plant` |"]

"""Texts of a definition or a template go through each output as data: page, dashboards, template, picture."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from aws_cdk import App

from tests.definition.models import finding_lines, write
from tests.support.hostile_texts import HOSTILE_TEXTS, obeyed_characters
from tests.support.page_data import read_twin
from twin_stack import TwinStack, architecture
from twin_stack.definition import load
from twin_stack.grafana import Settings, generate
from twin_stack.package_data import built_page
from twin_stack.preview import render_page

if TYPE_CHECKING:
    from pathlib import Path

    from twin_stack.definition import TwinDefinition

TEXTS = [text for text in HOSTILE_TEXTS.values() if "\n" not in text]
"""Texts in one line, which a description and a unit may have."""
SCRIPTS_OF_THE_PAGE = 4
NODE = re.compile(r'  \w+(\[|\(\[|\[\(|\[/)"[^"]+"(\]|\]\)|\)\]|/\])')
EDGE = re.compile(r'  \w+ (-->|-\.->)(\|"[^"]+"\|)? \w+')


@pytest.fixture(scope="module")
def definition(tmp_path_factory: pytest.TempPathFactory) -> TwinDefinition:
    """Load a definition with each text in each member that takes any text."""
    types = {
        f"com.e.T{number}": {
            "description": text,
            "propertyDefinitions": {
                "p": {
                    "dataType": {"type": "DOUBLE", "unitOfMeasure": text},
                    "displayName": text,
                    "isTimeSeries": True,
                },
                "q": {"dataType": {"type": "STRING", "allowedValues": [text]}, "defaultValue": text},
            },
            "functions": {"dataReader": {"connector": "telemetry"}},
        }
        for number, text in enumerate(TEXTS)
    }
    entities = {
        f"m-{number}": {
            "entityName": f"M {number}",
            "description": text,
            "components": {"c": {"componentTypeId": f"com.e.T{number}", "properties": {"q": text}}},
        }
        for number, text in enumerate(TEXTS)
    }
    overlays = [
        {
            "type": "DataOverlay",
            "dataRows": [{"rowType": "Markdown", "content": text}],
            "valueDataBindings": [],
        }
        for text in TEXTS
        if "](javascript:" not in text
    ]
    nodes = [{"name": text, "components": [overlay]} for text, overlay in zip(TEXTS, overlays, strict=False)]
    files = {
        "component_types/t.json": json.dumps(types),
        "entities/e.json": json.dumps(entities),
        "scenes/hall.json": json.dumps({"nodes": nodes, "description": TEXTS[0]}),
    }
    return load(write(tmp_path_factory.mktemp("hostile"), files))


@pytest.mark.skipif(built_page() is None, reason="the page is not built: make page")
def test_preview_has_no_other_script_and_the_exact_texts(definition: TwinDefinition) -> None:
    html = render_page(definition).html
    assert html.lower().count("<script") == html.lower().count("</script") == SCRIPTS_OF_THE_PAGE
    assert "<!--" not in html
    descriptions = [entity["description"] for entity in read_twin(html)["entities"]]
    assert descriptions == TEXTS


def test_dashboards_are_json_and_show_no_free_text_as_html(definition: TwinDefinition) -> None:
    settings = Settings(version="13.1", page="https://example.com/")
    files = generate(definition, settings, workspace_id=definition.workspace_id)
    assert len(files) > 5
    contents: list[str] = []
    for path, text in files.items():
        document: Any = json.loads(text) if path.endswith(".json") else yaml.safe_load(text)
        if path.endswith(".json"):
            contents += [
                panel["options"]["content"] for panel in document["panels"] if panel.get("type") == "text"
            ]
    assert contents
    for content in contents:
        assert not re.search(r"<script|<img|onerror|javascript:|jndi", content), content


def test_template_has_the_exact_texts(definition: TwinDefinition) -> None:
    app = App(analytics_reporting=False)
    TwinStack(app, "Twin", definition=definition)
    template = app.synth().get_stack_by_name("Twin").template
    entities = [
        resource["Properties"]
        for resource in template["Resources"].values()
        if resource["Type"] == "AWS::IoTTwinMaker::Entity"
    ]
    assert {entity["EntityId"]: entity["Description"] for entity in entities} == {
        f"m-{number}": text for number, text in enumerate(TEXTS)
    }


@pytest.mark.parametrize("text", HOSTILE_TEXTS.values(), ids=HOSTILE_TEXTS)
def test_picture_of_a_template_is_made_of_nodes_and_arrows(text: str) -> None:
    name = f"{text}0A1B2C3D"
    statement = {
        "Effect": "Allow",
        "Action": [f"dynamodb:{text}", f"dynamodb:Get{text}"],
        "Resource": [{"Fn::GetAtt": ["Table", "Arn"]}, f"arn:aws:sns:eu-west-1:1:{text}"],
        "Condition": {"StringEquals": {text: text}},
    }
    role = {
        "AssumeRolePolicyDocument": {"Statement": [{"Principal": {"AWS": text}}]},
        "ManagedPolicyArns": [f"arn:aws:iam::aws:policy/{text}"],
        "Policies": [{"PolicyDocument": {"Statement": [statement]}}],
    }
    rule = {"TopicRulePayload": {"Sql": f"SELECT * FROM '{text.replace(chr(39), '')}'"}}
    template = {
        "Resources": {
            "Table": {"Type": "AWS::DynamoDB::Table", "Properties": {}},
            name: {"Type": "AWS::IAM::Role", "Properties": role},
            f"{text}Policy": {"Type": "AWS::IoT::Policy", "Properties": {}},
            f"{text}Rule": {"Type": "AWS::IoT::TopicRule", "Properties": rule},
        }
    }
    document = architecture.document(template)
    assert obeyed_characters(document) == []
    opening, first, *lines = document.splitlines()
    assert (opening, first) == ("```mermaid", "flowchart LR")
    end = lines.index("```")
    assert end > 3
    for line in lines[:end]:
        assert NODE.fullmatch(line) or EDGE.fullmatch(line), line
        assert not re.search(r"<(?!br/>)|javascript:alert\(1\)\"|%%|`", line), line
    table = [line for line in lines[end + 1 :] if line]
    assert len(table) > 3
    for line in table:
        assert len(re.findall(r"(?<!\\)\|", line)) == 5, line
        outside_of_code = re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", "", line)
        assert not re.search(r"(?<!\\)[<\[]", outside_of_code), line


SECRET = "{{resolve:secretsmanager:prod/database:SecretString:password}}"


@pytest.mark.parametrize(
    "text",
    [
        SECRET,
        f"a {SECRET} b",
        "{{resolve:ssm:/prod/key:1}}",
        "{{ resolve:ssm-secure:x}}",
        "${Token[TOKEN.5]}",
        "#{Token[A.1]}",
    ],
)
def test_text_that_a_deployment_replaces_is_a_finding(text: str, tmp_path: Path) -> None:
    types = {
        "com.e.T": {
            "description": text,
            "propertyDefinitions": {"q": {"dataType": "STRING", "defaultValue": text}},
        }
    }
    components = {"c": {"componentTypeId": "com.e.T", "properties": {"q": text}}}
    child = {"entityName": "M2", "description": text}
    entity = {"entityName": "M1", "components": components, "tags": {"k": text}, "children": {"m-2": child}}
    model = write(
        tmp_path / "model",
        {
            "component_types/t.json": json.dumps(types),
            "entities/e.json": json.dumps({"m-1": entity}),
            "entities/rows.csv": f'id,text\n1,"{text}"\n',
            "entities/rows.yaml": "forEach: {csv: rows.csv}\n"
            "entity: {entityId: 'r-${row.id}', entityName: R1, description: '${row.text}'}\n",
        },
    )
    places = [line.split()[0].split(":")[0] for line in finding_lines(model) if " TWIN033 " in line]
    assert places == ["component_types/t.json"] * 2 + ["entities/e.json"] * 3 + ["entities/rows.csv"]


@pytest.mark.parametrize("key", ["Ref", "Fn::ImportValue", "Fn::Sub", "Fn::GetAtt"])
def test_mapping_that_is_a_function_of_cloudformation_is_a_finding(key: str, tmp_path: Path) -> None:
    entity = {"entityName": "M1", "tags": {key: "TwinTelemetryTable9F86F72D"}}
    model = write(tmp_path / "model", {"entities/e.json": json.dumps({"m-1": entity})})
    assert [line.split()[1] for line in finding_lines(model)] == ["TWIN033"]


def test_texts_with_other_braces_are_accepted(tmp_path: Path) -> None:
    entity = {
        "entityName": "M1",
        "description": "{{resolved}} ${row} ${AWS::Region} Token[1]",
        "tags": {"Ref": "a", "k": "b"},
    }
    assert finding_lines(write(tmp_path / "model", {"entities/e.json": json.dumps({"m-1": entity})})) == []

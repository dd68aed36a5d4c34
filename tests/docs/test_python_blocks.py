"""The Python of the documentation that makes apps, and statements that constructs make."""

from __future__ import annotations

import json
import runpy
import shutil
from collections import Counter
from functools import partial
from typing import TYPE_CHECKING

import aws_cdk
import pytest
from aws_cdk import App, Stack, assertions, aws_iam, aws_kms

from tests.constructs.statements import flat
from tests.support.code_blocks import ROOT, CodeBlock, code_blocks
from twin_stack import DigitalTwin, GrafanaDashboardRole, load
from twin_stack.constructs.encryption import allow_log_encryption

if TYPE_CHECKING:
    from pathlib import Path

APPS = [*code_blocks("docs/cdk-app.md"), *code_blocks("docs/viewer.md", "python")]


@pytest.mark.slow
def test_apps_synthesize(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(ROOT / "models", tmp_path / "models")
    monkeypatch.chdir(tmp_path)
    # As in other programs: the CDK checks the types of arguments.
    monkeypatch.setattr("jsii._type_checking._resolved_check", None)
    assemblies = []
    for number, block in enumerate(APPS):
        file = tmp_path / f"example_{number}.py"
        file.write_text(block.text, encoding="utf-8")
        out = file.with_suffix(".out")
        monkeypatch.setattr(aws_cdk, "App", partial(App, outdir=str(out)))
        runpy.run_path(str(file))
        assemblies.append(out)

    whole, built, pieces, delivery, options, plants, page = assemblies
    assert count_types(whole / "Plant.template.json")["AWS::IoTTwinMaker::Entity"] == 4
    assert count_types(whole / "Plant.template.json")["AWS::IoTTwinMaker::Scene"] == 1
    assert count_types(built / "Plant.template.json")["AWS::IoTTwinMaker::Entity"] == 8
    types = count_types(pieces / "Plant.template.json")
    assert types["AWS::IoTTwinMaker::Entity"] == types["AWS::IoTTwinMaker::ComponentType"] == 1
    assert count_types(delivery / "Delivery.template.json")["AWS::CodePipeline::Pipeline"] == 1
    for stage in ("Test", "Production"):
        (template,) = (delivery / f"assembly-Delivery-{stage}").glob("*.template.json")
        assert count_types(template)["AWS::IoTTwinMaker::Entity"] == 4
    text = (options / "Plant.template.json").read_text(encoding="utf-8")
    assert text.count('"ReservedConcurrentExecutions": 20') == 1
    resources = json.loads((plants / "Plants.template.json").read_text(encoding="utf-8"))["Resources"]
    entities = [item for item in resources.values() if item["Type"] == "AWS::IoTTwinMaker::Entity"]
    assert [item["Properties"]["Tags"] for item in entities] == [{"cost-center": "4711"}] * 8
    assert count_types(page / "Plant.template.json")["AWS::CloudFront::Distribution"] == 1
    (topic,) = [item for item in resources.values() if item["Type"] == "AWS::SNS::Topic"]
    assert [resources[name]["Properties"]["EntityId"] for name in topic["DependsOn"]] == ["machine-001"]


def count_types(template: Path) -> Counter[str]:
    resources = json.loads(template.read_text(encoding="utf-8"))["Resources"]
    return Counter(resource["Type"] for resource in resources.values())


@pytest.mark.parametrize("block", code_blocks("docs/deploy.md", "json"), ids=str)
def test_statement_for_a_key_is_the_one_of_the_constructs(block: CodeBlock) -> None:
    stack = Stack(App(), "Plant", env={"account": "111122223333", "region": "eu-west-1"})
    allow_log_encryption(stack, aws_kms.Key(stack, "Key"))
    (key,) = assertions.Template.from_stack(stack).find_resources("AWS::KMS::Key").values()
    *_, statement = key["Properties"]["KeyPolicy"]["Statement"]
    condition = statement["Condition"]["ArnLike"]
    statement["Condition"]["ArnLike"] = {
        name: flat(arn).replace("<AWS::Partition>", "aws") for name, arn in condition.items()
    }

    assert statement == json.loads(block.text)


@pytest.mark.slow
@pytest.mark.parametrize("block", code_blocks("docs/grafana.md", "python"), ids=str)
def test_lines_for_an_own_stack_synthesize(block: CodeBlock) -> None:
    stack = Stack(App(), "Plant")
    twin = DigitalTwin(stack, "Twin", definition=load(ROOT / "models" / "minimal"))
    names = {"self": stack, "twin": twin, "iam": aws_iam, "GrafanaDashboardRole": GrafanaDashboardRole}

    exec(block.text, names)

    assert isinstance(stack.node.find_child("Dashboards"), GrafanaDashboardRole)

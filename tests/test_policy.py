"""The checks at synthesis: a finding fails it, and only where checks were asked for."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import pytest
from aws_cdk import App, Stack, Stage
from aws_cdk import aws_sns as sns

from twin_stack import TwinError
from twin_stack.policy import apply_checks

if TYPE_CHECKING:
    from pathlib import Path


def unencrypted_topic(scope: App | Stage) -> None:
    sns.Topic(Stack(scope, "Stack"), "Topic")


@pytest.mark.slow
def test_finding_fails_the_synthesis_and_is_in_the_report(tmp_path: Path) -> None:
    app = App(outdir=str(tmp_path), builtin_cloud_formation_validation=False)
    unencrypted_topic(app)
    apply_checks(app)

    with pytest.raises(RuntimeError, match="ValidationFailed"):
        app.synth()

    report = json.loads((tmp_path / "validation-report.json").read_text(encoding="utf-8"))
    rules = [
        violation["ruleName"] for plugin in report["pluginReports"] for violation in plugin["violations"]
    ]
    assert any(rule.startswith("AwsSolutions-SNS3") for rule in rules)


def test_other_stages_are_not_checked(tmp_path: Path) -> None:
    app = App(outdir=str(tmp_path), builtin_cloud_formation_validation=False)
    unencrypted_topic(Stage(app, "Unchecked"))
    apply_checks(Stage(app, "Checked"))

    assert app.synth().nested_assemblies


def test_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cdk_nag", None)

    with pytest.raises(TwinError, match=r"pip install 'twin-stack\[nag\]'"):
        apply_checks(App())

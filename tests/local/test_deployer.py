"""The app's CDK CLI and its environment; tests/security/test_interruptions.py interrupts it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.support.broken_app import write_cli
from twin_stack.local import deployer
from twin_stack.local.deployer import Deployer
from twin_stack.local.state import Access, LocalError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


pytestmark = pytest.mark.deploy


def make_deployer(app: Path) -> Deployer:
    """A deployer for an embedded AWS that does not run."""
    return Deployer(app, Access("http://127.0.0.1:1", "x" * 43), app)


def test_remedy_is_named_when_the_cli_is_not_installed(broken: Path) -> None:
    with pytest.raises(LocalError) as caught:
        make_deployer(broken).prepare()

    assert str(caught.value) == (
        f"the CDK CLI is not in {broken}/node_modules/.bin; run `npm ci` in {broken}"
    )


def test_cli_has_no_aws_settings_of_the_user(broken: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_cli(broken, 'env > "$PWD/env.$1"')
    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "real")
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "https://s3.amazonaws.com")
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy:3128")

    make_deployer(broken).prepare()
    make_deployer(broken).run("deploy")

    for verb in ("bootstrap", "synth", "deploy"):
        lines = (broken / f"env.{verb}").read_text().splitlines()
        seen = dict(line.split("=", 1) for line in lines if "=" in line)
        assert {name: value for name, value in seen.items() if name.startswith("AWS_")} == {
            "AWS_ENDPOINT_URL": "http://127.0.0.1:1",
            "AWS_ACCESS_KEY_ID": "000000000000",
            "AWS_SECRET_ACCESS_KEY": "x" * 43,
            "AWS_REGION": "us-east-1",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_DISABLE_HOST_PREFIX_INJECTION": "true",
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": "/dev/null",
            "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
        }
        assert seen["NO_PROXY"] == "127.0.0.1,localhost"


def test_app_is_synthesized_once_when_it_is_bootstrapped(broken: Path) -> None:
    write_cli(broken, 'printf "%s\\n" "$@" > "$PWD/arguments.$1"')

    make_deployer(broken).prepare()

    verb, environment, option, app, *_ = (broken / "arguments.bootstrap").read_text().splitlines()
    assert (verb, environment) == ("bootstrap", "aws://000000000000/us-east-1")
    # The CLI synthesizes the app of cdk.json at a bootstrap, unless there is none.
    assert (option, app) == ("--app", "")
    assert (broken / "arguments.synth").exists()


def test_failed_resources_have_the_construct_paths_of_the_deployed_assembly(
    broken: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_cli(broken, "exit 1")
    pump = {"Metadata": {"aws:cdk:path": "Plant/Twin/pump"}}
    assembly = tmp_path / "elsewhere"
    assembly.mkdir()
    (assembly / "Plant.template.json").write_text(json.dumps({"Resources": {"Pump1A2B": pump}}))

    class Failures:
        """Failures of one resource."""

        def __init__(self, _client: object) -> None:
            pass

        def describe_failures(self, paths: Mapping[str, str]) -> str:
            return f"CREATE_FAILED {paths.get('Pump1A2B')}"

    monkeypatch.setattr(deployer, "OperationEvents", Failures)

    with pytest.raises(deployer.DeployError, match="CREATE_FAILED Twin/pump"):
        make_deployer(broken).deploy(assembly)

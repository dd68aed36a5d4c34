"""Synthesis for tests, and templates in a readable form."""

from __future__ import annotations

import atexit
import json
import re
import shutil
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aws_cdk import App, CloudFormationValidatePlugin, Stack, Validations

from twin_stack.policy import apply_checks

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Template = dict[str, Any]

ROOT = Path(__file__).resolve().parents[2]
_OUT = Path(tempfile.mkdtemp(prefix="twin-stack-tests-"))
atexit.register(shutil.rmtree, _OUT, ignore_errors=True)

_STAGING_IS_OFF = "aws:cdk:disable-asset-staging"
"""The CDK's own switch: assets stay where they are. Templates are the same."""

_ASSET_HASH = re.compile(r"\b[0-9a-f]{64}\b")


def cdk_context() -> dict[str, Any]:
    """The context of cdk.json, which an App made in a test does not read by itself."""
    context: dict[str, Any] = json.loads((ROOT / "cdk.json").read_text(encoding="utf-8"))["context"]
    return context


@cache
def cloudformation_rules() -> CloudFormationValidatePlugin:
    """Return the CDK's own validation of templates, as one of a process: its engine starts in 3 s."""
    return CloudFormationValidatePlugin()


def add_validation(app: App) -> None:
    """Validate an app as the app of this repository is: by the CDK and by cdk-nag. Tests have both off."""
    Validations.of(app).add_plugins(cloudformation_rules())
    apply_checks(app)


def normalised(template: Template) -> Template:
    """The template without what changes for no reason of ours: asset hashes, bootstrap, paths."""
    without_bootstrap = {key: value for key, value in template.items() if key not in {"Parameters", "Rules"}}
    parameters = {
        name: value for name, value in template.get("Parameters", {}).items() if name != "BootstrapVersion"
    }
    if parameters:
        without_bootstrap["Parameters"] = parameters
    text = _ASSET_HASH.sub("HASH", json.dumps(without_bootstrap))
    result: Template = json.loads(text)
    for resource in result.get("Resources", {}).values():
        metadata = resource.get("Metadata", {})
        for key in [key for key in metadata if key.startswith("aws:")]:
            del metadata[key]
        if not metadata:
            resource.pop("Metadata", None)
    return result


@dataclass(frozen=True)
class Synthesized:
    """One synthesized stack: its template, and the warnings made on the way."""

    template: Template
    warnings: list[str]
    directory: Path

    @property
    def resources(self) -> dict[str, dict[str, Any]]:
        """All resources by logical id."""
        resources: dict[str, dict[str, Any]] = self.template.get("Resources", {})
        return resources

    def all_of(self, type_name: str) -> dict[str, dict[str, Any]]:
        """The resources of one type by logical id."""
        return {k: r for k, r in self.resources.items() if r["Type"] == type_name}

    def id_of(self, type_name: str) -> str:
        """The logical id of the one resource of a type."""
        (logical_id,) = self.all_of(type_name)
        return logical_id

    def one(self, type_name: str) -> dict[str, Any]:
        """The one resource of a type."""
        return self.resources[self.id_of(type_name)]

    def properties(self, type_name: str) -> dict[str, Any]:
        """The properties of the one resource of a type."""
        properties: dict[str, Any] = self.one(type_name)["Properties"]
        return properties


def synthesize(
    build: Callable[[Stack], object],
    *,
    context: Mapping[str, Any] | None = None,
    name: str = "Test",
    validate: bool = False,
    copies_files: bool = False,
    prepare: Callable[[App], object] = lambda _: None,
) -> Synthesized:
    """Build one stack with the feature flags of cdk.json and synthesize it (50 ms once warm).

    Args:
        build: fills the stack.
        context: more context.
        name: the stack's name.
        validate: run the CDK's own validation, too.
        copies_files: copy the files of assets to the cloud assembly, which takes up to a quarter of the time.
        prepare: does something to the app first.
    """
    directory = Path(tempfile.mkdtemp(dir=_OUT))
    app = App(
        context={**cdk_context(), _STAGING_IS_OFF: not copies_files, **(context or {})},
        outdir=str(directory),
        builtin_cloud_formation_validation=False,
    )
    if validate:
        Validations.of(app).add_plugins(cloudformation_rules())
    prepare(app)
    stack = Stack(app, name)
    build(stack)
    assembly = app.synth()
    artifact = assembly.get_stack_artifact(stack.artifact_id)
    return Synthesized(
        template=json.loads((directory / f"{stack.artifact_id}.template.json").read_text(encoding="utf-8")),
        warnings=[
            str(message.entry.data) for message in artifact.messages if message.level.name == "WARNING"
        ],
        directory=directory,
    )

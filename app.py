"""The CDK app: one stack, the twin of the chosen stage (``-c stage=prod``)."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aws_cdk import App, Environment, RemovalPolicy
from aws_cdk import aws_logs as logs

from twin_stack import DefinitionError, TwinStack, load
from twin_stack.definition.source import read
from twin_stack.policy import apply_checks
from twin_stack.settings import CONTEXT_KEY, RETENTION_DAYS, read_stage
from twin_stack.stack import stack_name

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).resolve().parent


def build_app(*, context: Mapping[str, Any] | None = None, outdir: str | None = None) -> App:
    """Return the app, ready to synthesize.

    ``cdk.json`` is read here too, so that the same template comes out with and without the CDK CLI.

    Args:
        context: Values that go before those of ``cdk.json``; those of the CLI (``-c``) go before both.
            Default: none.
        outdir: Folder of the cloud assembly. Default: what the CDK CLI asks for.

    Raises:
        DefinitionError: With every mistake of the settings, or of the definition.
    """
    file = _shown("cdk.json")
    written = read(file)["context"]
    app = App(context={**written, **(context or {})}, outdir=outdir)
    given = app.node.try_get_context(CONTEXT_KEY)
    # What is written has places for messages; what comes from the command line has none.
    located = written[CONTEXT_KEY] if given == written.get(CONTEXT_KEY) else given
    stage = read_stage(located, app.node.try_get_context("stage"), file=file)
    settings = stage.settings
    definition = load(_shown(settings.model))
    workspace_id = stage.workspace_id(definition.workspace_id)
    TwinStack(
        app,
        stack_name(workspace_id),
        definition=definition,
        workspace_id=workspace_id,
        cors_origins=settings.cors_origins,
        removal_policy=RemovalPolicy.DESTROY if settings.removal == "destroy" else RemovalPolicy.RETAIN,
        log_retention=logs.RetentionDays[RETENTION_DAYS[settings.log_retention_days]],
        env=Environment(account=settings.account, region=settings.region),
        description=definition.twin.description,
    )
    apply_checks(app)
    return app


def _shown(path: str) -> Path:
    """Return a path of the app's folder as the user would type it, for messages."""
    return Path(os.path.relpath(ROOT / path))


def main() -> int:
    """Synthesize; return the exit code."""
    try:
        build_app().synth()
    except DefinitionError as error:
        for finding in error.findings:
            print(finding, file=sys.stderr)  # noqa: T201
        count = len(error.findings)
        print(f"{count} mistake{'' if count == 1 else 's'}, nothing synthesized", file=sys.stderr)  # noqa: T201
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

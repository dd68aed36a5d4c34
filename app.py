"""The CDK app: one stack, the twin of the chosen stage (``-c stage=prod``)."""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aws_cdk import App

ROOT = Path(__file__).resolve().parent


def build_app(*, context: Mapping[str, Any] | None = None, outdir: str | None = None) -> App:
    """Return the app, ready to synthesize.

    ``-c model=PATH`` takes another definition than the stage's.
    ``cdk.json`` is read here too, so that the same template comes out with and without the CDK CLI.

    Args:
        context: Values that go before those of ``cdk.json``; those of the CLI (``-c``) go before both.
            Default: none.
        outdir: Folder of the cloud assembly. Default: what the CDK CLI asks for.

    Raises:
        DefinitionError: With every mistake of the settings, or of the definition.
    """
    # Imported here, so that main() can switch the garbage collector off before.
    from aws_cdk import App, Environment, RemovalPolicy  # noqa: PLC0415
    from aws_cdk import aws_logs as logs  # noqa: PLC0415

    from twin_stack import GrafanaAccess, OperationsThresholds, TwinStack, load  # noqa: PLC0415
    from twin_stack.definition.source import read  # noqa: PLC0415
    from twin_stack.settings import CONTEXT_KEY, RETENTION_DAYS, read_stage  # noqa: PLC0415
    from twin_stack.stack import stack_name  # noqa: PLC0415

    file = _shown("cdk.json")
    written = read(file)["context"]
    app = App(context={**written, **(context or {})}, outdir=outdir)
    given = app.node.try_get_context(CONTEXT_KEY)
    # What is written has places for messages; what comes from the command line has none.
    located = written[CONTEXT_KEY] if given == written.get(CONTEXT_KEY) else given
    stage = read_stage(located, app.node.try_get_context("stage"), file=file)
    settings = stage.settings
    definition = load(_shown(app.node.try_get_context("model") or settings.model))
    workspace_id = stage.workspace_id(definition.workspace_id)
    watched = settings.operations
    TwinStack(
        app,
        stack_name(workspace_id),
        definition=definition,
        workspace_id=workspace_id,
        cors_origins=settings.cors_origins,
        removal_policy=RemovalPolicy.DESTROY if settings.removal == "destroy" else RemovalPolicy.RETAIN,
        log_retention=logs.RetentionDays[RETENTION_DAYS[settings.log_retention_days]],
        alarm_topic_arn=settings.alarm_topic_arn,
        operations=OperationsThresholds(**watched.thresholds) if watched.enabled else None,
        operations_topic_arn=watched.topic_arn,
        grafana=GrafanaAccess(**settings.grafana.model_dump()) if settings.grafana is not None else None,
        env=Environment(account=settings.account, region=settings.region),
        description=definition.twin.description,
    )
    if os.environ.get("CDK_VALIDATION") != "false":  # the CDK's own switch for all validation
        from twin_stack.policy import apply_checks  # noqa: PLC0415

        apply_checks(app)
    return app


def _shown(path: str) -> Path:
    """Return a path of the app's folder as the user would type it, for messages."""
    return Path(os.path.relpath(ROOT / path))


def main() -> int:
    """Synthesize; return the exit code."""
    # A synthesis is short and leaves no cycles worth collecting; looking for them is a sixth of its time,
    # a third of that when Python exits.
    gc.disable()
    # jsii prints a banner for Node 20, which the CDK still works on. The Makefile does this for its commands.
    os.environ.setdefault("JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION", "20")
    from twin_stack import DefinitionError  # noqa: PLC0415

    try:
        build_app().synth()
        return 0
    except DefinitionError as error:
        for finding in error.findings:
            print(finding, file=sys.stderr)  # noqa: T201
        count = len(error.findings)
        print(f"{count} mistake{'' if count == 1 else 's'}, nothing synthesized", file=sys.stderr)  # noqa: T201
        return 1
    finally:
        gc.freeze()


if __name__ == "__main__":
    sys.exit(main())

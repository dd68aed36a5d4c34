"""The CDK app: one stack with the twin of the selected stage (``-c stage=prod``)."""

from __future__ import annotations

import gc
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aws_cdk import App

    from twin_stack import FunctionOptions, WebAppAttributes
    from twin_stack.definition.schema import StageConnector, StageWebApp

ROOT = Path(__file__).resolve().parent


def build_app(*, context: Mapping[str, Any] | None = None, outdir: str | None = None) -> App:
    """Return the app, ready to synthesize.

    ``-c model=PATH`` replaces the stage's definition. ``-c plan=FILE`` refuses a definition that differs from
    the one which ``twin plan --out FILE`` reviewed. ``cdk.json`` is read here as well, so that the template
    is the same with and without the CDK CLI.

    Args:
        context: Values that override those of ``cdk.json``; values of the CLI (``-c``) override both.
            Default: none.
        outdir: The folder of the cloud assembly. Default: the folder that the CDK CLI passes.

    Raises:
        DefinitionError: The settings or the definition have mistakes; lists all of them.
        TwinError: The definition is not the one of the plan.
    """
    # Imported here, because main() turns the garbage collector off before these imports.
    from aws_cdk import App, Environment, PermissionsBoundary, RemovalPolicy  # noqa: PLC0415
    from aws_cdk import aws_lambda as lambda_  # noqa: PLC0415
    from aws_cdk import aws_logs as logs  # noqa: PLC0415

    from twin_stack import (  # noqa: PLC0415
        DefinitionError,
        GrafanaAccess,
        NetworkAttributes,
        OperationsThresholds,
        TwinStack,
        load,
    )
    from twin_stack.definition.files import read  # noqa: PLC0415
    from twin_stack.definition.stages import stack_name  # noqa: PLC0415
    from twin_stack.settings import CONTEXT_KEY, RETENTION_DAYS, read_stage  # noqa: PLC0415

    file = _relative_path("cdk.json")
    file_context = read(file)["context"]
    app = App(context={**file_context, **(context or {})}, outdir=outdir)
    raw_settings = app.node.try_get_context(CONTEXT_KEY)
    # Values of the file have line numbers for messages; values of the command line have none.
    is_from_file = raw_settings == file_context.get(CONTEXT_KEY)
    located = file_context[CONTEXT_KEY] if is_from_file else raw_settings
    stage = read_stage(located, app.node.try_get_context("stage"), file=file)
    settings = stage.settings
    definition = load(_relative_path(app.node.try_get_context("model") or settings.model))
    if plan := app.node.try_get_context("plan"):
        from twin_stack.plan.promise import require_planned  # noqa: PLC0415

        require_planned(_relative_path(plan), definition)
    definition = stage.attach(definition)
    # The CDK CLI passes the account and region of the credentials.
    findings = stage.findings(
        _relative_path("."),
        account=os.environ.get("CDK_DEFAULT_ACCOUNT"),
        region=os.environ.get("CDK_DEFAULT_REGION"),
    )
    if findings:
        raise DefinitionError(sorted(findings))
    operations = settings.operations
    TwinStack(
        app,
        settings.stack_name or stack_name(stage.workspace_id(definition.workspace_id)),
        definition=definition,
        workspace_id=settings.workspace_id,
        data_name=settings.data_name,
        stage=stage.name,
        cors_origins=settings.cors_origins,
        removal_policy=RemovalPolicy.DESTROY if settings.removal == "destroy" else RemovalPolicy.RETAIN,
        log_retention=logs.RetentionDays[RETENTION_DAYS[settings.log_retention_days]],
        alarm_topic_arn=settings.alarm_topic_arn,
        operations=OperationsThresholds(**operations.thresholds) if operations.enabled else None,
        operations_topic_arn=operations.topic_arn,
        grafana=GrafanaAccess(**settings.grafana.model_dump()) if settings.grafana is not None else None,
        web_app=_web_app_attributes(settings.web_app) if settings.web_app is not None else None,
        access_logs_bucket_name=settings.access_logs_bucket,
        encryption_key_arn=settings.kms_key_arn,
        network=NetworkAttributes(
            settings.vpc.vpc_id, tuple(settings.vpc.subnet_ids), tuple(settings.vpc.security_group_ids)
        )
        if settings.vpc is not None
        else None,
        function_options={"tracing": lambda_.Tracing.ACTIVE} if settings.tracing else None,
        connector_options={
            name: _connector_options(connector) for name, connector in settings.connectors.items()
        },
        termination_protection=settings.termination_protection or None,
        tags=settings.tags or None,
        permissions_boundary=PermissionsBoundary.from_arn(settings.permissions_boundary_arn)
        if settings.permissions_boundary_arn is not None
        else None,
        env=Environment(account=settings.account, region=settings.region),
        description=definition.twin.description,
    )
    if os.environ.get("CDK_VALIDATION") != "false":  # the CDK's own switch for validation
        from twin_stack.policy import apply_checks  # noqa: PLC0415

        apply_checks(app)
    return app


def _connector_options(limits: StageConnector) -> FunctionOptions:
    """Return the options of a connector's function."""
    from aws_cdk import Duration  # noqa: PLC0415

    options: FunctionOptions = {}
    if limits.memory_size is not None:
        options["memory_size"] = limits.memory_size
    if limits.timeout_seconds is not None:
        options["timeout"] = Duration.seconds(limits.timeout_seconds)
    if limits.reserved_concurrent_executions is not None:
        options["reserved_concurrent_executions"] = limits.reserved_concurrent_executions
    return options


def _web_app_attributes(page: StageWebApp) -> WebAppAttributes:
    """Return the attributes of a stage's hosted page."""
    from aws_cdk import Duration  # noqa: PLC0415
    from aws_cdk import aws_cognito as cognito  # noqa: PLC0415

    from twin_stack import OperatorClaim, WebAppAttributes  # noqa: PLC0415

    zone, pool, oidc = page.hosted_zone, page.user_pool, page.oidc
    attributes = WebAppAttributes(
        domain_name=page.domain_name,
        certificate_arn=page.certificate_arn,
        hosted_zone=(zone.id, zone.name) if zone is not None else None,
        web_acl_arn=page.web_acl_arn,
        countries=tuple(page.countries),
        access_logs_bucket_name=page.access_logs_bucket,
        connect_origins=tuple(page.connect_origins),
        session=Duration.hours(page.session_hours) if page.session_hours is not None else None,
    )
    if oidc is not None:
        return replace(
            attributes,
            oidc_issuer=oidc.issuer,
            oidc_client_id=oidc.client_id,
            oidc_provider_arn=oidc.provider_arn,
            oidc_scopes=tuple(oidc.scopes) if oidc.scopes is not None else None,
            oidc_logout_url=oidc.logout_url,
            oidc_token_origins=tuple(oidc.token_origins),
            oidc_operators=OperatorClaim(**oidc.operators.model_dump())
            if oidc.operators is not None
            else None,
        )
    if pool is not None:
        return replace(
            attributes,
            user_pool_id=pool.id,
            user_pool_url=pool.url,
            has_managed_login=pool.managed_login,
            identity_providers=tuple(pool.identity_providers),
        )
    return replace(
        attributes,
        mfa=cognito.Mfa[(page.mfa or "required").upper()],
        saml_metadata_url=page.saml_metadata_url,
        sign_in_domain_prefix=page.sign_in_domain_prefix,
    )


def _relative_path(path: str) -> Path:
    """Return a path in the app's folder relative to the working directory, for messages."""
    return Path(os.path.relpath(ROOT / path))


def main() -> int:
    """Synthesize the app and return the exit code."""
    # A synthesis is short and creates few cycles, yet garbage collection takes a sixth of its time. A third
    # of that is the collection when Python exits, which freeze() avoids.
    gc.disable()
    # jsii prints a banner for Node 20, which the CDK still works on. The Makefile does this for its commands.
    os.environ.setdefault("JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION", "20")
    from twin_stack import DefinitionError, TwinError  # noqa: PLC0415

    try:
        build_app().synth()
        return 0
    except DefinitionError as error:
        for finding in error.findings:
            print(finding, file=sys.stderr)  # noqa: T201
        count = len(error.findings)
        print(f"{count} mistake{'' if count == 1 else 's'}, nothing synthesized", file=sys.stderr)  # noqa: T201
        return 1
    except TwinError as error:
        print(error.report(), file=sys.stderr)  # noqa: T201
        return 1
    finally:
        gc.freeze()


if __name__ == "__main__":
    sys.exit(main())

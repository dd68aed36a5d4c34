"""The checks that an app has to pass at synthesis."""

from __future__ import annotations

from aws_cdk import Stage, Validations

from twin_stack.errors import TwinError


def apply_checks(scope: Stage) -> None:
    """Check everything in a scope against cdk-nag's AwsSolutions rules at synthesis.

    A finding that is not acknowledged next to its resource, with a reason, fails the synthesis; all findings
    are in ``validation-report.json`` of the cloud assembly. The constructs never add this check themselves,
    because it is the app's decision.

    Args:
        scope: An app or a stage.

    Raises:
        TwinError: cdk-nag is not installed.
    """
    try:
        from cdk_nag import AwsSolutionsChecks  # noqa: PLC0415 (an extra)
    except ImportError as error:
        raise TwinError("cdk-nag is not installed: pip install 'twin-stack[nag]'") from error
    Validations.of(scope).add_plugins(AwsSolutionsChecks(scope))

"""The checks an app of ours is held to when it is synthesized."""

from __future__ import annotations

from aws_cdk import Stage, Validations
from cdk_nag import AwsSolutionsChecks


def apply_checks(scope: Stage) -> None:
    """Hold everything under `scope` to cdk-nag's AwsSolutions rules.

    A finding that is not acknowledged next to its resource, with a reason, stops the synthesis; all
    of them are in `validation-report.json` of the cloud assembly. The constructs never do this by
    themselves: whose app it is decides.

    Args:
        scope: an app or a stage.
    """
    Validations.of(scope).add_plugins(AwsSolutionsChecks(scope))

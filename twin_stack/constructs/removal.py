"""Deleting data needs two keys: an argument in code and a flag in the context.

What is retained is deleted when its own creation is rolled back: it holds no data then, and its names and
aliases would block the next try (``DeletionPolicy: RetainExceptOnCreate``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aws_cdk import RemovalPolicy, Validations

if TYPE_CHECKING:
    from constructs import Construct

ALLOW_DESTROY: Final = "twin-stack:allowDestroy"
"""The context flag that is the second key: ``true`` in cdk.json, or ``-c`` on the command line."""

MISSING_KEY_WARNING: Final = "twin-stack-destroyNeedsSecondKey"


def effective_removal_policy(
    scope: Construct, requested: RemovalPolicy, *, is_filled_while_created: bool = False
) -> RemovalPolicy:
    """Return the removal policy for stateful resources of a construct.

    ``RemovalPolicy.DESTROY`` takes effect only if the context flag ``twin-stack:allowDestroy`` is true as
    well. Otherwise the resource is retained, and the construct gets the warning
    ``twin-stack-destroyNeedsSecondKey``, which names the missing flag.

    Args:
        scope: The construct, whose context is read and which gets the warning.
        requested: The removal policy that the caller passed.
        is_filled_while_created: Whether the stack's first deployment itself fills the resource, as it uploads
            files to a bucket: CloudFormation cannot delete it in a rollback then.

    Returns:
        ``requested``, with RETAIN_ON_UPDATE_OR_DELETE instead of RETAIN unless ``is_filled_while_created``;
        one of these two if the second key of DESTROY is missing.
    """
    kept = RemovalPolicy.RETAIN if is_filled_while_created else RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
    if requested is RemovalPolicy.RETAIN:
        return kept
    if requested is not RemovalPolicy.DESTROY or _has_second_key(scope):
        return requested
    Validations.of(scope).add_warning(
        MISSING_KEY_WARNING,
        "removal_policy is DESTROY, but data is kept (RETAIN) because the context flag "
        f'"{ALLOW_DESTROY}" is not true; set it to true in cdk.json or with '
        f"`-c {ALLOW_DESTROY}=true` to delete data with the stack",
    )
    return kept


def _has_second_key(scope: Construct) -> bool:
    value: object = scope.node.try_get_context(ALLOW_DESTROY)
    # cdk.json contains a boolean, the command line passes text.
    return value is True or value == "true"

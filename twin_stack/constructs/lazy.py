"""Values that are worked out at synthesis, when all constructs exist."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jsii
from aws_cdk import (
    IAnyProducer,
    INumberProducer,
    IResolveContext,
    IStringProducer,
    Lazy,
)

if TYPE_CHECKING:
    from collections.abc import Callable


@jsii.implements(IAnyProducer)
class _AnyProducer:
    def __init__(self, produce: Callable[[], Any]) -> None:
        self._produce = produce

    @jsii.member(jsii_name="produce")
    def produce(self, context: IResolveContext) -> Any:  # noqa: ARG002 (the CDK's signature)
        """Return the value."""
        return self._produce()


@jsii.implements(INumberProducer)
class _NumberProducer(_AnyProducer):
    pass


@jsii.implements(IStringProducer)
class _StringProducer(_AnyProducer):
    pass


def lazy_any(produce: Callable[[], Any]) -> Any:
    """Return a token for any value, such as a list of texts.

    Args:
        produce: Returns the value; called each time that the template is resolved.
    """
    return Lazy.uncached_any(_AnyProducer(produce))


def lazy_number(produce: Callable[[], float]) -> Any:
    """Return a token for a number.

    Args:
        produce: Returns the value; called each time that the template is resolved.
    """
    return Lazy.uncached_number(_NumberProducer(produce))


def lazy_string(produce: Callable[[], str]) -> str:
    """Return a token for a text.

    Args:
        produce: Returns the value; called each time that the template is resolved.
    """
    return Lazy.uncached_string(_StringProducer(produce))

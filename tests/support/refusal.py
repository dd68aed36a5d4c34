"""Messages of early checks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from aws_cdk import App, Stack

if TYPE_CHECKING:
    from collections.abc import Callable


def refusal(build: Callable[[Stack], object]) -> str:
    """Return the message of a construct that refuses its arguments; it must not have created anything."""
    stack = Stack(App(), "Test")
    with pytest.raises(ValueError) as caught:
        build(stack)

    return str(caught.value)

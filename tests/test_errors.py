"""Errors that are printed without a traceback."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from twin_stack.client import TwinClientError
from twin_stack.definition import DefinitionError
from twin_stack.errors import TwinError, translate_os_errors
from twin_stack.local.deployer import DeployError
from twin_stack.local.state import LocalError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("kind", [DefinitionError, TwinClientError, LocalError, DeployError])
def test_errors_that_a_user_can_correct_have_one_base(kind: type[Exception]) -> None:
    assert issubclass(kind, TwinError)


def test_bugs_are_no_errors_of_the_user() -> None:
    assert not issubclass(TwinError, ValueError | OSError | RuntimeError)


def test_os_error_becomes_one_line_with_file_reason_and_remedy(tmp_path: Path) -> None:
    file = tmp_path / "missing" / "page.html"

    with pytest.raises(LocalError) as caught, translate_os_errors("name another file", LocalError):
        file.write_text("x")

    assert str(caught.value) == f"{file}: No such file or directory; name another file"
    assert isinstance(caught.value.__cause__, FileNotFoundError)


@pytest.mark.parametrize("kind", [ValueError, ConnectionRefusedError, ProcessLookupError, TimeoutError])
def test_other_errors_pass_through(kind: type[Exception]) -> None:
    with pytest.raises(kind, match="a bug"), translate_os_errors("do something"):
        raise kind("a bug")

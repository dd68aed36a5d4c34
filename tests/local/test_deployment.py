"""The requirements of a deployment."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.broken_app import silent
from twin_stack.local import commands
from twin_stack.local.state import LocalError

if TYPE_CHECKING:
    from pathlib import Path


def test_up_is_refused_when_there_is_no_app(tmp_path: Path) -> None:
    with pytest.raises(LocalError) as caught:
        commands.deploy(tmp_path, report=silent)

    assert str(caught.value) == f"there is no cdk.json in {tmp_path}; name the folder of a CDK app"


def test_up_is_refused_when_the_model_is_no_folder(broken: Path) -> None:
    with pytest.raises(LocalError) as caught:
        commands.deploy(broken, report=silent, model=broken / "nowhere")

    assert str(caught.value) == (
        f"{broken}/nowhere is not a folder; name the folder of a definition, the one with twin.yaml"
    )

"""Lambda code is found in the wheel and in the repository."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.templates import ROOT
from twin_stack import package_data
from twin_stack.errors import TwinError

if TYPE_CHECKING:
    from pathlib import Path


def test_code_is_the_repositorys_when_run_from_a_clone() -> None:
    assert package_data.asset_path("lambdas") == ROOT / "lambdas"


def test_code_is_the_packages_when_it_is_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "site-packages" / "twin_stack"
    folder = package / "_assets" / "lambdas"
    folder.mkdir(parents=True)
    # Another package's folder of that name, beside ours.
    (package.parent / "lambdas").mkdir()
    monkeypatch.setattr(package_data, "_PACKAGE", package)

    assert package_data.asset_path("lambdas") == folder


def test_both_places_are_named_when_the_code_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(package_data, "_PACKAGE", tmp_path / "twin_stack")

    with pytest.raises(TwinError) as caught:
        package_data.asset_path("lambdas")

    assert str(caught.value) == (
        f'the folder "lambdas" of twin-stack is missing, looked at "{tmp_path}/twin_stack/_assets/'
        f'lambdas" and "{tmp_path}/lambdas"; install again'
    )

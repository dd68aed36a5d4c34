"""Paths of package data in a clone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from twin_stack import package_data
from twin_stack.errors import TwinError

if TYPE_CHECKING:
    from pathlib import Path


def test_lambda_code_is_found_in_a_clone() -> None:
    assert (package_data.asset_path("lambdas") / "connector_kit").is_dir()


def test_missing_folder_is_an_error_with_the_places_searched() -> None:
    with pytest.raises(
        TwinError, match=r'the folder "nothing" of twin-stack is missing, searched in ".*_assets/nothing"'
    ):
        package_data.asset_path("nothing")


def test_page_that_is_not_built_is_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(package_data, "_PACKAGE", tmp_path)
    assert package_data.built_page() is None

    page = tmp_path / "_assets" / "page" / "index.html"
    page.parent.mkdir(parents=True)
    page.touch()
    assert package_data.built_page() == page.parent

"""Pages of models, and their data."""

from __future__ import annotations

from pathlib import Path

import pytest

from twin_stack.definition import load
from twin_stack.package_data import built_page
from twin_stack.preview import render_page

MODELS = Path(__file__).parents[2] / "models"


@pytest.fixture(scope="session")
def factory_html() -> str:
    """Return the page of the factory."""
    if built_page() is None:
        pytest.skip("the page is not built: make page")
    return render_page(load(MODELS / "factory")).html

"""A SiteWise in this process, and a stack of custom resources on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.sitewise_stack import DirectSiteWise, SiteWiseStack, sitewise_in

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def sitewise(tmp_path: Path) -> DirectSiteWise:
    return sitewise_in(tmp_path)


@pytest.fixture
def stack(sitewise: DirectSiteWise) -> SiteWiseStack:
    return SiteWiseStack(sitewise)

"""The tests of published events and answers, with the published files in place of our own."""

from functools import partial
from pathlib import Path

import pytest

from tests.contract.test_published_answers import *  # noqa: F403 - its tests run here with other files
from tests.lambdas.test_published_events import *  # noqa: F403
from tests.lambdas.test_published_events import Load
from tests.support.published_cases import load_case

CASES = Path(__file__).parents[2].parent / "shared" / "cases"


@pytest.fixture(name="load")
def _load() -> Load:
    return partial(load_case, cases=CASES)

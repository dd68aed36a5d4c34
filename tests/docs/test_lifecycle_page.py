"""The page about changes says what the tests of these changes prove."""

from __future__ import annotations

import ast

import pytest

from tests.flow.lifecycle import CHANGES, PAGE, ROOT, Change, page


def test_page_is_that_of_the_table() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "make snapshots writes it"


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.change[:40])
def test_each_change_has_tests(change: Change) -> None:
    assert change.tests
    for test in change.tests:
        file, name = test.split("::")
        tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
        assert name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}, test

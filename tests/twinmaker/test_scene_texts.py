"""Expressions and links of scenes."""

from __future__ import annotations

import doctest
import json
import time
from pathlib import Path

import pytest

from twin_stack.twinmaker import scene_texts
from twin_stack.twinmaker.scene_texts import expression_excess, link_scheme, markdown_links, utf16_length

CASES = json.loads(Path("tests/support/expression_cases.json").read_text(encoding="utf-8"))


def text_of(parts: list[tuple[str, int]]) -> str:
    return "".join(part * times for part, times in parts)


@pytest.mark.parametrize("parts", CASES["accepted"])
def test_expression_within_the_limits_is_accepted(parts: list[tuple[str, int]]) -> None:
    assert expression_excess(text_of(parts)) is None


@pytest.mark.parametrize("case", CASES["refused"])
def test_excess_is_the_same_as_in_the_page(case: dict[str, object]) -> None:
    assert expression_excess(text_of(case["parts"])) == case["excess"]  # type: ignore[arg-type]


def test_length_is_that_of_javascript() -> None:
    assert utf16_length("aä\U0001f525") == 4


def test_example_of_the_documentation_is_true() -> None:
    assert doctest.testmod(scene_texts).failed == 0
    assert doctest.testmod(scene_texts).attempted == 1


@pytest.mark.parametrize(
    ("target", "scheme"),
    [
        ("https://example.com", "https"),
        ("HTTP://example.com", "http"),
        ("JavaScript:alert(1)", "javascript"),
        ("java&#115;cript&colon;alert(1)", "javascript"),
        ("\x01java\nscript:alert(1)", "javascript"),
        ("data:text/html,x", "data"),
        ("/d/1:2", None),
        ("${link}", None),
        ("", None),
    ],
)
def test_scheme_of_a_link_is_what_a_browser_reads(target: str, scheme: str | None) -> None:
    assert link_scheme(target) == scheme


def test_links_of_markdown_and_html_are_found() -> None:
    text = (
        "[a](javascript:1) ![b]( <data:2> 'title') <vbscript:3> <a HREF='javascript:4'>x</a>\n"
        "[c]: javascript:5\n[d](https://example.com/x)"
    )
    links = {"javascript:1", "data:2", "https://example.com/x", "javascript:5", "vbscript:3", "javascript:4"}
    assert set(markdown_links(text)) == links


@pytest.mark.parametrize("part", ["](", "](  ", "[", "<a", "<a:", "href= ", "[a]: ", " "])
def test_no_text_takes_long(part: str) -> None:
    start = time.process_time()
    list(markdown_links(part * 100_000))
    assert time.process_time() - start < 2

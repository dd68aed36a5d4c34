"""The file of accepted risks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from twin_stack.errors import TwinError
from twin_stack.plan.acceptance import Acceptance, add_acceptances, read_acceptances

if TYPE_CHECKING:
    from pathlib import Path


def test_what_is_added_is_read_back(tmp_path: Path) -> None:
    file = tmp_path / "accepted-risks.yaml"
    assert read_acceptances(file) == []
    first, second = Acceptance("PLAN010", "pump-1", "Sold: in May"), Acceptance("PLAN011", "no", "yes")
    add_acceptances(file, [first])
    add_acceptances(file, [second])
    assert read_acceptances(file) == [first, second]
    other = Acceptance("PLAN010", "pump-1", "Scrapped")
    add_acceptances(file, [other])
    assert read_acceptances(file) == [other, second]


@pytest.mark.parametrize(
    ("text", "mistakes"),
    [
        ("a: b\n", ["1:1: write a list of mappings with code, id, reason"]),
        ("- x\n", ["1:3: write a mapping with code, id, reason"]),
        (
            "- {code: PLAN010, id: a}\n- {code: PLAN999, id: b, reason: c, when: d}\n",
            [
                "1:3: reason is missing or no text; write it",
                '2:37: "when" is not a key; use code, id, reason',
                '2:10: "PLAN999" is not a code of a risk; `twin plan` prints them',
            ],
        ),
        ("- {code: PLAN010, id: 1, reason: ''}\n", ["1:23: id is missing", "1:34: reason is missing"]),
        ("- {code: [", ["TWIN002"]),
    ],
)
def test_every_mistake_is_named_with_its_place(tmp_path: Path, text: str, mistakes: list[str]) -> None:
    file = tmp_path / "accepted-risks.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(TwinError) as error:
        read_acceptances(file)
    lines = str(error.value).splitlines()
    assert len(lines) == len(mistakes)
    for line, mistake in zip(lines, mistakes, strict=True):
        assert mistake in line
    with pytest.raises(TwinError):
        add_acceptances(file, [])
    assert file.read_text(encoding="utf-8") == text

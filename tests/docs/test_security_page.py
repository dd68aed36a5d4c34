"""The page on security names the tests that hold what it says."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| (?!attack|mistake|fault|-)(.+) \| (.+) \| (.+) \|$", re.MULTILINE)


def test_each_row_names_files_with_tests() -> None:
    rows = ROW.findall(PAGE)
    assert len(rows) > 25
    unproven = [attack for attack, _, tests in rows if not re.search(r"`[^`]+`", tests)]
    assert unproven == []
    named = set(re.findall(r"`((?:viewer/)?tests/[^`]+)`", PAGE))
    assert [name for name in named if not (ROOT / name).is_file()] == []
    texts = {name: (ROOT / name).read_text(encoding="utf-8") for name in named}
    assert [
        name for name, text in texts.items() if not re.search(r"^ *(def test_|test[.(])", text, re.MULTILINE)
    ] == []


def test_each_test_of_an_attack_is_on_the_page() -> None:
    files = sorted(path.name for path in (ROOT / "tests" / "security").glob("test_*.py"))
    assert len(files) > 5
    assert [name for name in files if f"`tests/security/{name}`" not in PAGE] == []

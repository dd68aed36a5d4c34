"""An unchanged folder is not checked again."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

import pytest

from tests.definition.models import write
from twin_stack.formats.check_cache import check_cached
from twin_stack.formats.check_path import check_path

if TYPE_CHECKING:
    from pathlib import Path

    from twin_stack.formats.checked_path import CheckedPath

WARNED: dict[str, str | bytes] = {
    "component_types/t.yaml": "com.e.S: {componentTypeName: S}\n"
    "com.e.T: {componentTypeName: T} # twin: ignore TWIN029 shown\n"
}


class CountingCheck:
    """A check that counts its calls."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self, path: Path) -> CheckedPath:
        self.calls += 1
        return check_path(path)


@pytest.fixture
def check(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> CountingCheck:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr("twin_stack.formats.check_cache._SETTLED_NS", -1)
    return CountingCheck()


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return write(tmp_path / "model", WARNED)


def test_second_check_of_an_unchanged_folder_gives_the_same_result(check: CountingCheck, model: Path) -> None:
    results = [check_cached(model, check) for _ in range(3)]
    assert check.calls == 1
    assert results[0].findings
    assert results[0].ignored
    assert results[1] == results[2] == results[0]


@pytest.mark.parametrize("change", ["content", "new file", "removed file", "time", "asset"])
def test_changed_folder_is_checked_again(change: str, check: CountingCheck, model: Path) -> None:
    check_cached(model, check)
    file = model / "component_types" / "t.yaml"
    if change == "content":
        file.write_text(file.read_text(encoding="utf-8").replace("S}", "R}"), encoding="utf-8")
    elif change == "new file":
        (model / "component_types" / "u.yaml").write_text("com.e.U: {}\n", encoding="utf-8")
    elif change == "removed file":
        file.unlink()
    elif change == "time":
        os.utime(file, ns=(1, 1))
    else:
        (model / "assets").mkdir()
        (model / "assets" / "a.glb").write_bytes(b"glTF")
    check_cached(model, check)
    assert check.calls == 2


def test_folder_that_has_just_changed_is_not_remembered(
    check: CountingCheck, model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("twin_stack.formats.check_cache._SETTLED_NS", 3_600_000_000_000)
    os.utime(model / "twin.yaml", ns=(time.time_ns(), time.time_ns()))
    check_cached(model, check)
    check_cached(model, check)
    assert check.calls == 2


@pytest.mark.parametrize("content", ["", "[]", "{", '{"key": 1}', "null"])
def test_broken_entry_is_ignored_and_written_again(
    content: str, check: CountingCheck, model: Path, tmp_path: Path
) -> None:
    expected = check_cached(model, check)
    (entry,) = (tmp_path / "cache" / "twin-stack").iterdir()
    entry.write_text(content, encoding="utf-8")
    assert check_cached(model, check) == expected
    assert check_cached(model, check) == expected
    assert check.calls == 2


def test_folder_that_others_can_write_to_is_not_used(
    check: CountingCheck, model: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "cache" / "twin-stack"
    folder.mkdir(parents=True)
    folder.chmod(0o777)
    check_cached(model, check)
    check_cached(model, check)
    assert check.calls == 2
    assert list(folder.iterdir()) == []


def test_cache_that_cannot_be_written_is_no_reason_to_fail(
    check: CountingCheck, model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "/dev/null/x")
    assert check_cached(model, check).findings


def test_one_file_is_always_checked(check: CountingCheck, model: Path) -> None:
    for _ in range(2):
        check_cached(model / "component_types" / "t.yaml", check)
    assert check.calls == 2
